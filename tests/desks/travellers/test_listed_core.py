"""What lists tell of one traveller: the newest counts, and what no list tells is not there."""

from uuid import UUID

from tests.desks.travellers.test_reservation_ingest import passengers

from cordillera.desks.travellers.listed_core import told_of
from cordillera.engines import edifact
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import Traveller

OLD, NEW = UUID(int=1), UUID(int=2)
BAGS = "MEA+CT++:2'MEA+WT++KGM:41'FTX+BAG+++XA48521'FTX+BAG+++XA48522'"


def person(more: str, locator: str = "ABC123") -> Traveller:
    raw = passengers(f"VERA:ROSA|900101||{locator}").replace(b"DTM+329", more.encode() + b"DTM+329")
    (message,) = paxlst_messages(edifact.read(raw))
    (traveller,) = message.travellers
    return traveller


def test_seat_bags_weight_and_locator_are_told_with_their_bytes():
    told = told_of([(OLD, person("RFF+SEA:12A'" + BAGS))])
    assert told is not None
    assert (told.locator, told.pieces, told.weight, told.message_id) == ("ABC123", "2", "41 kg", OLD)
    assert [one.text for one in told.bags] == ["XA48521", "XA48522"]
    assert told.seat is not None
    assert (told.seat.text, told.seat.at[1] - told.seat.at[0]) == ("12A", 3)


def test_the_newest_list_counts_in_whatever_order_they_are_read():
    both = [(NEW, person("RFF+SEA:30F'")), (OLD, person("RFF+SEA:12A'" + BAGS))]
    for heard in (both, both[::-1]):
        told = told_of(heard)
        assert told is not None
        assert (told.seat and told.seat.text, told.seat_id, told.bags) == ("30F", NEW, ())


def test_a_newer_list_that_tells_no_seat_leaves_the_seat_of_the_one_before():
    told = told_of([(OLD, person("RFF+SEA:12A'")), (NEW, person(BAGS))])
    assert told is not None
    assert (told.seat and told.seat.text, told.seat_id, told.message_id) == ("12A", OLD, NEW)


def test_a_list_with_a_name_alone_is_empty():
    told = told_of([(OLD, person("", locator=""))])
    assert told is not None
    assert told.empty
