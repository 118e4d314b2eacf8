"""How many travellers, crew, PNRs and containers a message holds, counted by its trigger segments.

Travellers are NAD+FL groups, crew NAD+FM groups (PAXLST), PNRs are SRC groups (PNRGOV of the PADIS
board), containers are EQD groups of any equipment kind (BAPLIE, CUSCAR, CODECO and others).

>>> from cordillera.engines.edifact.reader import read
>>> message = read(b"UNH+1+PAXLST:D:05B:UN'NAD+FL+++A:B'NAD+FM+++C:D'UNT+4+1'").messages[0]
>>> count(message)
GroupCounts(travellers=1, crew=1, pnrs=0, containers=0)
"""

import re

import msgspec

from cordillera.engines.edifact.lexer import tag_of
from cordillera.engines.edifact.model import Message

_FIELDS = {("NAD", b"FL"): 0, ("NAD", b"FM"): 1, ("SRC", b""): 2, ("EQD", b""): 3}
_FIRST_LETTERS = {tag.encode()[:1] for tag, _ in _FIELDS}
_WRAP = b"\r\n"


class GroupCounts(msgspec.Struct, frozen=True):
    """Groups found in one message."""

    travellers: int
    crew: int
    pnrs: int
    containers: int


def count(message: Message) -> GroupCounts:
    """Count the groups of a message without splitting its segments."""
    totals = [0, 0, 0, 0]
    source = message.segments.source
    separators = re.compile(b"[" + re.escape(source.service.element + source.service.component) + b"]")
    for start, end in message.segments.spans():
        if source.data[start : start + 1] not in _FIRST_LETTERS:
            continue
        tag = tag_of(source.data, start, end, source.service)
        head = source.data[start : min(end, start + 24)]
        parts = separators.split(head, 2)
        qualifier = parts[1].translate(None, _WRAP).strip() if len(parts) > 1 and tag == "NAD" else b""
        field = _FIELDS.get((tag, qualifier))
        if field is not None:
            totals[field] += 1
    return GroupCounts(*totals)
