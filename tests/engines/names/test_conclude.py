"""One subject and one listed person: what the alias's own quality does, and that terms sum."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.conclude import WEAK_BELOW, asking, compare_person, explain, read_listed
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


@pytest.mark.parametrize("name", ["Jafar", "Chapparu"])
def test_a_weak_alias_that_is_only_near_and_a_birthday_in_common_are_no_alert(name):
    listed = ListedPerson("7", (ListedName("CHAPARRO", weak=True),), read_births("1980-05-04"))
    subject = Subject("1", name, date_of_birth="1980-05-04")
    match = compare_person(subject, listed)
    assert match.score < ALERT_BITS
    assert match.score == total(match.terms)
    assert ListIndex([listed]).screen([subject]) == [()]
    assert ListIndex([listed]).screen([Subject("1", "Chaparro", date_of_birth="1980-05-04")]) != [()]


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


@pytest.mark.parametrize("name", ["Abu Seta", "Sidiki", "Quishpe Zambrano, Rosa"])
def test_a_birthday_and_a_town_in_common_are_no_alert_when_no_word_fits(name):
    listed = ListedPerson("7", (ListedName(name),), read_births("1962-09-03"), (), ("Ambato",))
    subject = Subject("1", "César Stiven Jaramillo", "", "", "1962-09-03", (), "Ambato")
    match = compare_person(subject, listed)
    assert match.score < ALERT_BITS
    assert match.score == total(match.terms)


def test_a_person_without_a_name_is_compared_by_the_facts():
    match = compare_person(Subject("1", ALIAS, documents=PASSPORT), ListedPerson("9", (), (), PASSPORT))
    assert match.score == total(match.terms)
    assert any(term.name.startswith("names.document_equal") for term in match.terms)


WORDS = [
    "ana",
    "jose",
    "jhon",
    "maria",
    "de",
    "la",
    "cruz",
    "velez",
    "garcia",
    "lópez",
    "Иван",
    "محمد",
    "xxxx",
]
NAMES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
DATES = st.sampled_from(["", "1980", "1980-01-01", "1980-05-04", "1980-04-05", "1999-12-31", "31/12/1999"])


@settings(deadline=None, max_examples=120)
@given(NAMES, st.lists(NAMES, min_size=1, max_size=3), DATES, DATES, st.sampled_from([True, False]))
def test_the_terms_sum_exactly_to_the_score_in_every_order(name, others, birth, listed_birth, weak):
    names = tuple(ListedName(other, weak=weak) for other in others)
    person = ListedPerson("L1", names, read_births(listed_birth), PASSPORT)
    match = compare_person(Subject("s", name, date_of_birth=birth, documents=PASSPORT), person)
    amounts = [term.contribution for term in match.terms]
    assert match.score == total(match.terms) == sum(amounts) == sum(reversed(amounts))
    assert 0.0 <= match.similarity <= 1.0
    assert 0.0 < match.probability < 1.0
    assert 0.0 <= match.completeness <= 1.0


def bits(name: str, *names: str, birth: str = "", listed_birth: str = "") -> float:
    listed = ListedPerson("L1", tuple(ListedName(one) for one in names), read_births(listed_birth))
    return compare_person(Subject("s", name, date_of_birth=birth), listed).score


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
def test_the_same_person_written_otherwise_is_an_alert_with_the_date_of_birth(name, other):
    assert bits(name, other, birth="1980-05-04", listed_birth="1980-05-04") >= ALERT_BITS


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
def test_another_person_is_no_alert(name, other):
    assert bits(name, other) < ALERT_BITS


def test_a_missing_date_of_birth_is_unknown_and_never_agreement():
    known = bits("Ana Velez", "Ana Velez", listed_birth="1980")
    assert known == bits("Ana Velez", "Ana Velez")


def test_a_contradicting_date_of_birth_brings_an_equal_name_below_the_threshold():
    assert bits("Ana Velez", "Ana Velez", birth="1999-01-02", listed_birth="1960-03-04") < ALERT_BITS


NOBODY = [
    *("", "...", "\u202e\u200b", "-0-", "12345"),
    *("Mr.", "Dr. Sr. Don", "Sra. Dña.", "Gral. Dr.", "DON FNU", "Sr. SIN NOMBRE"),
    *("FNU LNU", "LNU, FNU", "xxxx", "XXXX XXXXX", "(NO NAME)", "NoName", "SINNOMBRE", "Sin Nombres"),
    *("no apellido", "S\u200bIN NOMBRE", "\uff33\uff29\uff2e \uff2e\uff2f\uff2d\uff22\uff32\uff25"),
]


def test_titles_and_placeholders_find_nobody_though_the_date_of_birth_agrees():
    born = read_births("1980-05-04")
    listed = [
        ListedPerson(str(at), (ListedName(one),), born) for at, one in enumerate([*NOBODY, "Ana Velez"])
    ]
    subjects = [Subject("s", one, date_of_birth="1980-05-04") for one in NOBODY]
    subjects.append(Subject("s", "", given_names="FNU", family_names="LNU", date_of_birth="1980-05-04"))
    assert ListIndex(listed).screen(subjects) == [()] * len(subjects)
    (found,) = ListIndex(listed).screen([Subject("s", "Ana Velez", date_of_birth="1980-05-04")])
    assert [match.listed_name for match in found] == ["Ana Velez"]


@pytest.mark.parametrize(
    "written",
    [
        *("31/02/1980", "1981-02-29", "1980-13-40", "0000-00-00", "99999999", "XXXX", "\u202e"),
        *("2523-05-04", "04/05/2523", "1400-09-15", "1359/02/14", "9999 BE", "3000 AH"),
    ],
)
def test_a_date_that_cannot_be_or_of_a_calendar_that_is_not_named_neither_agrees_nor_contradicts(written):
    assert bits("Ana Velez", "Ana Velez", birth=written, listed_birth="1980-05-04") == bits(
        "Ana Velez", "Ana Velez", listed_birth="1980-05-04"
    )
    assert bits("Ana Velez", "Ana Velez", birth="1980-05-04", listed_birth=written) == bits(
        "Ana Velez", "Ana Velez", birth="1980-05-04"
    )


@pytest.mark.parametrize("written", ["4/5/2523 BE", "14/02/1359 SH", "19/06/1400 AH"])
def test_a_date_of_a_named_calendar_agrees_and_contradicts_like_any_other(written):
    without = bits("Ana Velez", "Ana Velez")
    assert bits("Ana Velez", "Ana Velez", birth=written, listed_birth="1980-05-04") > without
    assert bits("Ana Velez", "Ana Velez", birth=written, listed_birth="1950-11-20") < without


def test_nationality_and_sex_have_no_place_in_a_comparison():
    fields = set(Subject.__struct_fields__) | set(ListedPerson.__struct_fields__)
    assert not fields & {"nationality", "sex", "gender", "citizenship", "nationalities"}


def test_every_word_term_points_at_both_names_as_written():
    match = compare_person(Subject("s", "Jhon Vélez"), ListedPerson("L1", (ListedName("VELEZ, John"),)))
    words = [term for term in match.terms if term.name.startswith("names.word_")]
    assert words
    for term in words:
        assert [item.source for item in term.evidence] == ["subject.full_name", "list:L1/name"]
        assert all(item.text for item in term.evidence)


def test_an_explanation_on_demand_is_that_of_the_comparison():
    subject = Subject("1", "Jhon Beles", date_of_birth="1980-05-04")
    person = ListedPerson("7", (ListedName("VELEZ, John"),), read_births("1980-05-04"))
    found = explain(asking(subject), person, 0, read_listed(person.names[0]))
    assert found == compare_person(subject, person)
    assert found.score == total(found.terms)
