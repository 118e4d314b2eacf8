"""Facts of reservations: every fact with its bytes, every set only as complete as the carrier's word."""

from datetime import datetime, timedelta

import msgspec
import pytest
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.edifact.pnr_state import fold
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.safeguard import allowed_message
from cordillera.engines.rules import read_rule
from cordillera.engines.rules.core import trace
from cordillera.engines.rules.facts import Facts, read_facts
from cordillera.engines.rules.paxlst_facts import traveller_facts
from cordillera.engines.rules.pnr_facts import Told, Version, Where, facts_of_reservation, facts_together
from cordillera.engines.rules.schema import FACTS, Ground
from cordillera.engines.rules.units import shown

WHOLE = message(TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY)


def utc(_port: str, local: str) -> str:
    return f"{datetime.fromisoformat(local) + timedelta(hours=5):%Y-%m-%dT%H:%MZ}"


def told_in(raw: bytes) -> tuple[Told, Where]:
    (one,) = (allowed_message(found) for found in pnrgov_messages(edifact.read(raw)))
    pnr = one.pnrs[0]
    return Told(pnr, (Version(pnr, "message:1"),)), Where(one.flight, utc)


def facts_in(raw: bytes):
    return facts_of_reservation(*told_in(raw))


def said(facts, name: str) -> str:
    return of_thing(facts.facts, name)


def of_thing(thing, name: str) -> str:
    value = thing[name].value
    return value if isinstance(value, str) else shown(value, FACTS[name].kind)


def holds(text: str, facts) -> bool | None:
    return trace(read_rule(f'rule a "A" for drug_trafficking when {text}').when, facts).outcome


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("traveller.role", "PASSENGER"),
        ("traveller.age", "46 years"),
        ("traveller.nationality", "ECU"),
        ("traveller.frequent_flyer", "yes"),
        ("traveller.unaccompanied_minor", "no"),
        ("traveller.bags_declared", "2"),
        ("traveller.bags_weight", "41 kg"),
        ("flight.carrier", "XA"),
        ("flight.number", "412"),
        ("flight.codeshare", "yes"),
        ("flight.departure_local", "2026-11-26T09:00"),
        ("flight.departure_time", "09:00"),
        ("flight.departure_utc", "2026-11-26T14:00Z"),
        ("flight.duration", "125 min"),
        ("itinerary.origin", "UIO"),
        ("itinerary.destination", "MAD"),
        ("itinerary.segments", "3"),
        ("itinerary.travellers", "2"),
        ("itinerary.one_way", "no"),
        ("itinerary.trip", "RETURN"),
        ("itinerary.transit_longest", "115 min"),
        ("itinerary.transit_total", "115 min"),
        ("itinerary.booked_on", "2026-11-01"),
        ("itinerary.booked_before", "597 h"),
        ("itinerary.checked_in_before", "11 h"),
        ("itinerary.changes", "2"),
        ("itinerary.split", "yes"),
        ("itinerary.fare", "240 USD"),
        ("agency.code", "12345678"),
        ("agency.city", "QUI"),
    ],
)
def test_what_a_reservation_says_of_its_first_traveller(fact, value):
    assert said(facts_in(WHOLE)[0], fact) == value


def test_each_fact_points_at_the_bytes_that_say_it():
    told, where = told_in(WHOLE)
    facts = facts_of_reservation(told, where)[0]
    things = [thing for one in facts.sets.values() for thing in one.things]
    known = [
        (name, seen) for thing in (facts.facts, *things) for name, seen in thing.items() if seen.evidence
    ]
    worked_out = {"payment.method", "contact.kind", "traveller.role", "bag.tag", "itinerary.trip"}
    assert len(known) > 60
    for name, seen in known:
        assert seen.evidence.source == "message:1"
        piece = WHOLE[seen.evidence.start : seen.evidence.end]
        assert piece, name
        if isinstance(seen.value, str) and name not in worked_out:
            assert piece.decode() == seen.value, name


def test_bags_are_pieces_with_their_tags_and_the_weight_of_one_is_not_guessed():
    bags = facts_in(WHOLE)[0].things("bag")
    assert [of_thing(one, "bag.tag") for one in bags.things] == ["48521", "48522", "48600"]
    assert of_thing(bags.things[0], "bag.tagged_before") == "11 h"
    assert not any("bag.weight" in one for one in bags.things)
    single = facts_in(
        WHOLE.replace(b"TBD++2:41:700+++XA:48521:2:BOG+XA:48600:1:MAD", b"TBD++1:66:701+++XA:48521::BOG")
    )
    (bag,) = single[0].things("bag").things
    assert single[0].things("bag").complete
    assert holds("any bag (weight > 29 kg)", single[0])
    assert of_thing(bag, "bag.destination") == "BOG"


def test_a_member_of_a_pool_has_bags_that_are_not_told_here():
    pooled = facts_in(WHOLE.replace(b"TBD++2:41:700+++XA:48521:2:BOG+XA:48600:1:MAD", b"TBD++2:41:700+MP"))[0]
    assert not pooled.things("bag").complete
    assert holds("every bag (weight < 50 kg)", pooled) is None


