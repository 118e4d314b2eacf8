"""The seat map of a flight on a whole node: whose seats, which stand, and what age and cancelling leave."""

import pytest
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, passengers
from tests.desks.travellers.test_traveller_page import LIST
from tests.engines.edifact.pnr_texts import SECOND_LEG, TWO_TRAVELLERS, message
from tests.web.house import House

from cordillera.desks.travellers import seats as seats_module
from cordillera.desks.travellers import seats_pages, seats_store
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope

SEATED = OTHER.replace(b"RPI+1+HK'", b"RPI+1+HK'SSR+SEAT:HK:1:XA:::UIO:BOG+15A::1'")


@pytest.fixture
def house(house_listing) -> House:
    return house_listing(LIST)


@pytest.fixture
def take(house, store):
    def do(raw: bytes) -> None:
        with store.transaction(Scope("EC-PN", "setup")) as tx:
            house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))

    return do


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        opened.headers["accept-language"] = "en"
        yield opened


@pytest.fixture
def person(screen):
    """The address of whoever has a family name on the flight of the day."""

    def find(family: str, day: str = "2026-11-26") -> str:
        for flight in screen.get(f"/flights.json?day={day}").json()["flights"]:
            for one in screen.get(f"/flights/{flight['id']}.json").json()["travellers"]:
                if one["facts"]["family_names"] == family:
                    return f"/travellers/{one['id']}"
        raise AssertionError(family)

    return find


@pytest.fixture
def flight(screen):
    """The id of the one flight of the day."""

    def find() -> str:
        (one,) = screen.get("/flights.json?day=2026-11-26").json()["flights"]
        return one["id"]

    return find


@pytest.fixture
def seats(screen, flight):
    """Who sits where: family names by seat, and the whole view."""

    def read(query: str = ""):
        view = screen.get(f"/flights/{flight()}/seats.json{query}").json()
        told = [seat for row in view["rows"] for seat in row["seats"] if seat]
        return {one["number"]: [who["family_names"] for who in one["people"]] for one in told}, view

    return read


def ref(address: str) -> str:
    """The id at the end of a traveller's address."""
    return address.rsplit("/", 1)[1]


def listed(*people: str, reference: str = "7", number: str = "XA412") -> bytes:
    """A passenger list; people are "SURNAME:GIVEN|YYMMDD|document|locator|seat"."""
    told = [one.rsplit("|", 1) for one in people]
    raw = passengers(*(one for one, _ in told), reference=reference, number=number)
    for one, seat in told:
        name = f"NAD+FL+++{one.split('|')[0]}'".encode()
        raw = raw.replace(name, name + f"RFF+SEA:{seat}'".encode())
    return raw


def test_seats_of_reservations_and_of_lists_are_on_one_map(take, seats):
    take(message(ONE))
    take(listed("VERA:ROSA|900101|||22F", "PAZ:JUAN|900102|||A12"))
    placed, view = seats()
    assert placed == {"15A": ["LOOR"], "15B": ["QUISPE"], "22F": ["VERA"]}
    assert view["letters"] == ["A", "B", "F"]
    assert [(one["family_names"], one["told"]) for one in view["unplaced"]] == [("PAZ", "A12")]
    assert "AISLE" not in str(view).upper()


def test_lists_that_are_too_many_to_be_read_are_told_on_the_map(take, seats, screen, flight, monkeypatch):
    for module in (seats_module, seats_store, seats_pages):
        monkeypatch.setattr(module, "MOST_LISTS", 2)
    people = ("VERA:ROSA|900101|||22F", "PAZ:JUAN|900102|||12A", "RUIZ:EVA|900103|||3C")
    for number, one in enumerate(people[:2]):
        take(listed(one, reference=f"{number}"))
    assert (sorted(seats()[0]), seats()[1]["cut"]) == (["12A", "22F"], 0)
    take(listed(people[2], reference="9"))
    placed, view = seats()
    assert (sorted(placed), view["cut"]) == (["12A", "3C"], 2)
    assert [one["family_names"] for one in view["unseated"]] == ["VERA"]
    assert "more passenger lists than the newest 2" in screen.get(f"/flights/{flight()}/seats").text


def test_only_the_leg_of_this_flight_counts(take, seats):
    further = SECOND_LEG.replace(b"RPI+2+HK'", b"RPI+2+HK'SSR+SEAT:HK:2:XA:::BOG:MAD+40K::1+40J::2'")
    take(message(TWO_TRAVELLERS + further))
    assert seats()[0] == {"15A": ["LOOR"], "15B": ["QUISPE"]}


def test_a_later_message_moves_a_traveller_and_leaves_no_seat_behind(take, seats):
    take(message(ONE))
    take(listed("VERA:ROSA|900101|||22F"))
    moved = ONE.replace(b"SSD+15B", b"SSD+16C").replace(b"15B::2", b"16C::2")
    take(message(moved, made=b"261126:0700"))
    take(listed("VERA:ROSA|900101|||3A", reference="8"))
    assert seats()[0] == {"3A": ["VERA"], "15A": ["LOOR"], "16C": ["QUISPE"]}


