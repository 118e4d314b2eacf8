"""The list of Specially Designated Nationals, as OFAC publishes it in CSV (SDN.CSV, ALT.CSV, ADD.CSV).

Standard: OFAC's "SDN data formats" (twelve columns without a header; ISO-8859-1; `-0-` for null; a final
0x1A); the consolidated non-SDN list has the same columns. Copies made by others come as UTF-8 or with a
header, and are read too. Dates of birth and documents stand in the last column, see `ofac_remarks.py`.

>>> row = b'7,"EJEMPLO, Ana","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1980."'
>>> parse_ofac(row).entities[0].names[0].family
'EJEMPLO'
"""

import csv
import io
from collections import defaultdict
from datetime import date
from typing import Final

import msgspec

from cordillera.engines.names.constants import MAX_NAMES
from cordillera.engines.names.model import ListedName
from cordillera.engines.watchlists.errors import ListEmpty, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.model import EntityKind, ListedEntity, ParsedList
from cordillera.engines.watchlists.ofac_remarks import Remarks, read_remarks
from cordillera.engines.watchlists.source import unpack

_COLUMNS: Final = {"sdn": 12, "alt": 5, "add": 6}
_NULL: Final = "-0-"
_HEADER: Final = "ent_num"
_MAX_FIELD: Final = 1_000_000
_END_OF_FILE: Final = b"\x1a"
_KINDS: Final = {
    "individual": EntityKind.PERSON,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}


def parse_ofac(sdn: bytes, alt: bytes = b"", add: bytes = b"", list_date: date | None = None) -> ParsedList:
    """Read the SDN file with its aliases; addresses are checked for wholeness and not kept.

    The files carry no date, so the caller tells it. Raises `ListTruncated`, `ListUnreadable`, `ListEmpty`,
    `ListTooLarge`.
    """
    files = {"sdn": unpack(sdn), "alt": unpack(alt), "add": unpack(add)}
    rows = {name: _records(raw, _COLUMNS[name], name) for name, raw in files.items()}
    _check_references(rows)
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in rows["alt"]:
        aliases[row[0].strip()].append(_value(row[3]))
    remarks = [read_remarks(_value(row[11])) for row in rows["sdn"]]
    read = [
        _entity(row, said, aliases.get(row[0].strip(), []), number)
        for number, (row, said) in enumerate(zip(rows["sdn"], remarks, strict=True), 1)
    ]
    entities = tuple(_with_limit(entity) for entity in read if entity.names)
    if not entities:
        raise ListEmpty(format="ofac-csv")
    refused = sum(said.refused for said in remarks)
    unread = sum(said.unread for said in remarks) + sum(len(entity.names[MAX_NAMES:]) for entity in read)
    return ParsedList(entities, list_date, refused, unread, sum(map(len, files.values())))


def _records(raw: bytes, columns: int, name: str) -> list[list[str]]:
    """Return the records of one file; a file cut within a record ends short or inside quotes."""
    text = _text(raw.removesuffix(_END_OF_FILE))
    csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row and len(row) != columns:
                raise _refusal(reader.line_num, text, name)
            rows.extend([row] if row else [])
    except csv.Error as error:
        raise _refusal(reader.line_num, text, name) from error
    _check_last_value(rows, text, name)
    return rows[1:] if rows and rows[0][0].strip().casefold() == _HEADER else rows


def _text(raw: bytes) -> str:
    """Decode a file: accented letters of ISO-8859-1 are never whole UTF-8, so what is UTF-8 was meant so."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _refusal(line: int, text: str, name: str) -> ListTruncated | ListUnreadable:
    """Tell a cut from a fault: only the last record of a cut file is wrong."""
    kind = ListTruncated if line >= text.count("\n") else ListUnreadable
    return kind(format="ofac-csv", file=name, line=line)


def _check_last_value(rows: list[list[str]], text: str, name: str) -> None:
    """Without a line end, the last value must be closed by its quote or be a whole null."""
    if not rows or text.endswith(("\n", "\r", '"')):
        return
    if rows[-1][-1].strip() != _NULL:
        raise ListTruncated(format="ofac-csv", file=name, line=len(rows))


def _check_references(rows: dict[str, list[list[str]]]) -> None:
    """An alias or address of an entry that the SDN file lacks shows that its end is missing."""
    known = {row[0].strip() for row in rows["sdn"]}
    for name in ("alt", "add"):
        orphan = next((row[0].strip() for row in rows[name] if row[0].strip() not in known), "")
        if orphan:
            raise ListTruncated(format="ofac-csv", file="sdn", missing_entry=orphan[:20])


def _entity(row: list[str], remarks: Remarks, aliases: list[str], number: int) -> ListedEntity:
    kind = _KINDS.get(_value(row[2]).casefold(), EntityKind.ORGANISATION)
    names = [_listed_name(_value(row[1]), kind, "sdn_name")]
    names += [_listed_name(name, kind, f"alt[{place}]") for place, name in enumerate(aliases, 1)]
    names += [
        _listed_name(name, kind, f"remarks.aka[{place}]", weak=True)
        for place, name in enumerate(remarks.weak_names, 1)
    ]
    unique = {name.full: name for name in reversed(names) if name.full}
    return ListedEntity(
        reference=row[0].strip(),
        kind=kind,
        names=tuple(reversed(unique.values())),
        births=remarks.births,
        documents=remarks.documents,
        nationalities=remarks.nationalities,
        programme=_value(row[3]).replace("] [", ", "),
        path=f"sdn[{number}]",
        birthplaces=remarks.birthplaces,
    )


def _with_limit(entity: ListedEntity) -> ListedEntity:
    """Keep as many names as are compared: an alias flood must not stop the line; the rest is counted."""
    return msgspec.structs.replace(entity, names=entity.names[:MAX_NAMES])


def _listed_name(text: str, kind: EntityKind, path: str, *, weak: bool = False) -> ListedName:
    """Read `FAMILY, Given` of persons; names of organisations and vessels have no parts."""
    family, comma, given = text.partition(", ")
    if kind is EntityKind.PERSON and comma and family.strip() and given.strip():
        return ListedName(text, given.strip(), family.strip(), weak, path)
    return ListedName(text, weak=weak, path=path)


def _value(text: str) -> str:
    """Return a value without spaces; the null `-0-` is empty."""
    plain = text.strip()
    return "" if plain == _NULL else plain