def test_a_payment_in_cash_points_at_the_form_of_payment():
    cash = WHOLE.replace(b"FOP+CC::240.00:VI:XXXXXXXXXXXX1186:0228'", b"FOP+CA'")
    told, where = told_in(cash)
    (payment,) = facts_of_reservation(told, where)[0].things("payment").things
    method = payment["payment.method"]
    assert (method.value, cash[method.evidence.start : method.evidence.end]) == ("CASH", b"CA")


def test_seats_payments_companions_documents_contacts_and_segments():
    first, second = facts_in(WHOLE)
    assert [of_thing(one, "seat.number") for one in first.things("seat").things] == ["15A"]
    assert [of_thing(one, "seat.number") for one in second.things("seat").things] == ["15B"]
    (payment,) = first.things("payment").things
    assert {name: of_thing(payment, name) for name in payment} == {
        "payment.method": "CARD", "payment.amount": "240 USD", "payment.paid_on": "2026-11-06",
    }  # fmt: skip
    assert (first.things("payment").complete, second.things("payment").complete) == (True, False)
    (companion,) = second.things("companion").things
    assert of_thing(companion, "companion.age") == "46 years"
    assert of_thing(companion, "companion.nationality") == "ECU"
    assert not first.things("companion").complete  # persons were split off
    (document,) = second.things("document").things
    assert of_thing(document, "document.number") == "P7654321"
    assert of_thing(document, "document.days_left") == "27168 h"
    assert not first.things("document").complete
    kinds = sorted(of_thing(one, "contact.kind") for one in first.things("contact").things)
    assert kinds == ["ADDRESS", "EMAIL", "PHONE", "PHONE"]
    flights = first.things("segment")
    assert flights.complete
    assert [of_thing(one, "segment.origin") for one in flights.things] == ["UIO", "BOG", "MAD"]
    assert of_thing(flights.things[1], "segment.wait") == "115 min"


def test_a_return_ticket_has_the_place_of_the_stay():
    back = b"TVL+261226:1500:261226:2000+MAD+UIO+XA+19:Y'RPI+2+HK'"
    facts = facts_in(message(TWO_TRAVELLERS + SECOND_LEG + back))[0]
    assert (said(facts, "itinerary.destination"), said(facts, "itinerary.one_way")) == ("MAD", "no")
    assert said(facts, "itinerary.stay") == "42290 min"


def test_a_passenger_list_alone_tells_neither_the_trip_nor_its_transits():
    (one,) = paxlst.paxlst_messages(edifact.read(LISTED))
    listed = traveller_facts(one.travellers[0], one, "message:9")
    facts = facts_together("t-1", listed, [])
    assert not {name for name in facts.facts if name.startswith("itinerary.")}
    assert holds('itinerary.trip = "ONE_WAY"', facts) is None
    assert holds("itinerary.transit_longest < 1 h", facts) is None


def test_a_way_with_a_gap_that_an_unknown_airport_could_close_is_no_trip_that_is_known():
    gap = message(TWO_TRAVELLERS + b"TVL+261126:1300:271126:0610+ZZZ+MAD+XA+18:Y'")
    facts = facts_in(gap)[0]
    assert "itinerary.trip" not in facts.facts
    assert "itinerary.transit_total" not in facts.facts
    told, where = told_in(gap)
    towns = {"UIO": "EC/Quito", "BOG": "CO/Bogota", "ZZZ": "CO/Cali", "MAD": "ES/Madrid"}
    facts = facts_of_reservation(told, msgspec.structs.replace(where, town=towns.get))[0]
    assert said(facts, "itinerary.trip") == "BROKEN"
    assert said(facts, "itinerary.transit_total") == "0 h"


def test_companions_sit_beside_each_other_by_their_seats_of_this_flight():
    first, second = facts_in(WHOLE)
    for facts, seat in ((first, b"15B"), (second, b"15A")):
        (companion,) = facts.things("companion").things
        beside = companion["companion.seated_beside"]
        assert beside.value == 1
        assert WHOLE[beside.evidence.start : beside.evidence.end] == seat
    apart = facts_in(WHOLE.replace(b"SSD+15B", b"SSD+16B"))[0]
    assert holds("any companion (seated_beside = no)", apart) is True
    assert [one["companion.seated_beside"].value for one in apart.things("companion").things] == [0]
    aisle = facts_in(WHOLE.replace(b"SSD+15B", b"SSD+15D").replace(b"+15B::2", b"+15D::2"))[0]
    assert holds("any companion (seated_beside = yes)", aisle) is None
    unseated = facts_in(WHOLE.replace(b"SSD+15B", b"SSD+").replace(b"+15B::2", b""))[0]
    assert holds("any companion (seated_beside = no)", unseated) is None


