"""Reservations from a carrier's bytes to the flight, in whatever order and parts they come."""

import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_masking import CANARY, FREE
from tests.engines.edifact.pnr_texts import SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.desks.travellers.model import FlightFilter, MessageStatus
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import Place
from cordillera.trust.review.model import QueueFilter

ALL = QueueFilter(desk="travellers")
ONE = TWO_TRAVELLERS + SECOND_LEG
OTHER = (
    b"SRC'RCI+XA:QQ7RST::021126:1000'TIF+MORA+EVAMRS:A:1'SSR+DOCS:HK:1:XA:::::/P/PER/P99/PER/03MAR90/F/03MAR30"
    b"/MORA/EVA'TVL+261126:0900::1105+UIO+BOG+XA+412:Y'RPI+1+HK'"
)


def passengers(*people: str, number: str = "XA412", reference: str = "7") -> bytes:
    """A PAXLST of the same flight; people are "SURNAME:GIVEN|YYMMDD|document|locator"."""
    told = [one.split("|") for one in people]
    body = "".join(
        f"NAD+FL+++{name}'DTM+329:{born}'{f'RFF+AVF:{locator}' + chr(39) if locator else ''}"
        + (f"DOC+P+{document}'LOC+91+ECU'" if document else "")
        for name, born, document, locator in told
    )
    return (
        f"UNB+UNOC:3+XA+ECMIG+261126:0900+{reference}'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+{number}'LOC+125+UIO'"
        f"DTM+189:2611260900:201'LOC+87+BOG'DTM+232:2611261105:201'{body}UNT+9+1'UNZ+1+{reference}'"
    ).encode()


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def board(store, travellers, ana):
    """The names on each flight, by flight number."""

    def show() -> dict[str, list[str]]:
        with store.transaction(ana.scope) as tx:
            return {
                flight.number: sorted(
                    f"{row.facts.family_names}/{row.facts.given_names}"
                    for row in travellers.passengers(tx, ana, flight.id)
                )
                for flight in travellers.flights(tx, FlightFilter())
            }

    return show


def rows(store, scope, statement: str):
    with store.transaction(scope) as tx:
        return tx.execute(sa.text(statement)).all()


def test_people_of_reservations_stand_on_their_flight(take, board, store, travellers, ana):
    result = take(message(ONE, OTHER))
    assert (result.status, result.travellers, result.reservations) == (MessageStatus.ACCEPTED, 3, 2)
    assert board() == {"XA412": ["LOOR/ANA MARIA", "MORA/EVA", "QUISPE/LUIS"]}
    with store.transaction(ana.scope) as tx:
        (flight,) = travellers.flights(tx, FlightFilter())
    assert (flight.origin, flight.destination, flight.travellers) == ("UIO", "BOG", 3)


def test_a_listed_person_in_a_reservation_becomes_an_alert_with_bytes(
    take, listed, store, review, travellers, ana
):
    listed.names = {"QUISPE"}
    result = take(message(ONE))
    assert result.alerts == 1
    subject = next(one for one in listed.asked if one.family_names == "QUISPE")
    assert (subject.date_of_birth, subject.documents[0].number) == ("2000-01-01", "P7654321")
    with store.transaction(ana.scope) as tx:
        (row,) = review.queue(tx, ALL).rows
        alert = review.get(tx, ana, row.id)
        raw = travellers.message_bytes(tx, ana, result.message_id)
    evidence = alert.findings[0].terms[0].evidence[0]
    assert evidence.source == f"message:{result.message_id}"
    assert raw[evidence.start : evidence.end] == b"QUISPE"


@pytest.mark.parametrize("first", ["list", "reservation"])
@pytest.mark.parametrize(
    "told",
    ["LOOR:ANA|800517||", "LOOR:ANA|||MFN4TI", "LOOR:ANA||A1234567|"],
    ids=["birth", "locator", "document"],
)
def test_name_and_one_thing_more_make_one_traveller_whichever_comes_first(
    take, board, store, scope, first, told
):
    messages = [passengers(told), message(ONE)]
    for raw in messages if first == "list" else messages[::-1]:
        take(raw)
    assert len(board()["XA412"]) == 2
    assert len(board()) == 1
    sources = rows(store, scope, "SELECT source FROM traveller ORDER BY source")
    assert [row.source for row in sources] == ["list", "reservation"]


