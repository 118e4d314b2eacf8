import gzip
import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.watchlists.samples import ADDRESS, COMPANY, FTM, NESTED, PASSPORT, PERSON, ftm, lines

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.model import BirthRange, Document, DocumentKind, ListedName, Precision
from cordillera.engines.watchlists.errors import ListEmpty, ListTooLarge, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.ftm import read_ftm
from cordillera.engines.watchlists.ftm_sides import birth_of_text
from cordillera.engines.watchlists.ftm_write import write_ftm
from cordillera.engines.watchlists.limits import MAX_LINE, Tally
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.source import ListFile


def read(raw: bytes) -> tuple[list[ListedEntity], Tally]:
    reading = read_ftm(ListFile.of(raw))
    return list(reading), reading.tally


def test_lines_that_belong_to_an_entity_are_joined_whichever_comes_first() -> None:
    entities, tally = read(FTM)
    person = entities[0]
    assert [entity.kind.value for entity in entities] == ["person", "organisation", "vessel", "aircraft"]
    assert person.documents == (
        Document(DocumentKind.NATIONAL_ID, "0912345675"),
        Document(DocumentKind.PASSPORT, "AB123456", "xx"),
    )
    assert (person.programme, person.listed_on) == ("TEST", date(2020, 3, 1))
    assert (person.addresses, person.birthplaces) == (("Calle 5, Invented Town",), ("Invented Town",))
    assert (tally.refused, tally.skipped, tally.unread) == (3, 1, 0)
    assert tally.left == 2


def test_names_have_their_parts_their_quality_and_their_path() -> None:
    person = read(FTM)[0][0]
    assert [(name.full, name.weak, name.path) for name in person.names] == [
        ("Ana Rosa Velez Torres", False, "name[0]"),
        ("Anita Velez", False, "alias[0]"),
        ("La Profe", True, "weakAlias[0]"),
    ]
    assert (person.names[0].given, person.names[0].family) == ("Ana Rosa", "Velez Torres")
    assert [birth.precision for birth in person.births] == [Precision.DAY, Precision.YEAR]


def test_numbers_of_ships_and_companies_keep_their_kind() -> None:
    by_id = {entity.reference: entity for entity in read(FTM)[0]}
    assert {document.kind for document in by_id["NK-3"].documents} == {DocumentKind.VESSEL}
    assert [document.kind for document in by_id["NK-2"].documents] == [
        DocumentKind.REGISTRATION,
        DocumentKind.ACCOUNT,
    ]


def test_the_nested_form_says_the_same_and_what_is_no_target_is_skipped() -> None:
    flat, nested = read(FTM)[0][0], read(NESTED)[0]
    assert [entity.reference for entity in nested] == ["NK-1"]
    assert set(nested[0].documents) == set(flat.documents)
    same = ("names", "births", "programme", "listed_on", "addresses", "nationalities", "birthplaces")
    assert all(getattr(nested[0], name) == getattr(flat, name) for name in same)
    assert read(NESTED)[1].skipped == 1


def test_a_path_names_the_line_and_the_bytes() -> None:
    raw = lines(COMPANY, PERSON)
    entity = read(raw)[0][1]
    assert entity.path.startswith("line[2]@")
    start, length = map(int, entity.path.partition("@")[2].split("+"))
    assert json.loads(raw[start : start + length])["id"] == "NK-1"


def test_statements_are_skipped_and_counted() -> None:
    statement = {"id": "s1", "entity_id": "NK-1", "prop": "name", "schema": "Person", "value": "x"}
    with_statements = {**COMPANY, "statements": {"name": []}}
    entities, tally = read(lines(PERSON, statement, with_statements))
    assert [entity.reference for entity in entities] == ["NK-1", "NK-2"]
    assert tally.skipped == 2


def test_what_belongs_to_nobody_is_counted_as_unread() -> None:
    assert read(lines(COMPANY, PASSPORT))[1].unread == 1
    assert read(lines(PERSON))[1].unread == 1  # the address that the file lacks
    assert read(lines(PERSON, ADDRESS))[1].unread == 0


def test_impossible_dates_and_documents_without_number_are_counted() -> None:
    person = ftm("Person", "p", name="Ana", birthDate=["1980-02-31", "soon", "1980"], passports=[
        ftm("Passport", "q", country="xx")])  # fmt: skip
    entities, tally = read(lines(person))
    assert (len(entities[0].births), tally.unread) == (1, 3)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_within_a_line_is_truncated(share: float) -> None:
    for raw in (FTM, gzip.compress(FTM)):
        with pytest.raises((ListTruncated, ListUnreadable)) as caught:
            read(raw[: int(len(raw) * share)])
        assert caught.type is ListTruncated or raw is not FTM