def test_from_a_reservation_that_was_cut_nothing_is_concluded():
    cut = WHOLE[: WHOLE.index(b"TIF+QUISPE")]
    facts = facts_in(cut)[0]
    assert not any(one.complete for one in facts.sets.values())
    for unknown in (
        "itinerary.segments",
        "itinerary.travellers",
        "itinerary.one_way",
        "itinerary.trip",
        "itinerary.transit_longest",
        "traveller.unaccompanied_minor",
    ):
        assert unknown not in facts.facts


def test_no_protected_fact_and_no_proxy_is_ever_filled():
    facts = facts_in(WHOLE)[0]
    named = {*facts.facts, *(name for one in facts.sets.values() for thing in one.things for name in thing)}
    assert not [name for name in named if FACTS[name].ground in {Ground.PROTECTED, Ground.PROXY}]


def test_evidence_lies_in_the_message_that_has_the_field():
    first = message(TWO_TRAVELLERS, made=b"261124:1200")
    cut = message(TWO_TRAVELLERS, made=b"261125:1200")
    cut = cut[: cut.index(b"TVL+261126:0900::1105")]
    messages = [allowed_message(one) for raw in (first, cut) for one in pnrgov_messages(edifact.read(raw))]
    standing = fold(messages).standing[0]
    versions = tuple(Version(one.pnrs[0], f"message:{at}") for at, one in enumerate(messages))[::-1]
    facts = facts_of_reservation(Told(standing.pnr, versions), Where(messages[0].flight, utc))[0]
    assert facts.facts["itinerary.booked_on"].evidence.source == "message:1"
    assert facts.facts["flight.carrier"].evidence.source == "message:0"


LISTED = (
    b"UNB+UNOC:3+XA+ECMIG+261126:0900+1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA412'LOC+125+UIO'"
    b"DTM+189:2611260900:201'LOC+87+BOG'DTM+232:2611261105:201'NAD+FL+++LOOR:ANA MARIA'DTM+329:800518'"
    b"NAT+2+ECU'RFF+SEA:15A'DOC+P+A1234567'DTM+36:310218'LOC+91+ECU'DOC+V+V99'UNT+16+1'UNZ+1+1'"
)


def test_list_and_reservation_together_say_each_thing_once():
    (one,) = paxlst.paxlst_messages(edifact.read(LISTED))
    listed = traveller_facts(one.travellers[0], one, "message:9")
    booked = facts_in(WHOLE)[0]
    facts = facts_together("t-1", listed, [booked])
    assert facts.subject == "t-1"
    assert facts.facts["flight.departure_local"].evidence.source == "message:9"
    assert facts.facts["itinerary.fare"].evidence.source == "message:1"
    documents = facts.things("document")
    assert [of_thing(one, "document.number") for one in documents.things] == ["A1234567", "V99"]
    assert documents.complete
    assert len(facts.things("seat").things) == 1
    assert facts.things("segment").complete
    assert facts_together("t-1", listed, []) == msgspec.structs.replace(listed, subject="t-1")


def bags_told(*bags: dict[str, str], complete: bool = True) -> Facts:
    told = {"subject": "t", "sets": {"bag": {"things": bags, "complete": complete}}}
    return read_facts(msgspec.json.encode(told))


@pytest.mark.parametrize(
    ("listed", "booked", "weights", "complete"),
    [
        ([{"tag": "X1"}], [{"tag": "900", "weight": "38 kg"}], ["38 kg"], True),
        ([{"tag": "X1"}, {"tag": "X2"}], [{"tag": "900", "weight": "38 kg"}], ["38 kg"], False),
        ([{"tag": "900"}, {"tag": "901"}], [{"tag": "900", "weight": "38 kg"}], ["38 kg", None], True),
        ([{"tag": "X1"}], [], [None], True),
    ],
)
def test_a_tag_of_the_list_does_not_hide_the_weight_of_the_booking(listed, booked, weights, complete):
    facts = facts_together("t", bags_told(*listed), [bags_told(*booked, complete=False)])
    bags = facts.things("bag")
    assert [of_thing(one, "bag.weight") if "bag.weight" in one else None for one in bags.things] == weights
    assert bags.complete is complete


def test_a_rule_on_bookings_is_unknown_where_there_is_only_a_list():
    (one,) = paxlst.paxlst_messages(edifact.read(LISTED))
    listed = traveller_facts(one.travellers[0], one, "message:9")
    rule = 'any payment (method = "CASH")'
    assert holds(rule, facts_together("t", listed, [])) is None
    assert holds(rule, facts_together("t", listed, [facts_in(WHOLE)[0]])) is False


@pytest.mark.parametrize(
    "name", ["pnrWithBags.txt", "loader_2_pnrs_basic.edi", "bigMessagePnr.txt", "pnrEdge.txt"]
)
def test_carriers_reservations_become_facts(shared, name):
    raw = (shared / "borders" / "pnrgov" / name).read_bytes()
    for one in pnrgov_messages(edifact.read(raw)):
        lawful = allowed_message(one)
        for pnr in lawful.pnrs:
            facts = facts_of_reservation(Told(pnr, (Version(pnr, "m"),)), Where(lawful.flight))
            assert len(facts) == len(pnr.travellers)
