"""A rule is the same rule as English text, as Spanish text and as JSON; what is wrong has a place."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.cli.bench_rules_random import any_rule
from cordillera.engines.rules import (
    read_rule,
    read_rules,
    rule_from_json,
    rule_to_json,
    write_rule,
    write_rules,
)
from cordillera.engines.rules.check import check
from cordillera.engines.rules.errors import (
    RuleFault,
    RuleSyntax,
    RuleTooLarge,
    UnknownCode,
    UnknownFact,
    UnknownUnit,
    WrongPlace,
    WrongType,
)
from cordillera.engines.rules.formats import read_rules_file
from cordillera.engines.rules.model import Amount, Between, Negation, Purpose, Quantified
from cordillera.engines.rules.schema import FACTS, set_of_word
from cordillera.engines.rules.words import PHRASES

HEAD = 'rule cash-heavy "Cash and one heavy bag" for drug_trafficking when '
SPANISH = """
regla efectivo "Pago en efectivo, sin el titular" para tráfico_de_drogas
cuando existe pago (forma = "cash" y monto > 500 USD)
  y (itinerario.antelación < 24 h o vuelo.hora_salida entre 22:00 y 05:00)
  y no al menos 2 acompañantes (misma_reserva = sí)
  y vuelo.salida_utc >= 2026-11-22T22:00Z
salvo viajero.viajes >= 6
"""
ENGLISH = """
rule efectivo "Pago en efectivo, sin el titular" for drug_trafficking
when any payment (method = "cash" and amount > 500 USD)
  and (itinerary.booked_before < 24 h or flight.departure_time between 22:00 and 05:00)
  and not at least 2 companions (same_booking = yes)
  and flight.departure_utc >= 2026-11-22T22:00Z