def test_an_older_message_that_comes_late_moves_nobody(take, seats):
    take(message(ONE.replace(b"SSD+15B", b"SSD+16C"), made=b"261126:0700"))
    take(message(ONE, made=b"261125:0700"))
    assert seats()[0] == {"15A": ["LOOR"], "16C": ["QUISPE"]}


def test_whom_a_later_message_cancels_is_not_on_the_map(take, seats):
    take(message(ONE, SEATED))
    assert sorted(seats()[0]["15A"]) == ["LOOR", "MORA"]
    take(message(SEATED, made=b"261126:0700"))
    assert seats()[0] == {"15A": ["MORA"]}


def test_a_seat_told_for_two_people_is_shown_as_a_contradiction(take, seats, screen, flight):
    take(message(ONE))
    take(listed("VERA:ROSA|900101|||15A"))
    placed, view = seats()
    assert set(placed["15A"]) == {"LOOR", "VERA"}
    assert view["contradictions"] == 1
    page = screen.get(f"/flights/{flight()}/seats").text
    assert "One seat was told for several travellers" in page
    assert "told for several" in page


def test_an_infant_on_a_lap_contradicts_nobody(take, seats):
    take(listed("VERA:ROSA|900101|||15A", "VERA:NICO|260101|||15A", "VERA:SOL|260102|| |"))
    placed, view = seats()
    assert (placed, view["contradictions"]) == ({"15A": ["VERA", "VERA"]}, 0)
    assert [one["given_names"] for one in view["in_arms"]] == ["SOL"]


def test_the_travellers_own_seat_and_company_and_open_alerts_are_marked_in_words(
    take, seats, screen, person, flight
):
    take(message(ONE, SEATED))
    address = person("QUISPE")
    assert f"/flights/{flight()}/seats?of={ref(address)}" in screen.get(address).text
    view = seats(f"?of={ref(address)}")[1]
    marks = {
        who["family_names"]: who["marks"]
        for row in view["rows"] for seat in row["seats"] if seat for who in seat["people"]
    }  # fmt: skip
    assert marks == {"QUISPE": ["own"], "LOOR": ["together", "alert"], "MORA": []}
    page = screen.get(f"/flights/{flight()}/seats?of={ref(address)}").text
    for word in ("this traveller", "same reservation", "open alert"):
        assert word in page


def test_who_is_on_a_list_with_the_same_locator_is_marked_as_company(take, seats, person):
    take(listed("VERA:ROSA|900101||ABC123|1A", "PAZ:JUAN|900102||abc123|1B", "SOL:EVA|900103||ZZZ999|1C"))
    view = seats(f"?of={ref(person('VERA'))}")[1]
    company = [
        who["family_names"] for seat in view["marked"] for who in seat["people"] if "together" in who["marks"]
    ]
    assert company == ["PAZ"]


def test_the_map_is_a_table_of_links_in_both_languages(take, screen, flight):
    take(message(ONE))
    page = screen.get(f"/flights/{flight()}/seats").text
    assert '<th scope="col">A</th>' in page
    assert '<th scope="row">15</th>' in page
    assert page.count('class="seat-person') == 2
    assert 'style="' not in page
    assert "where the aisles lie is not known" in page
    spanish = screen.get(f"/flights/{flight()}/seats?lang=es").text
    assert "no se sabe dónde están los pasillos" in spanish


def test_a_flight_without_seats_says_so(take, screen, flight):
    take(passengers("VERA:ROSA|900101||"))
    assert "No carrier told a seat" in screen.get(f"/flights/{flight()}/seats").text


def test_opening_the_map_writes_who_looked(take, screen, flight, house):
    take(message(ONE))
    screen.get(f"/flights/{flight()}/seats")
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        (looked,) = house.node.ledger.events(tx, subject_ref=flight(), limit=10)
    assert (looked.kind, looked.detail["what"]) == ("consultation", "seats")


def test_after_six_months_the_map_names_nobody_and_tells_of_no_company(take, person, clock, flight, house):
    take(message(ONE))
    address, where = person("QUISPE"), flight()
    clock.advance(AFTER)
    with house.browser("later") as later:
        later.headers["accept-language"] = "en"
        page = later.get(f"/flights/{where}/seats?of={ref(address)}")
    assert page.status_code == 200
    for gone in ("LOOR", "QUISPE", "ANA", "LUIS", "same reservation"):
        assert gone not in page.text
    assert "15A" in page.text


def test_after_six_months_neither_a_text_that_is_no_seat_nor_who_is_an_infant_is_told(
    take, clock, flight, house
):
    young = ("VERA:NICO|260101|||15A", "PAZ:SOL|260102|| |")
    take(listed("VERA:ROSA|900101|||15A", *young, "PAZ:EVA|900101|||EVA PAZ"))
    where = flight()
    clock.advance(AFTER)
    with house.browser("later") as later:
        later.headers["accept-language"] = "en"
        view = later.get(f"/flights/{where}/seats.json").json()
        page = later.get(f"/flights/{where}/seats").text
    (seat,) = [one for row in view["rows"] for one in row["seats"] if one]
    assert [one["infant"] for one in seat["people"]] == [False, False]
    assert (view["in_arms"], len(view["unseated"])) == ([], 1)
    assert [one["told"] for one in view["unplaced"]] == [""]
    for gone in ("EVA", "infant", "Infants"):
        assert gone not in page, gone