@pytest.mark.parametrize("first", ["list", "reservation"])
def test_by_name_alone_nobody_is_joined(take, board, first):
    messages = [passengers("LOOR:ANA|||"), message(ONE)]
    for raw in messages if first == "list" else messages[::-1]:
        take(raw)
    assert len(board()["XA412"]) == 3


def test_a_flight_number_with_a_zero_is_the_same_flight(take, board):
    take(passengers("LOOR:ANA|800517||", number="XA0412"))
    take(message(ONE))
    assert list(board()) == ["XA0412"]


def test_the_list_names_the_flight_that_reservations_announced(take, board):
    take(message(ONE))
    take(passengers("LOOR:ANA|800517||", number="XA0412"))
    assert list(board()) == ["XA0412"]


def test_a_later_whole_message_cancels_what_it_lacks_and_history_stays(take, board, store, scope):
    take(message(ONE, OTHER, made=b"261124:1200"))
    take(message(ONE, made=b"261125:1200"))
    assert board()["XA412"] == ["LOOR/ANA MARIA", "QUISPE/LUIS"]
    kept = rows(store, scope, "SELECT cancelled FROM traveller_reservation ORDER BY pnrgov_id, place")
    assert [row.cancelled for row in kept] == [False, True, False]
    gone = rows(store, scope, "SELECT gone FROM traveller WHERE gone <> ''")
    assert [row.gone for row in gone] == ["cancelled"]


def test_the_order_of_arrival_does_not_matter(take, board):
    take(message(ONE, made=b"261125:1200"))
    take(message(ONE, OTHER, made=b"261124:1200"))
    assert board()["XA412"] == ["LOOR/ANA MARIA", "QUISPE/LUIS"]


def test_an_update_cancels_nobody_it_does_not_name(take, board):
    take(message(ONE, made=b"261124:1200"))
    take(message(OTHER, code=b"141", made=b"261125:1200"))
    assert len(board()["XA412"]) == 3


def test_whoever_is_booked_again_is_back_with_the_same_id(take, board, store, scope):
    take(message(ONE, OTHER, made=b"261123:1200"))
    before = {row.id for row in rows(store, scope, "SELECT id FROM traveller")}
    take(message(ONE, made=b"261124:1200"))
    take(message(ONE, OTHER, made=b"261125:1200"))
    assert len(board()["XA412"]) == 3
    assert {row.id for row in rows(store, scope, "SELECT id FROM traveller")} == before


def test_a_cancelled_passenger_of_a_reservation_leaves_and_the_other_stays(take, board):
    take(message(ONE, made=b"261124:1200"))
    start, end = ONE.index(b"TIF+QUISPE"), ONE.index(b"TVL+261126")
    take(message(ONE[:start] + ONE[end:], code=b"141", made=b"261125:1200"))
    assert board()["XA412"] == ["LOOR/ANA MARIA"]


def test_a_list_keeps_its_people_when_their_reservation_is_cancelled(take, board):
    take(passengers("MORA:EVA|900303||"))
    take(message(ONE, OTHER, made=b"261124:1200"))
    take(message(ONE, made=b"261125:1200"))
    assert "MORA/EVA" in board()["XA412"]


def test_documents_that_come_later_are_screened_and_join(take, board, listed, store, scope):
    bare = OTHER[: OTHER.index(b"SSR+DOCS")] + OTHER[OTHER.index(b"TVL+") :]
    take(passengers("MORA:EVA|900303||"))
    take(message(bare, made=b"261124:1200"))
    assert len(board()["XA412"]) == 2
    listed.asked.clear()
    take(message(OTHER, made=b"261125:1200"))
    assert board()["XA412"] == ["MORA/EVA"]
    assert [one.documents[0].number for one in listed.asked] == ["P99"]
    joined = rows(store, scope, "SELECT gone, source FROM traveller WHERE gone <> ''")
    assert [(row.gone, row.source) for row in joined] == [("joined", "reservation")]


def test_one_person_in_two_reservations_is_one_traveller(take, board):
    take(message(OTHER, OTHER.replace(b"QQ7RST", b"ZZ7RST")))
    assert board()["XA412"] == ["MORA/EVA"]


