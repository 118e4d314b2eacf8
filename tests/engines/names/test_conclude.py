"""One subject and one listed person: what the alias's own quality does, and that terms sum."""

import pytest

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import WEAK_BELOW, compare_person
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ALERT_BITS, ListIndex
from cordillera.engines.names.weights import LIST_THRESHOLD
from cordillera.foundation.explain import total

ALIAS = "Ataulfo Zambrano Quishpe"
PASSPORT = (Document(DocumentKind.PASSPORT, "X1234567", "ECU"),)
LISTED = ListedPerson(
    "7",
    (ListedName("VELEZ, John"), ListedName(ALIAS, weak=True)),
    read_births("1980-05-04"),
    PASSPORT,
    ("Ambato, Ecuador",),
)


def test_a_weak_alias_alone_raises_no_alert_however_well_it_fits():
    match = compare_person(Subject("1", ALIAS), LISTED)
    assert (match.listed_name, match.score) == (ALIAS, LIST_THRESHOLD - WEAK_BELOW)
    assert match.score == total(match.terms)
    assert [term.name for term in match.terms].count("names.weak_alias") == 1
    assert ListIndex([LISTED]).screen([Subject("1", ALIAS)]) == [()]


@pytest.mark.parametrize(
    "subject",
    [
        Subject("1", ALIAS, date_of_birth="1980-05-04"),
        Subject("1", ALIAS, documents=PASSPORT),
        Subject("1", ALIAS, birthplace="Ambato"),
    ],
    ids=["birth", "document", "place"],
)
def test_a_weak_alias_with_a_second_fact_is_an_alert(subject):
    match = compare_person(subject, LISTED)
    assert match.score >= ALERT_BITS
    assert match.score == total(match.terms)
    assert ListIndex([LISTED]).screen([subject]) == [(match,)]


def test_a_fact_that_contradicts_is_no_second_fact():
    match = compare_person(Subject("1", ALIAS, date_of_birth="1944-11-30"), LISTED)
    assert match.score < ALERT_BITS


def test_a_name_that_is_not_weak_stands_for_the_person_when_it_fits_as_well():
    both = ListedPerson("8", (ListedName(ALIAS, weak=True), ListedName(ALIAS)))
    match = compare_person(Subject("1", ALIAS), both)
    assert match.score >= ALERT_BITS
    assert "names.weak_alias" not in {term.name for term in match.terms}
    assert ListIndex([both]).screen([Subject("1", ALIAS)]) == [(match,)]


@pytest.mark.parametrize("issuer", ["", "ECU"])
def test_the_same_document_makes_a_candidate_whatever_the_name(issuer):
    papers = (Document(DocumentKind.PASSPORT, "X1234567", issuer),)
    listed = ListedPerson("7", (ListedName("Ana Maria Velez Torres"),), (), papers)
    subject = Subject("1", "Rosa Quispe Mamani", "Rosa", "Quispe Mamani", documents=papers)
    match = compare_person(subject, listed)
    assert match.score >= ALERT_BITS
    assert match.score == total(match.terms)
    assert ListIndex([listed]).screen([subject]) == [(match,)]


def test_a_person_without_a_name_is_compared_by_the_facts():
    match = compare_person(Subject("1", ALIAS, documents=PASSPORT), ListedPerson("9", (), (), PASSPORT))
    assert match.score == total(match.terms)
    assert any(term.name.startswith("names.document_equal") for term in match.terms)
