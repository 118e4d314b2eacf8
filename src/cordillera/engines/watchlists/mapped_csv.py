r"""Any list in CSV, read by a mapping file; the encoding that was taken is stated with the list.

Encoding `auto`: a byte-order mark decides; else UTF-8 when the whole file is valid UTF-8; else windows-1252,
in which every byte of Spanish text means what it means in ISO-8859-1.

>>> from cordillera.engines.watchlists.source import ListFile
>>> from cordillera.engines.watchlists.mapping import read_mapping
>>> mapping = read_mapping('dates = ["DD/MM/YYYY"]\n[columns]\nreference = 1\nname = 2\nbirth = 3')
>>> (entity,) = read_csv(ListFile.of(b"n;nombre;nac\n7;Ana Velez;04/05/1980\n"), mapping)
>>> entity.births[0].first.isoformat()
'1980-05-04'
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from cordillera.engines.names.birth import birth_of, read_birth
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, DocumentKind, ListedName
from cordillera.engines.watchlists.errors import ListMappingWrong, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.limits import Tally
from cordillera.engines.watchlists.mapping import Mapping
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.protected import names_protected_trait
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.source import ListFile

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = ",;|\t"
_MAX_FIELD: Final = 1_000_000
_STEP: Final = 1 << 20
_PART: Final = re.compile(r"D+|M+|Y+")
_WIDTH: Final = {"D": r"(?P<D>\d{1,2})", "M": r"(?P<M>\d{1,2})", "Y": r"(?P<Y>\d{4})"}


class _Columns:
    """The places of a mapping's columns in this file; `others` are read by nobody."""

    def __init__(self, mapping: Mapping, header: list[str]) -> None:
        places = {name.strip().casefold(): at for at, name in reversed(list(enumerate(header)))}
        self.of: dict[str, tuple[int, ...]] = {
            field: tuple(_place(name, places, len(header)) for name in names)
            for field, names in mapping.columns.items()
        }
        used = {at for columns in self.of.values() for at in columns}
        others = [at for at in range(len(header)) if at not in used]
        self.refused = tuple(at for at in others if mapping.header and names_protected_trait(header[at]))
        self.left = tuple(at for at in others if at not in self.refused)


def read_csv(file: ListFile, mapping: Mapping) -> Reading:
    """Read a CSV list by its mapping.

    The reading raises `ListTruncated`, `ListUnreadable`, `ListMappingWrong` (a column is not there),
    `ListEmpty`.
    """
    return Reading("csv", lambda reading: _entities(file, mapping, reading))


def _entities(file: ListFile, mapping: Mapping, reading: Reading) -> Iterator[ListedEntity]:
    reading.encoding = _encoding(file) if mapping.encoding == "auto" else mapping.encoding
    stated = read_birth(mapping.list_date)
    reading.list_date = stated.first if stated else reading.list_date
    with file.stream() as stream, io.TextIOWrapper(stream, encoding=reading.encoding, newline="") as text:
        try:
            yield from _rows(text, mapping, reading.tally)
        except UnicodeDecodeError as error:
            raise ListUnreadable(format="csv", reason=f"not {reading.encoding}", byte=error.start) from error


def _rows(text: io.TextIOWrapper, mapping: Mapping, tally: Tally) -> Iterator[ListedEntity]:
    first = text.readline()
    delimiter = mapping.delimiter if mapping.delimiter != "auto" else _delimiter(first)
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(chain([first], text), delimiter=delimiter, strict=True)
    columns, width = None, 0
    try:
        for number, row in enumerate(reader, 1 - mapping.header):
            if columns is None:
                columns, width = _Columns(mapping, row), len(row)
            if len(row) == width and number:
                yield _entity(row, columns, mapping, (f"row[{number}]@line {reader.line_num}", tally))
            elif row and number:
                _refuse(text, number)
    except csv.Error as error:
        kind = ListTruncated if "unexpected end" in str(error) else ListUnreadable
        raise kind(format="csv", line=reader.line_num, reason=str(error)) from error


def _refuse(text: io.TextIOWrapper, number: int) -> None:
    """A record of another length: the last one of a file that was cut, or a fault."""
    kind = ListUnreadable if text.read(1) else ListTruncated
    raise kind(format="csv", row=number, reason="another number of columns")


