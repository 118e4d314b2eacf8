"""Lists in FollowTheMoney's JSON lines, as OpenSanctions publishes them; read as a stream.

Standard: the entity shape `{"id", "schema", "properties": {name: [values]}}` of FollowTheMoney, in both
forms: `entities.ftm.json`, where addresses, documents and sanctions are lines of their own that name the
entity they belong to, and `targets.nested.json`, where they stand inside it. Lines of single statements
are skipped and counted. Only the schema is taken over, no code and no data.

The file is read twice: first the lines that belong to others, then the entities. Memory holds the former.

>>> from cordillera.engines.watchlists.source import ListFile
>>> line = b'{"id":"a","schema":"Person","properties":{"name":["Ana Velez"],"religion":["x"]}}'
>>> reading = read_ftm(ListFile.of(line))
>>> [entity.names[0].full for entity in reading], reading.tally.refused
(['Ana Velez'], 1)
"""

from collections.abc import Iterator
from typing import Final, TypeVar

import msgspec

from cordillera.engines.watchlists.errors import ListTooLarge, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.ftm_entity import Head, Line, Sides, read_entity
from cordillera.engines.watchlists.ftm_words import DOCUMENTS, KINDS, PLACES, SANCTIONS
from cordillera.engines.watchlists.limits import MAX_LINE
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.source import ListFile

_LINES: Final = msgspec.json.Decoder(Line)
_HEADS: Final = msgspec.json.Decoder(Head)
T = TypeVar("T")
_BELONGING: Final = DOCUMENTS | PLACES | SANCTIONS
_BLOCK: Final = 1 << 20


def read_ftm(file: ListFile) -> Reading:
    """Read a list in JSON lines.

    The reading raises `ListTruncated`, `ListUnreadable`, `ListTooLarge`, `ListEmpty`. The format states no
    date of the list.
    """
    return Reading("ftm", lambda reading: _entities(file, reading))


def _entities(file: ListFile, reading: Reading) -> Iterator[ListedEntity]:
    reading.encoding = "utf-8"
    sides = _belonging(file, reading)
    tally = reading.tally
    for number, start, raw in _lines(file):
        line = _decode(raw, number)
        kind = KINDS.get(line.schema)
        tally.skipped += bool(line.statements)
        if kind is None or line.target is False or line.prop:
            tally.skipped += line.schema not in _BELONGING
        elif not line.id:
            raise ListUnreadable(format="ftm", line=number, reason="an entity without id")
        else:
            yield read_entity(line, kind, f"line[{number}]@{start}+{len(raw)}", (sides, tally))
    tally.unread += sides.left()


def _belonging(file: ListFile, reading: Reading) -> Sides:
    """Read the lines that belong to another entity; a cheap look at the bytes passes over the others."""
    sides = Sides()
    for number, _, raw in _lines(file):
        if _may_belong(raw) and _schema(raw, number) in _BELONGING:
            sides.take(_decode(raw, number), reading.tally)
    return sides


def _lines(file: ListFile) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, first byte and content of every line that is not empty, with its end."""
    number = start = 0
    rest = b""
    with file.stream() as stream:
        while block := stream.read(_BLOCK):
            *whole, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_LINE:
                raise ListTooLarge(limit=MAX_LINE, line=number + len(whole) + 1)
            for raw in whole:
                number += 1
                if raw and raw != b"\r":
                    yield number, start, raw
                start += len(raw) + 1
    if rest.strip():
        yield number + 1, start, rest


def _may_belong(raw: bytes) -> bool:
    return b'"Sanction"' in raw or b'"Address"' in raw or b'"Passport"' in raw or b'"Identification"' in raw


def _schema(raw: bytes, number: int) -> str:
    """Return the schema of a line without reading its properties."""
    return _decoded(_HEADS, raw, number).schema


def _decode(raw: bytes, number: int) -> Line:
    return _decoded(_LINES, raw, number)


def _decoded(decoder: msgspec.json.Decoder[T], raw: bytes, number: int) -> T:
    """Decode one line; one that stops in the middle is the last of a file that was cut."""
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        kind = ListTruncated if _is_cut(raw) else ListUnreadable
        raise kind(format="ftm", line=number, reason=str(error)[:200]) from error


def _is_cut(raw: bytes) -> bool:
    """Whether a line begins as an entity and does not end as one."""
    return raw.lstrip().startswith(b"{") and (
        not raw.rstrip().endswith(b"}") or raw.count(b"{") > raw.count(b"}")
    )
