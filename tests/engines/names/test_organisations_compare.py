import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.organisations_compare import KindComparison, compare_kind, kind_of, kind_of_pair
from cordillera.engines.names.pairs import NamePair, score_pairs

FIRM, SHIP, PLACE = SubjectKind.ORGANISATION, SubjectKind.VESSEL, SubjectKind.ADDRESS
WORDS = "comercial azul S.A. Ltda. Fabrika 7 8 II banco México Sea Star M/V Av. Loja ex ( & OOO Ёлка 公司 AG"
NAMES = st.lists(st.sampled_from(WORDS.split()), max_size=7).map(" ".join)


def bits(kind: SubjectKind, left: str, right: str) -> float:
    return compare_kind(kind, left, right).score


def reasons(found: KindComparison) -> set[str]:
    return {term.name.removeprefix("names.") for term in found.terms}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([FIRM, SHIP, PLACE]), NAMES, NAMES)
def test_the_terms_sum_exactly_to_the_score(kind: SubjectKind, left: str, right: str) -> None:
    found = compare_kind(kind, left, right)
    assert found.score == sum(term.contribution for term in found.terms)
    assert found.score == sum(term.contribution for term in reversed(found.terms))
    assert found.score * 1024 == int(found.score * 1024)
    assert 0.0 <= found.similarity <= 1.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Volcán Azul S.A.", "VOLCAN AZUL SOCIEDAD ANONIMA"),
        ("OOO Volna Servis", "Volna Servis LLC"),
        ("Comercial Quetzalcoa Cía. Ltda.", "COMERCIALIZADORA QUETZALCOA"),
        ("Quetzalcoa & Ramírez", "Quetzalcoa y Ramirez"),
        ("Cristalord Limited", "CRYSTALORD LTD"),
        ("Good Will Traders", "Goodwill Traders Inc."),
        ("Brigada 44", "Brigade Forty Four"),
        ("VolcanazulAG", "Volcanazul AG"),
        ("Quetzalcoa Refinery Corporation", "The Quetzalcoa Refinery Company"),
    ],
)
def test_the_same_organisation_written_otherwise_is_found(left: str, right: str) -> None:
    assert bits(FIRM, left, right) > 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Fabrika 7", "Fabrika 8"),
        ("11420 CORP.", "AZUL CORP."),
        ("11420 CORP.", "CORP. TRADING"),
        ("Quetzal Global Trading", "Quetzal Global Trading II"),
        ("Banco Quetzal S.A.", "Banco Quetzal Chile S.A."),
        ("Quetzalcoa of Denver, Inc.", "Quetzalcoa of Boston, Inc."),
        ("Comercial Import Export S.A.", "International Trading Group"),
        ("Volkov AG", "Siegmund AG"),
        ("Management Company", "Westlake Management Company"),
    ],
)
def test_another_organisation_is_not_found(left: str, right: str) -> None:
    assert bits(FIRM, left, right) < 0.5


def test_another_legal_form_is_said_and_costs_little() -> None:
    same, other = "Volcán Azul Quetzal AG", "Volcán Azul Quetzal GmbH"
    assert "form_differs" in reasons(compare_kind(FIRM, same, other))
    assert 0 < bits(FIRM, same, other) < bits(FIRM, same, same)


def test_a_word_of_trade_that_differs_costs_less_than_a_name() -> None:
    assert bits(FIRM, "Quetzalcoa Trading", "Quetzalcoa Services") > bits(
        FIRM, "Quetzalcoa Lindero", "Quetzalcoa Volkov"
    )


