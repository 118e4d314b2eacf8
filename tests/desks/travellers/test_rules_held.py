"""Facts from what else is held: journeys, other reservations, lost documents, check digits, countries."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import activated
from tests.desks.travellers.test_history import ANA, WHY, listed
from tests.desks.travellers.test_reservation_ingest import passengers
from tests.engines.edifact.pnr_texts import SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.desks.travellers.errors import LostListUnreadable
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.lost_core import read_lost
from cordillera.desks.travellers.lost_service import LostDocuments
from cordillera.desks.travellers.rules_facts import FlightFacts
from cordillera.desks.travellers.rules_judging import RuleJudging
from cordillera.desks.travellers.rules_model import Limits
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.service import Parts, TravellerService

ONE = (TWO_TRAVELLERS + SECOND_LEG).replace(b"XXXXXXXXXXXX1186", b"411111XXXXXX1186")
FREQUENT = (
    'rule stranger "From Bogota for the first time" for drug_trafficking\n'
    'when flight.origin = "BOG" and traveller.age >= 30 years unless traveller.journeys >= 2\n'
)


def later(raw: bytes, day: bytes, locator: bytes) -> bytes:
    """The same reservation for another day, under another locator."""
    return raw.replace(b"261126", day).replace(b"MFN4TI", locator).replace(b"ZZ9PLM", locator[::-1])


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def take(ledger, sealer, clock, review, listed, rules, store, origin, scope):
    judging = RuleJudging(rules, sealer, clock, "en")
    desk = TravellerService(
        Parts(ledger, sealer, clock, review, listed, judge=judging), Desk("America/Guayaquil")
    )

    def do(raw: bytes):
        clock.advance(timedelta(minutes=5))
        with store.transaction(scope) as tx:
            return desk.ingest(tx, raw, origin)

    return do


@pytest.fixture
def told(store, sealer, scope):
    """The facts of everybody of a flight of a day, by their first document."""

    def read(day: str):
        with store.transaction(scope) as tx:
            query = sa.text("SELECT id FROM traveller_flight WHERE left(departs_local, 10) = :day")
            found = FlightFacts(sealer).on_flight(tx, tx.execute(query, {"day": day}).scalar_one())
        return {
            next((thing["document.number"].value for thing in one.things("document").things), ""): one
            for one in found.values()
        }

    return read


def test_journeys_are_counted_by_links_as_they_stood_when_the_flight_was_told(take, told):
    for day in ("261121", "261124", "261127"):
        take(listed(ANA, "MORA:INES", day=day))
    counts = [told(f"2026-11-{day}")["AB123456"].facts for day in (21, 24, 27)]
    assert [one["traveller.journeys"].value for one in counts] == [0, 1, 2]
    assert [one["traveller.journeys_year"].value for one in counts] == [0, 1, 2]
    evidence = counts[2]["traveller.journeys"].evidence
    assert evidence.source.startswith("link:")
    assert evidence.text == "XA12 2026-11-24"
    assert "traveller.journeys" not in told("2026-11-27")[""].facts


def test_the_exonerating_journeys_clear_at_arrival_as_in_the_pretest(take, rules, store, scope):
    take(listed("MORA:INES|750101|ZZ000001", day="261119"))
    version = activated(rules, store, FREQUENT, Limits(date(2027, 5, 1)))
    raised = [take(listed(ANA, day=day)).alerts for day in ("261121", "261124", "261127", "261129")]
    assert raised == [1, 1, 0, 0]
    ana = Person()
    with store.transaction(ana.scope) as tx:
        again = rules.save_draft(tx, ana, FREQUENT.replace("stranger", "again"), Limits(date(2027, 5, 1)))
    found = rules.pretest(store, ana, again.id)
    assert (found.travellers, found.hits, found.unknown) == (5, 3, 0)
    with store.transaction(scope) as tx:
        assert rules.report(tx, version.id).hits == 2


def test_a_parted_journey_counts_for_nobody(take, told, travellers, store, ana):
    take(listed(ANA))
    take(listed(ANA, day="261124"))
    with store.transaction(ana.scope) as tx:
        link = tx.execute(sa.text("SELECT id FROM traveller_link")).scalar_one()
        travellers.history.part(tx, ana, link, WHY)
    assert told("2026-11-24")["AB123456"].facts["traveller.journeys"].value == 0


def test_cards_contacts_and_agencies_count_the_reservations_held_then(take, told):
    take(message(ONE))
    take(later(message(ONE, made=b"261125:1300"), b"281126", b"QWE123"))
    first, second = told("2026-11-26")["A1234567"], told("2026-11-28")["A1234567"]
    for facts, others in ((first, 0), (second, 1)):
        assert [one["payment.card_uses"].value for one in facts.things("payment").things] == [others + 1]
        shared = {
            one["contact.kind"].value: one["contact.shared_with"].value
            for one in facts.things("contact").things
            if "contact.shared_with" in one
        }
        assert set(shared.values()) == {others}
        assert {"PHONE", "ADDRESS"} <= set(shared)
        assert facts.facts["agency.bookings_week"].value == others + 1


def test_companions_who_came_together_before_are_counted(take, told):
    take(message(ONE))
    take(later(message(ONE, made=b"261125:1300"), b"281126", b"QWE123"))
    (companion,) = told("2026-11-28")["A1234567"].things("companion").things
    assert companion["companion.journeys_shared"].value == 1
    assert companion["companion.journeys_shared"].evidence.source.startswith("link:")


def test_countries_of_the_itinerary_come_from_the_table_of_airports(take, told):
    take(message(ONE))
    facts = told("2026-11-26")["A1234567"].facts
    assert facts["itinerary.origin_country"].value == "ECU"
    assert facts["itinerary.origin_country"].evidence == facts["itinerary.origin"].evidence


UNSEATED = (
    ONE.replace(b"SSR+SEAT:HK:2:XA:::UIO:BOG+15A::1+15B::2'", b"")
    .replace(b"SSD+15A++++Y'", b"")
    .replace(b"SSD+15B++++Y'", b"")
)
APART = (
    'rule apart "Booked together, seated apart" for human_trafficking\n'
    "when any companion (seated_beside = no) unless traveller.journeys >= 6\n"
)


def seated(first: str, second: str) -> bytes:
    """The passenger list of the flight of `UNSEATED` with the seats of its two travellers."""
    return passengers(
        f"LOOR:ANA|800517|A1234567|MFN4TI'RFF+SEA:{first}",
        f"QUISPE:LUIS|000101|P7654321|MFN4TI'RFF+SEA:{second}",
    )


@pytest.mark.parametrize(("second", "beside"), [("21J", 1), ("22K", 0), ("21K", None)])
def test_where_the_reservation_tells_no_seats_the_list_tells_who_sits_beside_whom(take, told, second, beside):
    take(message(UNSEATED))
    assert "companion.seated_beside" not in told("2026-11-26")["A1234567"].things("companion").things[0]
    take(seated("21H", second))
    (companion,) = told("2026-11-26")["A1234567"].things("companion").things
    seen = companion.get("companion.seated_beside")
    assert (None if seen is None else (seen.value, seen.evidence.text)) == (
        None if beside is None else (beside, second)
    )


def test_who_sits_apart_is_raised_at_arrival_when_the_list_has_come(take, rules, store):
    take(listed("MORA:INES|750101|ZZ000001", day="261119"))
    activated(rules, store, APART, Limits(date(2027, 5, 1)))
    assert take(message(UNSEATED)).alerts == 0
    assert take(seated("21H", "30A")).alerts == 2


def test_a_lost_document_is_known_from_the_day_it_is_listed_on(take, told, ledger, sealer, clock, store, ana):
    lists = LostDocuments(ledger, sealer, clock)
    take(listed(ANA))
    assert "document.reported_lost" not in told("2026-11-21")["AB123456"].things("document").things[0]
    clock.advance(timedelta(minutes=1))
    with store.transaction(ana.scope) as tx:
        sheet = read_lost(b"number,issuer\nAB 123456,Colombia\nX1,Nowhere\n")
        report = lists.replace(tx, ana, "sltd", sheet)
    assert (report.documents, report.added, report.left_out) == (1, 1, 1)
    clock.advance(timedelta(minutes=1))
    take(listed(ANA, "MORA:INES|750101|ZZ000001", day="261124"))
    clock.advance(timedelta(minutes=1))
    with store.transaction(ana.scope) as tx:
        assert lists.end(tx, ana, "sltd").ended == 1
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_lost_document")).scalar_one() == 1
    after = told("2026-11-24")
    (lost,) = after["AB123456"].things("document").things
    assert lost["document.reported_lost"].value == 1
    assert lost["document.reported_lost"].evidence.source == "lost:sltd"
    assert after["ZZ000001"].things("document").things[0]["document.reported_lost"].value == 0
    assert "document.reported_lost" not in told("2026-11-21")["AB123456"].things("document").things[0]


def test_a_number_that_fails_its_check_digits_is_told(take, told):
    people = (
        "LEON:ANA|800517|1710034065|ECU",
        "MORA:INES|800517|1710034066|ECU",
        "SOTO:EVA|800517|AB777777|COL",
    )
    take(listed(*people).replace(b"DOC+P+17", b"DOC+I+17"))
    facts = told("2026-11-21")
    failed = {
        number: one.things("document").things[0].get("document.check_failed") for number, one in facts.items()
    }
    assert failed["1710034065"].value == 0
    assert failed["1710034066"].value == 1
    assert failed["AB777777"] is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "columns"),
        (b"number,issuer\n", "empty"),
        (b"number;issuer\nA1;COL\n", "columns"),
        (b"number,issuer\n\xff\xfe,COL\n", "utf-8"),
        (b"number,issuer\n" + b'"' + b"A" * 200_000, "csv"),
        (b"number,issuer\nA1,\x00\n", "empty"),
    ],
)
def test_a_broken_list_changes_nothing(raw, reason):
    with pytest.raises(LostListUnreadable) as caught:
        read_lost(raw)
    assert caught.value.facts["reason"] == reason
