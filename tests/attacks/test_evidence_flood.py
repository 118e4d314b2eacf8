"""Facts built to match everybody, or to cost time: they earn nothing and are bounded."""

import time

import pytest

from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.evidence import weigh_evidence
from cordillera.engines.names.model import Document, DocumentKind, ListedPerson, Subject, SubjectKind
from cordillera.engines.names.organisations_compare import compare_kind
from cordillera.foundation.explain import total

ENDLESS = [
    "1980 and " * 900,
    "circa " * 900,
    "?" * 9_000,
    "c." * 5_000,
    "1980 or " * 900,
    "x/" * 5_000,
    "هـ" * 5_000,
]


def test_an_entry_with_every_year_of_birth_gains_almost_nothing() -> None:
    every = tuple(birth for year in range(1930, 2011) for birth in read_births(str(year)))
    found = weigh_evidence(
        Subject("s", "Ana Velez", date_of_birth="1935-05-04"), ListedPerson("1", (), every)
    )
    assert total(found) < 3.0


def test_an_entry_with_every_place_and_short_number_gains_little() -> None:
    numbers = tuple(Document(DocumentKind.PASSPORT, f"{n:05}", "ECU") for n in range(10_000, 30_000))
    flooded = ListedPerson("1", (), (), numbers, ("Quito",) * 20_000)
    own = Document(DocumentKind.PASSPORT, "29999", "ECU")
    began = time.process_time()
    found = weigh_evidence(Subject("s", "Ana", documents=(own,), birthplace="Quito"), flooded)
    assert time.process_time() - began < 1.0
    assert total(found) < 5.0


@pytest.mark.parametrize("text", ENDLESS)
def test_endless_text_costs_little_time(text: str) -> None:
    document = Document(DocumentKind.OTHER, text, text)
    subject = Subject("s", "Ana", date_of_birth=text, documents=(document,), birthplace=text)
    listed = ListedPerson("1", (), read_births("1980"), (document,), (text,))
    weigh_evidence(Subject("s", "Ana", birthplace="Quito"), ListedPerson("1", (), (), (), ("Loja",)))
    began = time.process_time()
    weigh_evidence(subject, listed)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("kind", [SubjectKind.ORGANISATION, SubjectKind.VESSEL, SubjectKind.ADDRESS])
@pytest.mark.parametrize(
    "text", ["a " * 9_000, "S.A. " * 5_000, "(ex a) " * 5_000, "1 " * 9_000, "wxyz " * 9_000]
)
def test_endless_names_cost_little_time(kind: SubjectKind, text: str) -> None:
    compare_kind(kind, "Volkov One", "Volkow Onne")
    began = time.process_time()
    compare_kind(kind, text, text[::-1])
    assert time.process_time() - began < 1.0