PARTS = [
    message(ONE, part=b"01:C", made=b"261125:1200"),
    message(OTHER, part=b"02", made=b"261125:1200").replace(b"2611251200'UNH", b"R2'UNH"),
    message(
        OTHER.replace(b"MORA", b"VERA").replace(b"QQ7RST", b"ZZ7RST"), part=b"03:F", made=b"261125:1200"
    ).replace(b"2611251200'UNH", b"R3'UNH"),
]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_parts_wait_for_each_other_in_any_order(take, board, store, scope, order):
    results = [take(PARTS[at]) for at in order]
    assert [one.travellers for one in results] == [0, 0, 4]
    assert len(board()["XA412"]) == 4
    assert rows(store, scope, "SELECT id FROM traveller_part") == []
    files = rows(store, scope, "SELECT DISTINCT message_id FROM traveller_reservation")
    assert len(files) == 3


def test_parts_that_wait_too_long_count_as_cut_and_cancel_nobody(
    take, board, store, travellers, scope, clock, ana
):
    take(message(ONE, OTHER, made=b"261124:1200"))
    first = take(PARTS[0])
    assert len(board()["XA412"]) == 3
    with store.transaction(scope) as tx:
        assert travellers.settle_overdue(tx) == 0
    clock.advance(timedelta(seconds=301))
    with store.transaction(Scope.node("border.ingest")) as tx:
        assert travellers.settle_overdue(tx) == 2
    with store.transaction(ana.scope) as tx:
        detail = travellers.open_message(tx, ana, first.message_id)
    assert len(board()["XA412"]) == 3
    assert (detail.row.status, detail.row.reason) == (MessageStatus.PARTIAL, "pnrgov.part_missing")
    assert rows(store, scope, "SELECT id FROM traveller_part") == []


def test_a_message_that_comes_again_changes_nothing(take, board):
    first, again = take(message(ONE)), take(message(ONE))
    assert (again.duplicate, again.message_id, again.reservations) == (True, first.message_id, 1)
    assert len(board()["XA412"]) == 2


def test_no_canary_is_in_any_byte_of_the_database_opened_or_sealed(take, store, sealer, scope):
    raw = message(ONE)
    for before, after in FREE.values():
        if before in raw:
            taken = take(raw.replace(before, after, 1))
            assert taken.status is not MessageStatus.QUARANTINED
    with store.transaction(scope) as tx:
        told = bytearray()
        sealed = {"traveller": "facts", "traveller_pnrgov": "head", "traveller_reservation": "pnr"}
        for table, column in sealed.items():
            for row in tx.execute(sa.text(f"SELECT id, key_id, {column} AS held FROM {table}")).all():
                opened = sealer.open(
                    sealer.load_key(tx, row.key_id), Place(table, column, str(row.id)), row.held
                )
                told += opened if table == "traveller" else zlib.decompress(opened)
        for row in tx.execute(sa.text("SELECT id, key_id, raw, notes FROM traveller_message")).all():
            key = sealer.load_key(tx, row.key_id)
            for column in ("raw", "notes"):
                told += sealer.open(
                    key, Place("traveller_message", column, str(row.id)), getattr(row, column)
                )
        tables = (
            tx.execute(
                sa.text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
            )
            .scalars()
            .all()
        )
        for table in tables:
            told += str(
                tx.execute(sa.text(f"SELECT string_agg(t::text, ' ') FROM {table} t")).scalar_one()
            ).encode()
    assert b"LOOR" in told
    assert CANARY not in bytes(told).upper()
    assert CANARY.hex().encode() not in bytes(told)


def test_another_agency_sees_nothing_of_reservations(take, store, stranger):
    take(message(ONE))
    take(PARTS[0])
    with store.transaction(stranger.scope) as tx:
        for table in ("traveller_pnrgov", "traveller_reservation", "traveller_booking", "traveller_part"):
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


@pytest.mark.parametrize(
    "name", ["pnrWithBags.txt", "loader_2_pnrs_basic.edi", "pnrMessageExample.txt", "pnrEdge.txt"]
)
def test_carriers_files_go_in_whole(shared, take, board, name):
    result = take((shared / "borders" / "pnrgov" / name).read_bytes())
    assert result.status is not MessageStatus.QUARANTINED
    assert result.reservations > 0
    assert sum(len(people) for people in board().values()) == result.travellers > 0
