"""A rule being written: both faces, law at its condition, when each is unknown, trying it on facts."""

import json
from importlib.resources import files

import pytest

from cordillera.desks.travellers.rules_faces import (
    HELD,
    ON_PASSENGER_LISTS,
    example_facts,
    faces_of,
    fact_rows,
)
from cordillera.engines.edifact import read as read_message
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.rules import read_rule, rule_from_json
from cordillera.engines.rules.paxlst_facts import list_facts, traveller_facts
from cordillera.engines.rules.schema import FACTS

READERS = ("paxlst_facts", "pnr_facts", "pnr_itinerary", "pnr_reading", "pnr_seats", "pnr_things")
HEAVY = """rule heavy-cash "Heavy bag, paid in cash" for drug_trafficking
when any bag (weight > 30 kg) and any payment (method = "CASH")
  and not (itinerary.booked_before >= 24 h or flight.codeshare = yes)
unless traveller.journeys >= 6"""
FULL = (
    "UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12+++:::XA'"
    "LOC+125+BOG'DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++INVENTED:ANA'"
    "ATT+2++M'DTM+329:720805'MEA+CT++:2'MEA+WT++KGM:40'FTX+BAG+++XA123456'LOC+178+BOG'LOC+179+UIO'"
    "LOC+174+COL'NAT+2+COL'RFF+SEA:12A'DOC+P+AB0000001'DTM+36:300101'LOC+91+COL'UNT+22+1'UNZ+1+1'"
)
_ANA = (
    FULL[FULL.index("NAD+FL") : FULL.index("UNT+")]
    .replace("RFF+SEA", "RFF+AVF:ABC234'RFF+SEA")
    .replace("CT++:2", "CT++:1")
)
TWO_TOGETHER = (
    FULL[: FULL.index("NAD+FL")]
    + _ANA
    + _ANA.replace("ANA", "EVA").replace("12A", "12B")
    + "UNT+40+1'UNZ+1+1'"
)


def wrap(when: str, unless: str = "traveller.journeys >= 6") -> str:
    return f'rule a "A" for terrorism when {when} unless {unless}'


def test_tree_of_a_text_and_text_of_a_tree_are_the_same_rule():
    told = faces_of(HEAVY, "es")
    back = faces_of(told.tree, "es")
    assert back.rule == told.rule == read_rule(HEAVY) == rule_from_json(told.tree)
    assert read_rule(back.text) == read_rule(told.other) == told.rule


def test_text_stays_as_it_was_written_comments_too():
    assert faces_of(HEAVY + " # seen in March", "es").text.endswith("# seen in March")


def test_lines_say_where_each_part_stands():
    told = faces_of(HEAVY, "en")
    shown = [(line.path, line.depth, line.kind, line.text) for line in told.when]
    assert shown[:4] == [
        ("when", 0, "and", ""),
        ("when.of[0]", 1, "set", "any bag"),
        ("when.of[0].where", 2, "leaf", "weight > 30 kg"),
        ("when.of[1]", 1, "set", "any payment"),
    ]
    assert shown[-2:] == [
        ("when.of[2].of.of[0]", 3, "leaf", "itinerary.booked_before >= 24 h"),
        ("when.of[2].of.of[1]", 3, "leaf", "flight.codeshare = yes"),
    ]


def test_each_condition_says_when_it_is_unknown():
    condition = (
        'without bag (tag = "X") and any payment (method = "CASH") and traveller.age < 18 years '
        "and traveller.visa is unknown and flight.departure_utc > 2026-01-01T00:00Z"
    )
    notes = {line.text: line.notes for line in faces_of(wrap(condition), "en").when}
    assert notes["without bag"] == ("set_tags", "absence")
    assert notes["any payment"] == ("set_not_listed",)
    assert notes['method = "CASH"'] == ("not_listed",)
    assert notes["traveller.age < 18 years"] == ("left_out",)
    assert notes["traveller.visa is unknown"] == ("never",)
    assert notes["flight.departure_utc > 2026-01-01T00:00Z"] == ("not_listed",)


def test_a_passenger_list_tells_no_fact_that_is_said_to_be_unknown_on_it():
    (message,) = paxlst_messages(read_message(FULL.encode()))
    (pair,) = paxlst_messages(read_message(TWO_TOGETHER.encode()))
    alone = traveller_facts(message.travellers[0], message, "m")
    told = set[str]()
    for facts in (alone, *list_facts(pair, "m").values()):
        told |= set(facts.facts) | {
            name for things in facts.sets.values() for one in things.things for name in one
        }
    assert len(told) > 16
    assert {f"companion.{name}" for name in ("age", "bags", "nationality", "same_booking")} <= told
    assert told <= ON_PASSENGER_LISTS <= set(FACTS)


