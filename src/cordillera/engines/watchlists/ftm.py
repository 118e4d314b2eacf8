"""Lists in FollowTheMoney's JSON lines, as OpenSanctions publishes them; read as a stream.

Standard: the entity shape `{"id", "schema", "properties": {name: [values]}}` of FollowTheMoney, in both
forms: `entities.ftm.json`, where addresses, documents and sanctions are lines of their own that name the
entity they belong to, and `targets.nested.json`, where they stand inside it. Lines of single statements
are skipped and counted. Only the schema is taken over, no code and no data.

The file is read twice: first the lines that belong to others, then the entities. Memory holds the former,
and where they stand, so that no line is decoded twice. A typed decoder reads each line: for the flat form
one that takes texts alone, and from the first nested entity on the one that takes both.

>>> from cordillera.engines.watchlists.source import ListFile
>>> line = b'{"id":"a","schema":"Person","properties":{"name":["Ana Velez"],"religion":["x"]}}'
>>> reading = read_ftm(ListFile.of(line))
>>> [entity.names[0].full for entity in reading], reading.tally.refused
(['Ana Velez'], 1)
"""

from array import array
from collections.abc import Iterator
from typing import Final, TypeVar

import msgspec

from cordillera.engines.watchlists.errors import ListTooLarge, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.ftm_entity import read_entity
from cordillera.engines.watchlists.ftm_sides import Flat, Head, Line, Sides
from cordillera.engines.watchlists.ftm_words import DOCUMENTS, KINDS, PLACES, SANCTIONS
from cordillera.engines.watchlists.limits import MAX_LINE, Tally
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.source import ListFile
from cordillera.foundation import shapes

_LINES: Final = shapes.reader(Line)
_FLAT: Final = shapes.reader(Flat)
_HEADS: Final = shapes.reader(Head)
T = TypeVar("T")
_BELONGING: Final = DOCUMENTS | PLACES | SANCTIONS
_BLOCK: Final = 1 << 20
_BAD: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_ftm(file: ListFile) -> Reading:
    """Read a list in JSON lines.

    The reading raises `ListTruncated`, `ListUnreadable`, `ListTooLarge`, `ListEmpty`. The format states no
    date of the list.
    """
    return Reading("ftm", lambda reading: _entities(file, reading))


class _Pass:
    """Both passes over a file: what belongs to others, where that stands, and how lines are decoded."""

    def __init__(self, tally: Tally) -> None:
        self.sides = Sides()
        self.tally = tally
        self._taken = array("Q")
        self._decoder: msgspec.json.Decoder[Flat] | msgspec.json.Decoder[Line] = _FLAT

    def belonging(self, file: ListFile) -> None:
        """Take the lines that belong to another entity; of the others only the schema is read."""
        for number, _, raw in _lines(file):
            if _decoded(_HEADS, raw, number).schema in _BELONGING:
                self.sides.take(self.decode(raw, number), self.tally)
                self._taken.append(number)

    def others(self, file: ListFile) -> Iterator[tuple[int, int, bytes]]:
        """Yield number, first byte and content of the lines that were not taken."""
        taken = iter(self._taken)
        passed = next(taken, 0)
        for line in _lines(file):
            if line[0] == passed:
                passed = next(taken, 0)
            else:
                yield line

    def decode(self, raw: bytes, number: int) -> Flat | Line:
        """Decode one line. Once an entity stands inside another, the decoder for both forms is kept."""
        try:
            return self._decoder.decode(raw)
        except _BAD:
            nested = _decoded(_LINES, raw, number)
            self._decoder = _LINES
            return nested


def _entities(file: ListFile, reading: Reading) -> Iterator[ListedEntity]:
    reading.encoding = "utf-8"
    tally = reading.tally
    work = _Pass(tally)
    work.belonging(file)
    context, decode = (work.sides, tally), work.decode
    for number, start, raw in work.others(file):
        line = decode(raw, number)
        kind = KINDS.get(line.schema)
        if line.statements:
            tally.skipped += 1
        if kind is None or line.target is False or line.prop:
            tally.skipped += 1
        elif not line.id:
            raise ListUnreadable(format="ftm", line=number, reason="an entity without id")
        else:
            yield read_entity(line, kind, f"line[{number}]@{start}+{len(raw)}", context)
    tally.unread += work.sides.left()


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


def _decoded(decoder: msgspec.json.Decoder[T], raw: bytes, number: int) -> T:
    """Decode one line; one that stops in the middle is the last of a file that was cut."""
    try:
        return decoder.decode(raw)
    except _BAD as error:
        kind = ListTruncated if _is_cut(raw) else ListUnreadable
        raise kind(format="ftm", line=number, reason=str(error)[:200]) from error


def _is_cut(raw: bytes) -> bool:
    """Whether a line begins as an entity and does not end as one."""
    return raw.lstrip().startswith(b"{") and (
        not raw.rstrip().endswith(b"}") or raw.count(b"{") > raw.count(b"}")
    )
