from datetime import date

import pytest
from tests.engines.watchlists.samples import CSV, MAPPING

from cordillera.engines.names.model import Document, DocumentKind
from cordillera.engines.watchlists.errors import (
    ListEmpty,
    ListMappingWrong,
    ListTruncated,
    ListUnreadable,
)
from cordillera.engines.watchlists.mapped_csv import read_csv
from cordillera.engines.watchlists.mapping import read_mapping
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.source import ListFile


def reading(raw: bytes, mapping: str = MAPPING) -> Reading:
    return read_csv(ListFile.of(raw), read_mapping(mapping))


def read(raw: bytes, mapping: str = MAPPING) -> list[ListedEntity]:
    return list(reading(raw, mapping))


def test_columns_constants_and_several_values_come_together() -> None:
    person, house = read(CSV.encode())
    assert (person.reference, person.kind, house.kind) == ("1", EntityKind.PERSON, EntityKind.ORGANISATION)
    assert [(name.full, name.weak) for name in person.names] == [
        ("Ana Rosa Vélez Núñez", False),
        ("La Profe", True),
        ("La Jefa", True),
    ]
    assert (person.names[0].given, person.names[0].family) == ("Ana Rosa", "Vélez Núñez")
    assert person.births[0].first == date(1980, 5, 4)
    assert person.documents == (Document(DocumentKind.NATIONAL_ID, "0912345675"),)
    assert (person.programme, person.nationalities) == ("Orden judicial", ("Ecuador",))
    assert (house.names[0].full, house.births) == ("Casa; Inventada", ())
    assert person.path.startswith("row[1]@line 2")


def test_a_protected_column_is_refused_an_unmapped_one_left_a_wrong_date_unread() -> None:
    found = reading(CSV.encode())
    assert "inventada" not in repr(list(found))
    assert (found.tally.refused, found.tally.left, found.tally.unread) == (1, 1, 1)


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("iso-8859-1", "windows-1252"),
        ("windows-1252", "windows-1252"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_and_stated(encoding: str, stated: str) -> None:
    found = reading(CSV.encode(encoding))
    assert next(iter(found)).names[0].full == "Ana Rosa Vélez Núñez"
    assert found.encoding == stated


def test_an_encoding_said_in_the_mapping_holds() -> None:
    with pytest.raises(ListUnreadable):
        read(CSV.encode("iso-8859-1"), 'encoding = "utf-8"\n' + MAPPING)


def test_columns_may_be_numbers_of_a_file_without_header() -> None:
    mapping = 'header = false\nlist_date = "2026-11-01"\n[columns]\nreference = 1\nname = 2\nbirth = 3\n'
    found = reading(b"7,Ana Velez,1980-05\n8,Rosa Quispe,\n", mapping)
    assert [entity.names[0].full for entity in found] == ["Ana Velez", "Rosa Quispe"]
    assert found.list_date == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("condition", "mapping"),
    [
        (1, "columns = 7"),
        (1, "not toml ["),
        (1, "[columns]\nreference = 1\nname = 2\n[more]\nx = 1"),
        (2, "[columns]\nreference = 1\nname = 2\nsex = 3"),
        (2, '[columns]\nreference = 1\nname = 2\n[constants]\nreligion = "x"'),
        (3, "[columns]\nname = 2"),
        (3, "[columns]\nreference = 1"),
        (4, '[columns]\nreference = 1\nname = "Ethnicity"'),
        (5, 'encoding = "ebcdic"\n[columns]\nreference = 1\nname = 2'),
    ],
)
def test_a_mapping_that_cannot_be_used_names_its_condition(condition: int, mapping: str) -> None:
    with pytest.raises(ListMappingWrong) as caught:
        read_mapping(mapping)
    assert caught.value.facts["condition"] == condition


def test_condition_6_a_column_must_be_there() -> None:
    with pytest.raises(ListMappingWrong) as caught:
        read(CSV.encode(), '[columns]\nreference = "No."\nname = "NAME"')
    assert caught.value.facts["condition"] == 6


def test_a_date_format_needs_a_year() -> None:
    mapping = 'dates = ["DD/MM"]\n[columns]\nreference = 1\nname = 2\nbirth = 3'
    with pytest.raises(ListMappingWrong):
        read(b"a,b,c\n1,Ana,04/05\n", mapping)


def test_a_cut_file_is_truncated_a_faulty_one_unreadable() -> None:
    raw = CSV.encode()
    with pytest.raises(ListTruncated):
        read(raw[: raw.rindex(b'Inventada"')])
    with pytest.raises(ListTruncated):
        read(raw[: raw.rindex(b";;;31")])
    with pytest.raises(ListUnreadable):
        read(raw.replace(b"1;Ana", b"0;x\n1;Ana"))
    with pytest.raises(ListEmpty):
        read(raw[: raw.index(b"1;Ana")])