unless traveller.journeys >= 6  # frequent travellers
"""


@given(st.integers(0, 2**32))
def test_text_in_both_languages_and_json_give_the_same_rule_back(seed: int) -> None:
    rule = any_rule(random.Random(seed))
    check(rule)
    assert read_rule(write_rule(rule, "en")) == rule
    assert read_rule(write_rule(rule, "es")) == rule
    assert rule_from_json(rule_to_json(rule)) == rule
    assert rule_from_json(rule_to_json(read_rule(write_rule(rule)))) == rule


def test_spanish_and_english_say_the_same() -> None:
    assert read_rule(SPANISH) == read_rule(ENGLISH)
    assert write_rule(read_rule(ENGLISH), "es").split() == SPANISH.split()


def test_the_words_of_both_languages_may_be_mixed() -> None:
    rule = read_rule(HEAD + "cada bag (peso > 30 kg or weight > 60 lb) y no traveller.age < 18 años")
    assert rule.purpose is Purpose.DRUG_TRAFFICKING
    assert isinstance(rule.when.of[0], Quantified)
    assert rule.when.of[0].amount is Amount.EVERY
    assert isinstance(rule.when.of[1], Negation)


def test_several_rules_are_read_in_order() -> None:
    rules = read_rules(SPANISH + ENGLISH)
    assert len(rules) == 2
    assert read_rules(write_rules(rules)) == rules
    assert read_rules_file(write_rules(rules).encode()) == rules
    assert read_rules_file(b"[" + b",".join(map(rule_to_json, rules)) + b"]") == rules
    assert read_rules_file(rule_to_json(rules[0])) == rules[:1]


def test_and_binds_tighter_than_or_and_between_takes_its_own_and() -> None:
    rule = read_rule(
        HEAD
        + "traveller.age between 18 years and 30 years and traveller.visa = yes or itinerary.one_way = no"
    )
    assert isinstance(rule.when.of[0].of[0], Between)
    assert rule.when.of[1].fact == "itinerary.one_way"


@pytest.mark.parametrize(
    ("text", "error", "at"),
    [
        ("traveller.agee > 3 years", UnknownFact, "traveller.agee"),
        ("any bag (wieght > 30 kg)", UnknownFact, "wieght"),
        ("any bag (weight > 30 h)", UnknownUnit, "weight"),
        ("any bag (weight > 30.0000000001 kg)", RuleSyntax, "1 kg"),
        ("any bag (weight > 0.000000001 g)", WrongType, "weight"),
        ("any bag (weight > 30)", UnknownUnit, "weight"),
        ('any bag (any document (type = "P"))', WrongPlace, "any document"),
        ("any bag (traveller.age > 3 years)", WrongPlace, "traveller.age"),
        ("bag.weight > 3 kg", WrongPlace, "bag.weight"),
        ('any payment (method = "GOLD")', UnknownCode, "method"),
        ('any payment (method contains "A")', WrongType, "method"),
        ("traveller.visa > yes", WrongType, "traveller.visa"),
        ("traveller.age = yes", WrongType, "traveller.age"),
        ('agency.code < "A"', WrongType, "agency.code"),
        ("flight.departure_utc > 2026-11-22T22:00", WrongType, "flight.departure_utc"),
        ("flight.departure_local > 2026-11-22T22:00Z", WrongType, "flight.departure_local"),
        ("itinerary.booked_on > 2026-02-30", WrongType, "itinerary.booked_on"),
        ("flight.departure_time > 24:00", WrongType, "flight.departure_time"),
        ("traveller.age < agency.code", WrongType, "traveller.age"),
        ("agency.code = agency.code", WrongType, "agency.code"),
        ("at least 0 bags (weight > 1 kg)", WrongType, "at least 0"),
        ("any bog (weight > 1 kg)", RuleSyntax, "bog"),
        ("agency.code = ABC", RuleSyntax, "ABC"),
        ('agency.code matches "A.*"', RuleSyntax, "matches"),
        ('agency.code = "A\nB"', RuleSyntax, '"A'),
        ('agency.code = ""', RuleSyntax, '""'),
        ("(itinerary.one_way = yes", RuleSyntax, None),
        ("itinerary.one_way = yes traveller.visa = yes", RuleSyntax, "traveller.visa"),
        ("", RuleSyntax, None),
    ],
)
def test_what_is_wrong_is_a_typed_error_with_its_place(text, error, at) -> None:
    source = f"{HEAD}\n  {text}"
    with pytest.raises(error) as caught:
        read_rule(source)
    offset = caught.value.facts["offset"]
    assert type(caught.value) is error
    assert offset == (len(source) if at is None and text else source.index(at) if at else offset)
    lines = source[:offset].split("\n")
    assert (caught.value.facts["line"], caught.value.facts["column"]) == (len(lines), len(lines[-1]) + 1)


def test_an_unknown_fact_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownFact) as caught:
        read_rule(HEAD + "any bag (weigth > 30 kg)")
    assert caught.value.facts["near"] == "bag.weight"


def test_json_is_checked_as_text_is_and_says_its_path() -> None:
    raw = rule_to_json(read_rule(ENGLISH)).replace(b"payment.method", b"payment.colour")
    with pytest.raises(UnknownFact) as caught:
        rule_from_json(raw)
    assert caught.value.facts["path"] == "when.of[0].where.of[0]"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": 1}',
        b"[" * 100_000,
        rule_to_json(read_rule(ENGLISH)).replace(b"Pago", b"Pago\\n"),
        rule_to_json(read_rule(ENGLISH)).replace(b'"24"', b'"1e999999999"'),
        rule_to_json(read_rule(ENGLISH)).replace(b'"24"', b'"NaN"'),
        rule_to_json(read_rule(ENGLISH)).replace(b'"name":"efectivo"', b'"name":"../x"'),
    ],
)
def test_broken_json_is_a_typed_error(raw: bytes) -> None:
    with pytest.raises(RuleFault):
        rule_from_json(raw)


def test_a_rule_nobody_can_read_is_refused() -> None:
    for text in (
        "not " * 5_000 + "itinerary.one_way = yes",
        "(" * 5_000 + "itinerary.one_way = yes",
        " or ".join(["itinerary.one_way = yes"] * 65),
        " or ".join(["(" + " and ".join(["itinerary.one_way = yes"] * 60) + ")"] * 10),
    ):
        with pytest.raises(RuleTooLarge):
            read_rule(HEAD + text)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_a_typed_error(text: str) -> None:
    fault = None
    try:
        read_rule(HEAD + text)
    except RuleFault as raised:
        fault = raised
    assert fault is None or fault.facts["offset"] <= len(HEAD + text)


def test_no_fact_or_set_is_hidden_by_a_word_of_the_grammar() -> None:
    words = {phrase.split()[0] for told in PHRASES.values() for phrase in told.values()}
    names = {part for fact in FACTS.values() for part in (fact.short, fact.spanish.partition(".")[2])}
    assert words & names == set()
    assert len({fact.spanish for fact in FACTS.values()}) == len(FACTS)
    assert set_of_word("maletas") == "bag"
