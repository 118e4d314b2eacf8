import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.compare import compare
from cordillera.engines.names.constants import ALERT_THRESHOLD
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Match, Subject
from cordillera.engines.names.vocabulary import Vocabulary
from cordillera.foundation.explain import total

WORDS = "ana jose jhon maria de la cruz velez belez garcia lópez Иван محمد xxxx dr o'neil"
NAMES = st.lists(
    st.sampled_from(WORDS.split()),
    max_size=6,
).map(" ".join)
DATES = st.sampled_from(["", "1980", "1980-01-01", "1980-05-04", "1980-04-05", "1999-12-31", "31/12/1999"])


def listed(*names: str, birth: str = "", weak: bool = False) -> ListedPerson:
    dates = tuple(filter(None, [read_birth(birth)]))
    return ListedPerson("L1", tuple(ListedName(name, weak=weak) for name in names), dates)


def score(name: str, *names: str, birth: str = "", listed_birth: str = "", weak: bool = False) -> float:
    subject = Subject("s", name, date_of_birth=birth)
    return compare(subject, listed(*names, birth=listed_birth, weak=weak)).score


def reasons(match: Match) -> set[str]:
    return {term.name for term in match.terms}


@settings(deadline=None, max_examples=200)
@given(NAMES, st.lists(NAMES, min_size=1, max_size=3), DATES, DATES, st.booleans())
def test_the_terms_sum_exactly_to_the_score(
    name: str,
    others: list[str],
    birth: str,
    listed_birth: str,
    weak: bool,  # noqa: FBT001 - hypothesis passes by position
) -> None:
    document = (Document(DocumentKind.PASSPORT, "AB123456"),)
    person = listed(*others, birth=listed_birth, weak=weak)
    person = ListedPerson("L1", person.names, person.births, document)
    match = compare(Subject("s", name, date_of_birth=birth, documents=document), person)
    assert match.score == total(match.terms) == sum(term.contribution for term in match.terms)
    assert 0.0 <= match.score <= 1.0


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("José Macías", "MACIAS VILLAMAR, Jose Adolfo"),
        ("Fco. Javier Núñez", "NUNEZ LOPEZ, Francisco Javier"),
        ("María Delacruz", "DE LA CRUZ, Maria"),
        ("Jhon Yeferson Belez", "VELEZ, John Jefferson"),
        ("VELEZ JOHN", "John Velez"),
        ("AREFULLAHA REF GHAZI MOHAMMAD", "AREFULLAH AREF GHAZI MOHAMMAD"),
        ("Mr. Juan de la Torre", "TORRE, Juan"),
        ("ESCOBARDELACRUZ MARIA", "Maria Escobar de la Cruz"),
        ("Сергей Рахманинов", "Sergei Rakhmaninov"),
    ],
)
def test_the_same_person_written_otherwise_is_found(name: str, other: str) -> None:
    assert score(name, other) >= ALERT_THRESHOLD


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("GARCIA GOMEZ, Jose", "GARCIA LOPEZ, Jose"),
        ("Maria Lopez", "Maria Velez"),
        ("MACIAS, Ana", "VILLAMAR MACIAS, Ana"),
        ("Juan", "Juan Carlos Velez"),
        ("FNU LNU", "FNU LNU"),
        ("Sin Nombre", "Sin Nombre"),
        ("", "Ana Torres"),
        ("Kwon Oh Su", "Kwon Yong Chol"),
    ],
)
def test_another_person_is_not_found(name: str, other: str) -> None:
    assert score(name, other) < ALERT_THRESHOLD


def test_a_name_with_moved_spaces_and_an_error_is_compared_without_spaces() -> None:
    match = compare(Subject("s", "MARIADELCARMEM VELEZ"), listed("Maria del Carmen Velez"))
    assert "names.written_together" in reasons(match)
    assert match.score >= ALERT_THRESHOLD
    assert match.score == total(match.terms)


