from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.evidence import (
    complete_facts,
    completeness,
    facts_listed,
    facts_of,
    weigh_evidence,
    weigh_facts,
)
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.foundation.explain import total

NAMES = (ListedName("Ana Vega"),)
DATES = ["", "1980", "1980-05-04", "1980-04-05", "1999-01-01", "31/02/1980", "circa 1981", "1400 AH"]
PLACES = ["", "Quito, Ecuador", "Ecuador", "Machachi", "Lima, Perú", "?"]
NUMBERS = st.tuples(
    st.sampled_from(list(DocumentKind)),
    st.sampled_from(["1710034065", "1710034066", "171003406-5", "A1234567", "00000", ""]),
    st.sampled_from(["", "ECU", "Ecuador", "PER"]),
).map(lambda parts: Document(*parts))


def listed(birth: str = "", *documents: Document, places: tuple[str, ...] = ()) -> ListedPerson:
    return ListedPerson("1", NAMES, read_births(birth), documents, places)


def subject(birth: str = "", *documents: Document, place: str = "") -> Subject:
    return Subject("s", "Ana Vega", date_of_birth=birth, documents=documents, birthplace=place)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(DATES), st.sampled_from(DATES),
    st.lists(NUMBERS, max_size=3), st.lists(NUMBERS, max_size=3),
    st.sampled_from(PLACES), st.sampled_from(PLACES),
)  # fmt: skip
def test_the_terms_sum_exactly_in_every_order(
    own: str, other: str, carried: list[Document], held: list[Document], place: str, born: str
) -> None:
    traveller = subject(own, *carried, place=place)
    entry = listed(other, *held, places=(born,) if born else ())
    terms = weigh_evidence(traveller, entry)
    forward = sum(term.contribution for term in terms)
    backward = sum(term.contribution for term in reversed(terms))
    assert forward == backward == total(terms)
    assert forward * 1024 == int(forward * 1024)
    assert 0.0 <= completeness(traveller, entry) <= 1.0


def test_where_nothing_can_be_compared_nothing_is_said() -> None:
    assert weigh_evidence(subject(), listed()) == ()
    assert weigh_evidence(subject("1980-05-04"), listed()) == ()
    assert weigh_evidence(subject(), listed("1980")) == ()
    assert weigh_evidence(subject("31/02/1980"), listed("1980")) == ()
    assert completeness(subject("1980-05-04"), listed()) == 0.0


def test_facts_read_once_weigh_the_same() -> None:
    traveller, entry = subject("1980-05-04", place="Machachi"), listed("1980", places=("Machachi",))
    assert weigh_facts(facts_of(traveller), facts_listed(entry)) == weigh_evidence(traveller, entry)
    assert complete_facts(facts_of(traveller), facts_listed(entry)) == completeness(traveller, entry)


def test_an_equal_document_outweighs_a_contradicting_date_of_birth() -> None:
    passport = Document(DocumentKind.PASSPORT, "A1234567", "ECU")
    terms = weigh_evidence(subject("1999-05-04", passport), listed("1950-01-02", passport))
    assert {term.name for term in terms} == {"names.birth_far_apart", "names.document_equal"}
    assert total(terms) > 10.0


def test_a_number_whose_check_digits_fail_is_told_and_still_compared() -> None:
    doubtful = Document(DocumentKind.NATIONAL_ID, "1710034066", "ECU")
    terms = weigh_evidence(subject("", doubtful), listed("", doubtful))
    told = [term for term in terms if term.name == "names.document_doubtful"]
    assert [term.contribution for term in told] == [0.0, 0.0]
    assert {item.source for term in told for item in term.evidence} == {"subject.document", "listed.document"}
    assert terms[0].name == "names.document_equal_doubtful"


def test_every_term_shows_what_each_side_wrote() -> None:
    terms = weigh_evidence(
        subject("4 de mayo de 1980", place="Quito"), listed("1980", places=("Quito, Ecuador",))
    )
    assert [term.detail for term in terms] == [
        "4 de mayo de 1980 / 1980-01-01..1980-12-31",
        "Quito / Quito, Ecuador",
    ]
    assert all(item.text for term in terms for item in term.evidence)


def test_more_and_finer_facts_are_more_complete() -> None:
    passport = Document(DocumentKind.PASSPORT, "A1234567", "ECU")
    rising = [
        completeness(subject(), listed()),
        completeness(subject("1980"), listed("1980s")),
        completeness(subject("1980"), listed("1980-05-04")),
        completeness(subject("1980-05-04"), listed("1999-05-04")),
        completeness(subject("1980-05-04", place="Quito"), listed("1999-05-04", places=("Lima",))),
        completeness(
            subject("1980-05-04", passport, place="Quito"), listed("1999-05-04", passport, places=("Lima",))
        ),
    ]
    assert rising == sorted(rising)
    assert len(set(rising)) == len(rising)


def test_nationality_and_sex_have_no_place_in_the_evidence() -> None:
    fields = set(Subject.__struct_fields__) | set(ListedPerson.__struct_fields__)
    assert not fields & {"nationality", "sex", "gender", "citizenship", "nationalities"}
