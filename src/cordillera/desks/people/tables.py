r"""Tables of people to screen: CSV, plain or gzip, with a header line; read row by row.

The name stands in `full_name` (or `name`, `treated_name`), or in given-name and surname columns; the date of
birth in `date_of_birth` (or `dob`, `birth_date`), its place in `place_of_birth` (or `birthplace`). Rows are
numbered from 1, the first after the header. Other columns, nationality and sex among them, are not read.

>>> import io
>>> [subject.full_name for subject in read_people(io.StringIO("full_name,date_of_birth\nAna,1980\n"))]
['Ana']
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from cordillera.desks.people.errors import ListFileMissing, TableUnreadable
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import Document, DocumentKind, Subject
from cordillera.engines.names.organisations_compare import kind_of

_WHOLE: Final = ("full_name", "name", "treated_name", "nombre_completo")
_GIVEN: Final = (("given_names", "given_name", "first_name", "nombres"), ("middle_name", "second_name"))
_FAMILY: Final = ("family_names", "family_name", "last_name", "surname", "apellidos")
_BIRTH: Final = ("date_of_birth", "dob", "birth_date", "fecha_nacimiento")
_NUMBER: Final = ("document_number", "passport_number", "passport", "documento")
_KIND: Final = ("document_type",)
_ISSUER: Final = ("document_issuer",)
_PLACE: Final = ("birthplace", "place_of_birth", "birth_place", "lugar_nacimiento")
_WHAT: Final = ("kind", "schema", "entity_type")
_OF_SHIPS: Final = ("imo", "imo_number", "mmsi", "call_sign")
_MAX_FIELD: Final = 100_000

Row = Mapping[str, str]
NAME_COLUMNS: Final = (*_WHOLE, *_FAMILY)
"""Columns of which a table needs one at least."""


@contextmanager
def open_table(path: Path) -> Iterator[TextIO]:
    """Open a CSV file, plain or gzip, as UTF-8; bytes that are no UTF-8 become replacement characters."""
    if not path.is_file():
        raise ListFileMissing(file=path.name)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if packed else raw
        with io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="") as text:
            yield text


def read_people(text: TextIO) -> Iterator[Subject]:
    """Yield one subject per row, `ref` being the row number; raise `TableUnreadable`."""
    for number, row in enumerate(read_rows(text), start=1):
        yield subject_of_row(str(number), row)


def read_rows(text: TextIO) -> Iterator[Row]:
    """Yield the rows under their lower-case column names; raise `TableUnreadable`."""
    csv.field_size_limit(_MAX_FIELD)
    header = text.readline()
    separator = ";" if ";" in header and "," not in header else ","
    columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
    if not any(name in columns for name in NAME_COLUMNS):
        raise TableUnreadable(reason="no column for names", columns=len(columns))
    number = 0
    try:
        for values in csv.reader(text, delimiter=separator):
            if values:
                number += 1
                yield dict(zip(columns, values, strict=False))
    except (csv.Error, EOFError, gzip.BadGzipFile) as error:
        raise TableUnreadable(reason=str(error), row=number + 1) from error


def subject_of_row(ref: str, row: Row) -> Subject:
    """Return the subject of one row; `row` maps lower-case column names to values."""
    given = " ".join(part for names in _GIVEN if (part := _first(row, names)))
    family = _first(row, _FAMILY)
    whole = _first(row, _WHOLE) or f"{given} {family}".strip()
    birth, place = _first(row, _BIRTH), _first(row, _PLACE)
    kind = kind_of(_first(row, _WHAT))
    return Subject(ref, whole, given, family, birth, _documents(row), place, kind)


def _documents(row: Row) -> tuple[Document, ...]:
    number = _first(row, _NUMBER)
    kind = document_kind(_first(row, _KIND) or "passport")
    stated = (Document(kind, number, _first(row, _ISSUER)),) if number else ()
    ships = tuple(Document(DocumentKind.VESSEL, row[name]) for name in _OF_SHIPS if row.get(name))
    return (*stated, *ships)


def _first(row: Row, names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")