def test_a_missing_second_surname_is_nearly_free_and_a_missing_first_is_not() -> None:
    whole = "MACIAS VILLAMAR, Jose"
    assert score("MACIAS, Jose", whole) > 0.95
    assert score("VILLAMAR, Jose", whole) < ALERT_THRESHOLD


def test_exchanged_surnames_lower_the_score() -> None:
    match = compare(Subject("s", "Jose Villamar Macias"), listed("MACIAS VILLAMAR, Jose"))
    assert "names.surnames_swapped" in reasons(match)
    assert match.score < score("Jose Macias Villamar", "MACIAS VILLAMAR, Jose")


def test_siblings_with_one_birthday_are_told_apart_by_their_given_names() -> None:
    vocabulary = Vocabulary([{"ana", "velez"}, {"eva"}, {"ana", "eva"}, {"torres"}])
    twin = Subject("s", "", "Eva", "Velez Torres", "1980-05-04")
    match = compare(twin, listed("VELEZ TORRES, Ana", birth="1980-05-04"), vocabulary)
    assert "names.given_names_contradict" in reasons(match)
    assert match.score < ALERT_THRESHOLD


def test_order_of_the_parts_does_not_matter() -> None:
    assert score("VELEZ TORRES ANA", "Ana Velez Torres") == score("Ana Velez Torres", "Ana Velez Torres")


def test_a_name_cut_at_the_end_of_a_machine_readable_line_fits_as_a_prefix() -> None:
    name = "Maximiliano Echeverri-Santandereano"
    subject = Subject("s", "", "Maximiliano Alejandro", "Echeverri Santander")
    assert compare(subject, listed("ECHEVERRI SANTANDEREANO, Maximiliano Alejandro")).score > 0.9
    assert name  # a long surname is what is cut


def test_a_missing_date_of_birth_is_unknown_and_never_agreement() -> None:
    assert score("Ana Velez", "Ana Velez", birth="") == score("Ana Velez", "Ana Velez", birth="1980")
    match = compare(Subject("s", "Ana Velez"), listed("Ana Velez", birth="1980"))
    assert {"names.birth_unknown"} < reasons(match)
    assert next(t for t in match.terms if t.name == "names.birth_unknown").contribution == 0.0


def test_a_contradicting_date_of_birth_brings_an_equal_name_below_the_threshold() -> None:
    assert score("Ana Velez", "Ana Velez", birth="1999-01-02", listed_birth="1980-03-04") < ALERT_THRESHOLD


def test_the_same_document_raises_strongly_even_under_another_name() -> None:
    document = Document(DocumentKind.PASSPORT, "AB123456", "ECU")
    person = ListedPerson("L1", (ListedName("Ana Velez"),), (), (document,))
    match = compare(Subject("s", "Rosa Quispe", documents=(document,)), person)
    assert match.score >= ALERT_THRESHOLD
    assert "names.document_equal" in reasons(match)


def test_a_weak_alias_alone_raises_no_alert_but_with_a_second_fact_it_does() -> None:
    assert score("El Halcon Negro", "El Halcon Negro", weak=True) < ALERT_THRESHOLD
    assert (
        score("El Halcon Negro", "El Halcon Negro", weak=True, birth="1980-05-04", listed_birth="1980-05-04")
        >= 0.8
    )


def test_nationality_and_sex_have_no_place_in_a_comparison() -> None:
    fields = set(Subject.__struct_fields__) | set(ListedPerson.__struct_fields__)
    assert not fields & {"nationality", "sex", "gender", "citizenship", "nationalities"}


def test_every_word_term_points_at_both_names_as_written() -> None:
    match = compare(Subject("s", "Jhon Vélez"), listed("VELEZ, John"))
    for term in match.terms[:2]:
        assert [item.source for item in term.evidence] == ["subject.full_name", "list:L1/name"]
        assert all(item.text for item in term.evidence)


def test_a_person_without_names_matches_by_document_only() -> None:
    assert compare(Subject("s", "Ana"), ListedPerson("L1", ())).score == 0.0