def test_an_acronym_fits_the_words_it_begins() -> None:
    found = compare_kind(FIRM, "QLF", "Quetzal Liberation Front")
    assert "acronym" in reasons(found)
    assert found.score > bits(FIRM, "QLX", "Quetzal Liberation Front")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("M/V SEA STAR III", "Sea Star 3"),
        ("MT Quetzal Wind", "QUETZAL WIND"),
        ("BLUE GULL (ex Quetzal Wind)", "F/V Quetzal Wind"),
        ("Quetzal Wnid 4", "Quetzal Wind 4"),
    ],
)
def test_the_same_vessel_is_found_with_or_without_its_prefix_and_by_a_former_name(
    left: str, right: str
) -> None:
    assert bits(SHIP, left, right) > 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [("Sea Star II", "Sea Star III"), ("Rung Won 1", "Rung Won 2"), ("Lady Luna", "Lady Marta")],
)
def test_sister_ships_are_not_found(left: str, right: str) -> None:
    assert bits(SHIP, left, right) < 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Av. Amazonas N34-120 y Rumipamba, Quito", "Avenida Amazonas N34-120, Quito, Ecuador"),
        ("Jr. Quetzal 450, Dpto. 3, Lima", "JIRON QUETZAL Nº 450 DEPARTAMENTO 3, LIMA"),
        ("Mz. B Lt. 4 Urb. Los Olivos", "Manzana B, Lote 4, Urbanización Los Olivos"),
        ("Keizersgracht 123, 1015 CJ Amsterdam", "1015CJ Amsterdam, Keizersgracht 123"),
        ("12 Rue des Volcans, Lyon", "12, rue des Volcans Lyon, France"),
        ("P.O. Box 777, Jumeirah, Dubai", "PO BOX 777 Jumeirah Dubai"),
    ],
)
def test_the_same_address_is_found_in_any_order_and_abbreviation(left: str, right: str) -> None:
    assert bits(PLACE, left, right) > 0.0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Av. Amazonas 120, Quito", "Av. Amazonas 450, Quito"),
        ("Mz. B Lt. 4 Urb. Los Olivos", "Mz. B Lt. 5 Urb. Los Olivos"),
        ("Jr. Quetzal 450, Lima, Peru", "Jr. Quetzal 450, Santiago, Chile"),
        ("Quito, Ecuador", "Calle Loja 3, Quito, Ecuador"),
    ],
)
def test_another_address_is_not_found(left: str, right: str) -> None:
    assert bits(PLACE, left, right) < 0.0


def test_a_schema_names_the_kind() -> None:
    assert [kind_of(text) for text in ("Company", "Vessel", "Address", "Person", "")] == [
        FIRM, SHIP, PLACE, SubjectKind.PERSON, SubjectKind.PERSON,
    ]  # fmt: skip


def test_a_legal_entity_is_an_organisation_when_a_name_looks_like_one() -> None:
    assert kind_of_pair("LegalEntity", "Quetzal Fund I", "Quetzal Fund") is FIRM
    assert kind_of_pair("LegalEntity", "Ana Quispe", "Rosa Quispe") is SubjectKind.PERSON
    assert kind_of_pair("Person", "Quetzal S.A.", "Quetzal") is SubjectKind.PERSON


def test_a_table_of_pairs_is_scored_by_the_rules_of_each_kind() -> None:
    scores, _ = score_pairs(
        [
            NamePair("Fabrika 7", "Fabrika 8", "Company"),
            NamePair("M/V SEA STAR III", "Sea Star 3", "Vessel"),
            NamePair("Jhon Vélez", "VELEZ, John", "Person"),
        ]
    )
    assert scores[0] < 0.0 < scores[1]
    assert scores[2] > 0.0


def test_every_word_term_points_at_both_names_as_written() -> None:
    found = compare_kind(FIRM, "Volcán Azul S.A.", "VOLCAN AZUL")
    shown = [[item.text for item in term.evidence] for term in found.terms if term.name == "names.word_equal"]
    assert shown == [["Volcán", "VOLCAN"], ["Azul", "AZUL"]]
    assert all(item.text == "Volcán Azul S.A."[item.start : item.end] for item in found.terms[0].evidence[:1])
