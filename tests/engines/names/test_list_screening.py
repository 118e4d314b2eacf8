"""A real list screened: recall and false alerts on the half that chose nothing, and what a match says."""

import csv
import gzip
import hashlib
import time
from pathlib import Path

import pytest

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ALERT_BITS, ListIndex
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.un_xml import parse_un


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(shared / "screening" / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def subjects(rows: list[dict[str, str]], column: str) -> list[Subject]:
    return [Subject(str(n), row[column], date_of_birth=row["date_of_birth"]) for n, row in enumerate(rows)]


def reported(key: str) -> bool:
    return bool(hashlib.sha256(f"cordillera-dev:{key}".encode()).digest()[-1] & 1)


@pytest.fixture(scope="module")
def un(shared: Path) -> ListIndex:
    raw = (shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz").read_bytes()
    return ListIndex(one.as_person() for one in parse_un(raw).entities if one.kind is EntityKind.PERSON)


def test_recall_and_false_alerts_on_the_half_that_chose_nothing(shared: Path, un: ListIndex) -> None:
    damaged = [row for row in rows(shared, "un_positives_treated.csv.gz") if reported(row["listed_name"])]
    found = sum(map(bool, un.screen(subjects(damaged, "treated_name"))))
    assert found / len(damaged) >= 0.99
    invented = rows(shared, "travellers_synthetic_us.csv.gz")[:4_000]
    innocent = [row for row in invented if reported(row["full_name"] + row["date_of_birth"])]
    assert sum(map(bool, un.screen(subjects(innocent, "full_name")))) <= 0.001 * len(innocent)


def test_thousands_of_travellers_are_screened_in_seconds(shared: Path, un: ListIndex) -> None:
    asked = subjects(rows(shared, "travellers_synthetic_global.csv.gz")[:1_000], "full_name")
    began = time.process_time()
    un.screen(asked)
    assert time.process_time() - began < 20  # about a second on a quiet core


def test_one_person_is_one_match_with_the_name_that_fits_best() -> None:
    index = ListIndex([ListedPerson("1", (ListedName("Ana Velez"), ListedName("Anna Veles")))])
    matches = index.screen([Subject("s", "Ana Velez")], 0.0)[0]
    assert [match.listed_name for match in matches] == ["Ana Velez"]


def test_the_best_match_comes_first() -> None:
    name, day = (ListedName("Ana Velez"),), "1980-05-04"
    index = ListIndex([ListedPerson("1", name), ListedPerson("2", name, read_births(day))])
    matches = index.screen([Subject("s", "Anna Velez", date_of_birth=day)], 0.0)[0]
    assert [match.entry_id for match in matches] == ["2", "1"]


def test_an_empty_list_and_an_empty_batch_find_nothing() -> None:
    nobody = ListIndex([ListedPerson("1", (ListedName(""), ListedName("...")))])
    assert ListIndex([]).screen([Subject("s", "Ana Velez")]) == [()]
    assert ListIndex([ListedPerson("1", (ListedName("Ana"),))]).screen([]) == []
    assert nobody.screen([Subject("s", "")]) == [()]


@pytest.mark.parametrize("name", ["Maria Delacruz Vega", "Vega Maria de la Cruz"])
def test_joined_and_divided_surnames_are_found_through_the_index(name: str) -> None:
    index = ListIndex([ListedPerson("1", (ListedName("DE LA CRUZ VEGA, Maria"),))])
    assert index.screen([Subject("s", name)])[0][0].score >= ALERT_BITS


def test_a_document_finds_its_holder_under_any_name() -> None:
    document = Document(DocumentKind.PASSPORT, "AB123456")
    index = ListIndex([ListedPerson("1", (ListedName("Ana Velez"),), (), (document,))])
    subject = Subject("s", "Rosa Quispe", documents=(Document(DocumentKind.PASSPORT, "ab 123456"),))
    assert [match.entry_id for match in index.screen([subject])[0]] == ["1"]


def test_a_fork_and_its_original_change_apart() -> None:
    ana, rosa, berta = (
        ListedPerson(str(at), (ListedName(name),))
        for at, name in enumerate(("Ana Velez Torres", "Rosa Quispe Mamani", "Berta Zambrano Loor"))
    )
    index = ListIndex([ana, rosa])
    fork = index.fork()
    fork.remove("0")
    fork.add(berta)
    index.add(ListedPerson("3", (ListedName("Marcelo Iturralde Vera"),)))
    names = "Ana Velez Torres", "Rosa Quispe Mamani", "Berta Zambrano Loor", "Marcelo Iturralde Vera"
    asked = [Subject("s", name) for name in names]
    found = [[[match.entry_id for match in hits] for hits in one.screen(asked)] for one in (index, fork)]
    assert found == [[["0"], ["1"], [], ["3"]], [[], ["1"], ["2"], []]]
