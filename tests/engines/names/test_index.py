import csv
import gzip
import hashlib
import random
import time
from pathlib import Path

import pytest

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.compare import compare
from cordillera.engines.names.constants import ALERT_THRESHOLD
from cordillera.engines.names.index import ListIndex
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.un_xml import parse_un


def persons_of_the_un(shared: Path) -> list[ListedPerson]:
    raw = (shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz").read_bytes()
    return [entity.as_person() for entity in parse_un(raw).entities if entity.kind is EntityKind.PERSON]


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(shared / "screening" / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def un(shared: Path) -> ListIndex:
    return ListIndex(persons_of_the_un(shared))


def test_the_index_finds_what_comparing_with_everybody_finds(shared: Path) -> None:
    """Recall against brute force is 1 on a sample, and every score is the same to the last bit."""
    persons = {person.entry_id: person for person in random.Random(7).sample(persons_of_the_un(shared), 120)}
    index = ListIndex(persons.values())
    treated = random.Random(8).sample(rows(shared, "un_positives_treated.csv.gz"), 40)
    others = random.Random(9).sample(rows(shared, "travellers_synthetic_global.csv.gz"), 30)
    subjects = [
        Subject(str(number), row.get("treated_name") or row["full_name"], date_of_birth=row["date_of_birth"])
        for number, row in enumerate(treated + others)
    ]
    for subject, matches in zip(subjects, index.screen(subjects, 0.72), strict=True):
        brute = {
            match.entry_id: match.score
            for match in (compare(subject, person, index.vocabulary) for person in persons.values())
            if match.score >= 0.72
        }
        assert {match.entry_id: match.score for match in matches} == brute


def test_recall_and_false_alerts_on_the_part_not_used_for_choosing_numbers(
    shared: Path, un: ListIndex
) -> None:
    """The half that chose the constants is left out here (docs/screening.md)."""
    positives = [row for row in rows(shared, "un_positives_treated.csv.gz") if _unseen(row["listed_name"])]
    subjects = [
        Subject(str(n), row["treated_name"], date_of_birth=row["date_of_birth"])
        for n, row in enumerate(positives)
    ]
    found = sum(bool(matches) for matches in un.screen(subjects))
    assert found / len(subjects) >= 0.98
    innocents = [
        Subject(str(n), row["full_name"], date_of_birth=row["date_of_birth"])
        for n, row in enumerate(rows(shared, "travellers_synthetic_us.csv.gz")[:6000])
        if _unseen(row["full_name"] + row["date_of_birth"])
    ]
    assert sum(bool(matches) for matches in un.screen(innocents)) <= 0.001 * len(innocents)


def _unseen(key: str) -> bool:
    return bool(int(hashlib.sha256(("fit:" + key).encode()).hexdigest(), 16) & 1)


def test_thousands_of_travellers_are_screened_in_seconds(shared: Path, un: ListIndex) -> None:
    subjects = [
        Subject(str(n), row["full_name"], date_of_birth=row["date_of_birth"])
        for n, row in enumerate(rows(shared, "travellers_synthetic_global.csv.gz")[:5000])
    ]
    began = time.process_time()
    un.screen(subjects)
    assert time.process_time() - began < 12  # about one second on a quiet core; 25,000 stay below a minute


def test_a_document_finds_its_holder_under_any_name() -> None:
    document = Document(DocumentKind.PASSPORT, "AB123456")
    index = ListIndex([ListedPerson("1", (ListedName("Ana Velez"),), (), (document,))])
    subject = Subject("s", "Rosa Quispe", documents=(Document(DocumentKind.PASSPORT, "ab 123456"),))
    assert [match.entry_id for match in index.screen([subject])[0]] == ["1"]


def test_one_person_is_one_match_with_the_name_that_fits_best() -> None:
    index = ListIndex([ListedPerson("1", (ListedName("Ana Velez"), ListedName("Anna Veles")))])
    matches = index.screen([Subject("s", "Ana Velez")])[0]
    assert [match.listed_name for match in matches] == ["Ana Velez"]


def test_the_best_match_comes_first() -> None:
    day = read_birth("1980-05-04")
    assert day is not None
    index = ListIndex(
        [ListedPerson("1", (ListedName("Ana Velez"),)), ListedPerson("2", (ListedName("Ana Velez"),), (day,))]
    )
    matches = index.screen([Subject("s", "Anna Velez", date_of_birth="1980-05-04")])[0]
    assert [match.entry_id for match in matches] == ["2", "1"]


def test_an_empty_list_and_an_empty_batch_find_nothing() -> None:
    assert ListIndex([]).screen([Subject("s", "Ana Velez")]) == [()]
    assert ListIndex([ListedPerson("1", (ListedName("Ana"),))]).screen([]) == []
    assert ListIndex([ListedPerson("1", (ListedName(""), ListedName("...")))]).screen([Subject("s", "")]) == [
        ()
    ]


def test_joined_and_divided_surnames_are_found_through_the_index() -> None:
    index = ListIndex([ListedPerson("1", (ListedName("DE LA CRUZ VEGA, Maria"),))])
    for name in ("Maria Delacruz Vega", "MARIA DELACRUZVEGA", "Vega Maria de la Cruz"):
        assert index.screen([Subject("s", name)])[0][0].score >= ALERT_THRESHOLD