def test_every_fact_that_a_rule_may_use_has_a_source():
    """A condition on what nobody ever tells would look like a safeguard and be none."""
    folder = files("cordillera.engines.rules")
    readers = "".join((folder / f"{name}.py").read_text() for name in READERS)
    readers += (files("cordillera.desks.travellers") / "rules_held.py").read_text()
    made = {f"itinerary.{end}_country" for end in ("origin", "destination")}
    made |= {f"flight.{end}_{kind}" for end in ("departure", "arrival") for kind in ("local", "time", "utc")}
    made |= {f"segment.departure_{kind}" for kind in ("local", "time", "utc")}
    assert {row.name for row in fact_rows() if f'"{row.name}"' not in readers} <= made
    assert {row.name for row in fact_rows()} >= HELD
    assert not HELD & ON_PASSENGER_LISTS
    (line,) = faces_of(wrap("traveller.journeys_year > 3"), "en").when
    assert line.notes == ("held",)


def test_refusals_of_law_stand_at_their_condition():
    told = faces_of(wrap('itinerary.one_way = yes and traveller.meal = "KSML"'), "en")
    at = {line.path: [one.number for one in line.refusals] for line in told.when if line.refusals}
    assert at == {"when.of[1]": [2]}
    assert not told.lawful


@pytest.mark.parametrize(
    ("source", "code", "near"),
    [
        ("rule", "rules.syntax", ""),
        (wrap("traveller.agee = 4"), "rules.unknown_fact", "traveller.age"),
        (wrap('any payment (method = "CASHE")'), "rules.unknown_code", "CASH"),
        (wrap("any bag (weight > 3 h)"), "rules.unknown_unit", ""),
        (wrap("bag.weight > 3 kg"), "rules.wrong_place", ""),
        (f"{HEAVY}\n{HEAVY}", "rules.syntax", ""),
        ("{}", "rules.fault", ""),
        ("[]", "rules.syntax", ""),
        ("\ud800", "rules.syntax", ""),
        ("(" * 9_000, "rules.syntax", ""),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_what_was_written(source, code, near):
    told = faces_of(source, "en")
    assert told.rule is None
    assert (told.fault.code, told.fault.near) == (code, near)
    assert told.text == source


def test_number_out_of_bounds_in_the_tree_says_where():
    tree = json.loads(faces_of(wrap("traveller.age < 18 years"), "en").tree)
    tree["when"]["value"]["amount"] = "1e99"
    assert faces_of(json.dumps(tree), "en").fault.path == "when.value"


def test_example_facts_can_be_tried_and_name_each_fact_of_the_rule():
    told = faces_of(HEAVY, "en", example_facts(read_rule(HEAVY)))
    assert told.tried is not None
    assert told.tried.unknown == ()


def test_trial_explains_with_value_and_bytes_in_the_language():
    weight = {"value": "70 lb", "source": "PNR-7", "start": 480, "end": 486}
    facts = {
        "subject": "1",
        "facts": {"itinerary.booked_before": "5 h", "flight.codeshare": False},
        "sets": {"bag": [{"weight": weight}], "payment": [{"method": "cash"}]},
    }
    why = faces_of(HEAVY, "es", json.dumps(facts)).tried
    assert why.raised
    assert why.fired[0].condition == "peso > 30 kg"
    assert why.fired[0].read[0].evidence.start == 480
    assert why.unknown == ("traveller.journeys",)


def test_refused_rule_is_tried_on_nobody():
    told = faces_of('rule a "A" for terrorism when itinerary.one_way = yes', "en", '{"subject": "1"}')
    assert [one.number for one in told.refusals] == [7]
    assert told.tried is None


@pytest.mark.parametrize("facts", ["x", "{}", '{"subject": "1", "facts": {"traveller.meal": 3}}', "[" * 5000])
def test_facts_that_cannot_be_read_are_told(facts):
    assert faces_of(HEAVY, "en", facts).tried_fault.code == "rules.facts_fault"


def test_protected_traits_and_proxies_are_not_offered():
    offered = {row.name for row in fact_rows()}
    assert "bag.weight" in offered
    assert not offered & {"traveller.religion", "traveller.meal", "traveller.sex", "traveller.surname"}


@pytest.mark.parametrize(
    ("written", "near"),
    [("viajero.viaje >= 3", "viajero.viajes"), ("traveller.journey >= 3", "viajero.viajes")],
)
def test_faults_name_facts_in_the_language_of_the_page(written, near):
    head = 'regla a "A" para terrorismo cuando ' if written.startswith("viajero") else HEAD_EN
    fault = faces_of(head + written, "es").fault
    assert fault is not None
    assert fault.near == near
    wrong = faces_of('regla a "A" para terrorismo cuando viajero.viajes >= 3 kg', "es").fault
    assert wrong is not None
    assert wrong.subject == "viajero.viajes"


HEAD_EN = 'rule a "A" for terrorism when '