def _entity(row: list[str], columns: _Columns, mapping: Mapping, context: tuple[str, Tally]) -> ListedEntity:
    path, tally = context
    tally.refused += sum(bool(row[at].strip()) for at in columns.refused)
    tally.left += sum(bool(row[at].strip()) for at in columns.left)
    said = {field: _values(row, columns, mapping, field) for field in mapping.columns}
    said |= {field: [value] for field, value in mapping.constants.items() if not said.get(field)}
    listed = [day for text in said.get("listed_on", ()) if (day := _birth(text, mapping.dates))]
    return ListedEntity(
        reference=" ".join(said["reference"]) or path,
        kind=_kind(said, mapping, tally),
        names=tuple(_names(said)),
        births=tuple(_births(said.get("birth", []), mapping, tally)),
        documents=tuple(_documents(said)),
        nationalities=tuple(dict.fromkeys(said.get("nationality", ()))),
        programme=", ".join(said.get("programme", ())),
        listed_on=listed[0].first if listed else None,
        path=path,
        birthplaces=tuple(dict.fromkeys(said.get("birthplace", ()))),
        addresses=tuple(dict.fromkeys(said.get("address", ()))),
    )


def _values(row: list[str], columns: _Columns, mapping: Mapping, field: str) -> list[str]:
    """Return the values of a field over its columns, split where cells hold several."""
    cells = [row[at] for at in columns.of[field]]
    if mapping.several and field not in {"given", "family", "reference"}:
        cells = [part for cell in cells for part in cell.split(mapping.several)]
    return [value for cell in cells if (value := " ".join(cell.split()))]


def _names(said: dict[str, list[str]]) -> Iterator[ListedName]:
    seen: set[str] = set()
    given, family = " ".join(said.get("given", ())), " ".join(said.get("family", ()))
    parts = f"{given} {family}".strip()
    found = [ListedName(parts, given if family else "", family if given else "", path="given+family")]
    for field, weak in (("name", False), ("alias", False), ("weak_alias", True)):
        found += [
            ListedName(value, weak=weak, path=f"{field}[{at}]")
            for at, value in enumerate(said.get(field, ()), 1)
        ]
    for name in found:
        if name.full and name.full not in seen:
            seen.add(name.full)
            yield name


def _births(texts: list[str], mapping: Mapping, tally: Tally) -> Iterator[BirthRange]:
    for text in texts:
        read = _birth(text, mapping.dates)
        if read is None:
            tally.unread += 1
        else:
            yield read


def _documents(said: dict[str, list[str]]) -> Iterator[Document]:
    issuer = " ".join(said.get("document_issuer", ()))
    kind = document_kind(" ".join(said.get("document_kind", ())))
    numbers = (
        ("document", kind),
        ("passport", DocumentKind.PASSPORT),
        ("national_id", DocumentKind.NATIONAL_ID),
    )
    for field, known in numbers:
        for number in said.get(field, ()):
            yield Document(known, number, issuer)


def _kind(said: dict[str, list[str]], mapping: Mapping, tally: Tally) -> EntityKind:
    """Return the kind that a row states; a word that the mapping does not know is counted."""
    written = " ".join(said.get("kind", ())).casefold()
    if written in mapping.kinds:
        return mapping.kinds[written]
    if written in EntityKind._value2member_map_:
        return EntityKind(written)
    tally.unread += bool(written)
    return EntityKind.PERSON


@lru_cache(maxsize=65_536)
def _birth(text: str, formats: tuple[str, ...]) -> BirthRange | None:
    """Read a date in the formats of the mapping, then in ISO and its parts."""
    for form in formats:
        found = _pattern(form).fullmatch(text)
        if found:
            parts = found.groupdict()
            return birth_of(int(parts["Y"]), int(parts.get("M", 0)), int(parts.get("D", 0)))
    return read_birth(text)


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    """Turn a format such as DD/MM/YYYY into a pattern; a format needs at least the year."""
    letters = [found[0] for found in _PART.findall(form)]
    if "Y" not in letters or len(letters) != len(set(letters)):
        raise ListMappingWrong(condition=1, field=form[:60])
    pieces, end = [], 0
    for found in _PART.finditer(form):
        pieces += [re.escape(form[end : found.start()]), _WIDTH[found[0][0]]]
        end = found.end()
    return re.compile("".join((*pieces, re.escape(form[end:]))))


def _place(name: str, places: dict[str, int], width: int) -> int:
    """Return the place of a column by its header, or by its number from 1."""
    at = places.get(name.strip().casefold())
    if at is None and name.isascii() and name.isdigit() and 1 <= int(name) <= width:
        at = int(name) - 1
    if at is None:
        raise ListMappingWrong(condition=6, field=name[:60])
    return at


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _encoding(file: ListFile) -> str:
    """Look at the whole file: a mark, else valid UTF-8, else windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.stream() as stream:
        piece = stream.read(_STEP)
        for mark, name in _MARKS:
            if piece.startswith(mark):
                return name
        try:
            while piece:
                decoder.decode(piece)
                piece = stream.read(_STEP)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "windows-1252"
    return "utf-8"
