"""What an analyst reads about a rule that cannot be read: what is the matter, and what would fit."""

import re
from html import unescape

import pytest
from tests.desks.travellers.test_rules_faces import wrap
from tests.web.house import House

from cordillera.desks.travellers.rules_faults import fault_of
from cordillera.engines.rules import read_rule
from cordillera.engines.rules.errors import RuleFault
from cordillera.trust.access.model import Role

SETS = "maleta, documento, asiento, pago, acompañante, tramo, contacto"


def fault(when: str, language="es"):
    with pytest.raises(RuleFault) as caught:
        read_rule(wrap(when))
    return fault_of(caught.value, language)


@pytest.mark.parametrize(
    ("when", "words", "expected"),
    [
        ("any bag (weight > 30)", "no_unit", "kg, g, lb"),
        ("any bag (weight > 30 piedras)", "unknown_unit", "kg, g, lb"),
        ("traveller.age > 30", "no_unit", "años"),
        ("traveller.journeys > 6 kg", "unit_of_count", ""),
        ("flight.departure_local < 2026-12-01", "wrong_value", ""),
        ("flight.departure_local < 2026-12-01T05:00Z", "wrong_value", ""),
        ("any document (expires > 2026-13-01)", "no_such_day", ""),
        ("any bag (weight > 0.0000000001 kg)", "syntax", ")"),
        ("traveller.age > 0.5 years", "too_fine", ""),
        ('itinerary.origin > "UIO"', "wrong_relation", ""),
        ('traveller.role starts with "crew"', "wrong_relation", ""),
        ("flight.departure_local < flight.departure_utc", "other_kind", ""),
        ("traveller.journeys > traveller.journeys", "same_fact", ""),
        ("at least 0 bags (weight > 3 kg)", "wrong_count", ""),
        (
            "any luggage (weight > 3 kg)",
            "syntax",
            "maleta, documento, asiento, pago, acompañante, tramo, contacto",
        ),
        ("algún equipaje (peso > 3 kg)", "syntax", "a condition"),
        ("traveller.age >", "syntax", "a value or the name of a fact"),
        (
            "itinerary.origin like",
            "syntax",
            "=, !=, <, <=, >, >=, entre, uno de, empieza por, termina en, contiene, se conoce, se desconoce",
        ),
    ],
)
def test_a_fault_tells_what_fits_in_the_words_of_the_analyst(when, words, expected):
    told = fault(when)
    assert (told.words, told.expected) == (words, expected)


def test_a_condition_that_was_forgotten_is_missed_where_it_should_stand():
    told = fault("", "en")
    assert (told.found, told.expected) == ("unless", "a condition")


def test_a_closed_list_names_what_it_holds():
    assert fault('any payment (method = "EFECTIVO")').codes[:2] == ("CASH", "CARD")


def test_units_that_end_a_line_do_not_swallow_the_words_behind_them():
    assert read_rule(
        wrap("traveller.journeys > 3 and traveller.bags_declared < 2 or traveller.age < 9 years")
    )
    assert read_rule(wrap("traveller.journeys between 3 and 6"))


@pytest.fixture
def analyst(store, clock, tmp_path):
    with House(store, clock, tmp_path).browser("ana", Role.ANALYST) as browser:
        yield browser


def checked(browser, text: str, language: str) -> str:
    """The builder's page about a text, without script."""
    data = {"act": "check", "text": text}
    return browser.post("/rules/new", data=data, headers={"accept-language": language}).text


def said(browser, when: str, language: str) -> str:
    """The words of the fault on the page of the builder."""
    answer = checked(browser, wrap(when), language)
    found = re.search(r'data-fault="[^"]*">.*?<bdi>(.*?)</bdi>', answer, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_page_says_what_to_write_in_either_language(analyst):
    local = "flight.departure_local < 2026-12-01"
    assert "Escriba día y hora local sin Z, como < 2026-12-01T05:00." in said(analyst, local, "es")
    assert "Write day and local time without a Z, such as < 2026-12-01T05:00." in said(analyst, local, "en")
    assert "CASH (efectivo)" in said(analyst, 'any payment (method = "X")', "es")
    assert "como < 18 años" not in said(analyst, "", "en")
    assert "traveller.age < 18 years" in said(analyst, "", "en")
    assert "están en la tabla" in said(analyst, "equipaje.peso > 3 kg", "es")
    assert "«<script>»" in said(analyst, 'any payment (method = "<script>")', "es")


def test_a_name_that_is_none_is_told_without_a_pattern(analyst):
    text = wrap("any bag (weight > 3 kg)").replace("rule a ", "rule Uno-X ")
    page = checked(analyst, text, "es")
    assert "un nombre corto de minúsculas" in page


def test_the_rule_can_be_taken_as_json_and_pasted_again(analyst):
    page = analyst.post(
        "/rules/new?lang=es", data={"act": "check", "text": wrap("any bag (weight > 3 kg)")}
    ).text
    found = re.search(r"La misma regla en JSON.*?<pre[^>]*><bdi>(.*?)</bdi>", page, re.DOTALL)
    assert found
    again = checked(analyst, unescape(found[1]), "es")
    assert "existe maleta (peso &gt; 3 kg)" in again


def test_the_panel_of_the_law_names_each_condition_that_it_refuses(analyst):
    page = checked(analyst, wrap('traveller.meal = "KSML" and any bag (weight > 30 kg)'), "es")
    found = re.search(
        r'<div class="in-tree-too stack-s"><code><bdi>(.*?)</bdi></code>.*?</div>', page, re.DOTALL
    )
    assert found
    assert "comida" in found[1]
    assert "2016/681" in found[0]