def test_a_fault_in_the_middle_is_unreadable_and_names_its_line() -> None:
    with pytest.raises(ListUnreadable) as caught:
        read(lines(PERSON) + b'{"id": 7, "schema": "Person"}\n' + lines(COMPANY))
    assert caught.value.facts["line"] == 2
    with pytest.raises(ListUnreadable):
        read(lines({**PERSON, "id": ""}))


def test_depth_and_length_of_a_line_are_bounded() -> None:
    deep = b'{"id":"a","schema":"Person","properties":{"x":[' + b'{"properties":{"x":[' * 5000
    with pytest.raises((ListTruncated, ListUnreadable)):
        read(deep + b"]}}" * 5000 + b"]}}\n")
    with pytest.raises(ListTooLarge):
        read(b'{"id":"' + b"a" * (MAX_LINE + 10))


def test_an_empty_file_is_empty() -> None:
    for raw in (b"", b"\n\n", lines(ADDRESS), lines(ftm("Person", "p", alias=[]))):
        with pytest.raises(ListEmpty):
            read(raw)


def test_what_is_written_is_read_back_the_same() -> None:
    births = (
        BirthRange(date(1980, 5, 4), date(1980, 5, 4), Precision.DAY),
        BirthRange(date(1980, 5, 1), date(1980, 5, 31), Precision.MONTH),
        BirthRange(date(1979, 1, 1), date(1979, 12, 31), Precision.YEAR),
    )
    names = (
        ListedName("Ana Velez", "Ana", "Velez", path="name[0]"),
        ListedName("آنا", path="name[1]"),
        ListedName("La Profe", weak=True, path="weakAlias[0]"),
    )
    documents = (
        Document(DocumentKind.VESSEL, "9074729"),
        Document(DocumentKind.PASSPORT, "AB1", "xx"),
        Document(DocumentKind.NATIONAL_ID, "0912345675"),
    )
    for kind in EntityKind:
        entity = ListedEntity(
            "a", kind, names, births, documents, ("xx",), "TEST", date(2020, 3, 1), "", ("T",), ("Calle 5",)
        )  # fmt: skip
        (back,), _ = read(write_ftm(entity))
        assert back.path == f"line[1]@0+{len(write_ftm(entity))}"
        for field in set(ListedEntity.__struct_fields__) - {"path", "documents"}:
            assert getattr(back, field) == getattr(entity, field), field
        assert set(back.documents) == set(entity.documents)


_DATES = st.dates().map(str) | st.from_regex(r"[012]\d{3}(-[01]\d(-[0123]\d)?)?", fullmatch=True)
_ODD = st.sampled_from(
    ["2023-W01-1", "20230101", "١٩٨٠-٠٥-٠٤", "1849", "1850", "2100-12-31", "2101-01-01", ""]
)


@settings(max_examples=200, deadline=None)
@given(_DATES | _ODD)
def test_the_short_way_to_a_date_of_birth_leads_where_the_long_one_does(text: str) -> None:
    assert birth_of_text(text) == read_birth(text)


def test_one_nested_entity_changes_nothing_for_the_flat_lines_after_it() -> None:
    nested_first = NESTED.splitlines(keepends=True)[0].replace(b"NK-1", b"NK-0")
    alone, after = read(FTM), read(nested_first + FTM)
    told = [[getattr(entity, name) for name in ("reference", "names", "births", "documents", "addresses")]
            for reading in (alone, after) for entity in reading[0]]  # fmt: skip
    assert told[: len(alone[0])] == told[len(alone[0]) + 1 :]
    assert (after[1].left, after[1].unread) == (alone[1].left * 2, 0)


def test_what_belongs_to_an_entity_is_known_by_its_schema_however_that_is_written() -> None:
    escaped = lines(PASSPORT).replace(b'"Passport"', b'"Pass\\u0070ort"')
    entities, tally = read(lines(PERSON, ADDRESS) + escaped)
    assert [document.number for document in entities[0].documents] == ["0912345675", "AB123456"]
    assert (tally.skipped, tally.unread) == (0, 0)


def test_protected_properties_are_counted_in_both_forms_and_kept_in_none() -> None:
    for raw in (FTM, NESTED):
        entities, tally = read(raw)
        assert tally.refused == 3
        assert "invented" not in str(entities[0].as_person()).lower().replace("invented town", "")
