"""Put the parts of a PNRGOV message together (UNH S010: `01:C`, `02`, `03:F`; one common access reference).

1. A message without parts is whole at once.
2. Parts of one sender and access reference are whole when 1 to the one marked F are there, in any order.
3. A part that comes again is left out, with a finding.
4. When `timeout` seconds have passed since the first part, what has come is given out as incomplete, with a
   finding: a partial list may raise an alert, it never clears anybody.
5. Without an access reference nothing ties parts together; each is given out by itself, incomplete.

>>> join((), now=0.0).whole
()
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from cordillera.engines.edifact.findings import Finding, Severity
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage

TIMEOUT: Final = 300.0
"""Seconds to wait for missing parts; passenger information units wait about five minutes."""


class Part(msgspec.Struct, frozen=True):
    """A message as it arrived: who sent it, when (seconds), and `source`, the file its bytes are in."""

    sender: str
    arrived: float
    source: str
    message: PnrgovMessage


class Whole(msgspec.Struct, frozen=True):
    """A message put together; `sources[i]` is the file of the bytes of reservation i."""

    message: PnrgovMessage
    parts: tuple[Part, ...]
    sources: tuple[str, ...]


class Joined(msgspec.Struct, frozen=True):
    """What could be put together, and the parts that wait for others."""

    whole: tuple[Whole, ...]
    waiting: tuple[Part, ...]


def join(parts: Iterable[Part], now: float, timeout: float = TIMEOUT) -> Joined:
    """Put together what is whole or has waited long enough; give back the rest. Pure: keep `waiting`."""
    groups: dict[tuple[str, str, str], list[Part]] = {}
    for one in sorted(parts, key=lambda part: part.arrived):
        groups.setdefault(_key(one), []).append(one)
    whole: list[Whole] = []
    waiting: list[Part] = []
    for group in groups.values():
        distinct = {one.message.part: one for one in reversed(group)}
        again = len(group) - len(distinct)
        missing = _missing(distinct)
        if not missing or not group[0].message.access_reference or now - group[0].arrived >= timeout:
            whole.append(_together([distinct[number] for number in sorted(distinct)], missing, again))
        else:
            waiting += group
    return Joined(tuple(whole), tuple(waiting))


def _key(part: Part) -> tuple[str, str, str]:
    reference = part.message.access_reference
    alone = "" if reference else f"{part.source} {part.message.start}"
    return part.sender, reference, alone


def _missing(distinct: dict[int, Part]) -> str:
    """Which parts are missing, in words; "" when none is."""
    ends = [number for number, one in distinct.items() if one.message.last]
    last = max(ends, default=0)
    absent = [str(number) for number in range(1, max(distinct) + 1) if number not in distinct]
    return ", ".join([*absent[:20], *([] if last >= max(distinct) else ["the last"])])


def _together(parts: list[Part], missing: str, again: int) -> Whole:
    first = parts[0].message
    pnrs = tuple(pnr for one in parts for pnr in one.message.pnrs)
    sources = tuple(one.source for one in parts for _ in one.message.pnrs)
    findings = [found for one in parts for found in one.message.findings]
    if len(parts) > 1 or missing:
        findings = [found for found in findings if found.code != "pnrgov.pnr_count"]
        if first.declared_pnrs is not None and first.declared_pnrs != len(pnrs):
            text = f"EQN declares {first.declared_pnrs}, found {len(pnrs)} in {len(parts)} parts"
            findings.append(Finding("pnrgov.pnr_count", Severity.WARNING, first.start, text))
    if missing:
        text = f"parts missing: {missing}"
        findings.append(Finding("pnrgov.part_missing", Severity.ERROR, first.start, text))
    if again:
        text = f"{again} parts came again"
        findings.append(Finding("pnrgov.part_again", Severity.INFO, first.start, text))
    message = msgspec.structs.replace(
        first,
        pnrs=pnrs,
        complete=not missing and all(one.message.complete for one in parts),
        findings=tuple(findings),
        part=1,
        last=True,
    )
    return Whole(message, tuple(parts), sources)
