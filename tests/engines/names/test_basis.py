"""What a probability rests on is told by kind of fact, and only by what was compared."""

import pytest

from cordillera.engines.names.basis import rests_on
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import compare_person
from cordillera.engines.names.kinds_conclude import compare_entry
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.model import SubjectKind as Kind
from cordillera.foundation.explain import Term

PASSPORT = (Document(DocumentKind.PASSPORT, "AB123456", "ECU"),)
LISTED = ListedPerson(
    "7", (ListedName("VELEZ, John"),), read_births("1980-05-04"), PASSPORT, ("Loja, Ecuador",)
)


@pytest.mark.parametrize(
    ("subject", "basis"),
    [
        (Subject("1", "John Velez"), ("name",)),
        (Subject("1", "John Velez", date_of_birth="1980-05-04"), ("name", "birth")),
        (Subject("1", "John Velez", date_of_birth="1956-01-09"), ("name", "birth")),
        (Subject("1", "Rosa Quispe", documents=PASSPORT), ("document",)),
        (Subject("1", "John Velez", birthplace="Loja, Ecuador"), ("name", "place")),
    ],
)
def test_what_was_compared_is_told(subject, basis):
    assert rests_on(compare_person(subject, LISTED).terms) == basis


def test_what_only_one_side_states_is_no_basis():
    bare = ListedPerson("7", (ListedName("VELEZ, John"),))
    full = Subject("1", "John Velez", date_of_birth="1980-05-04", documents=PASSPORT)
    assert rests_on(compare_person(full, bare).terms) == ("name",)


def test_a_ship_rests_on_its_name_and_number():
    imo = (Document(DocumentKind.VESSEL, "9074729"),)
    ship = ListedPerson("7", (ListedName("NORDIC WIND"),), documents=imo, kind=Kind.VESSEL)
    asked = Subject("1", "M/V Nordic Wind", documents=imo, kind=Kind.VESSEL)
    assert rests_on(compare_entry(asked, ship).terms) == ("name", "document")


def test_words_that_contradict_and_remarks_without_weight_are_no_basis():
    terms = [Term("names.word_contradicts", -5.0), Term("names.document_doubtful", 0.0)]
    assert rests_on(terms) == ()
