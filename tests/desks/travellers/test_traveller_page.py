"""One traveller's page: the reservation with its bytes, the journey, what was concluded; masked by age."""

from uuid import UUID

import pytest
from tests.desks.travellers.test_reservation_ingest import ONE, OTHER, passengers
from tests.engines.edifact.pnr_texts import HISTORY, message
from tests.web.house import House

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope

LIST = (
    '71001,"LOOR, Ana Maria","individual","EXERCISE",'
    + ",".join(["-0- "] * 7)
    + ',"DOB 17 May 1980."\r\n\x1a'
)


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


def test_the_reservation_is_shown_whole_with_the_bytes_it_comes_from(take, screen, person):
    take(message(ONE + HISTORY, OTHER))
    address = person("LOOR")
    page = screen.get(address).text
    for told in ("MFN4TI", "48521", "41 kg", "15A XA412", "XXXXXXXXXXXX1186", "12345678", "4621234567890",
                 "ANA_LOOR@MAIL.EC", "QUISPE, LUIS", "same reservation", "added"):  # fmt: skip
        assert told in page, told
    assert "<mark>LOOR</mark>" in page
    assert "QQ7RST" not in page
    (booked,) = screen.get(f"{address}.json").json()["reservations"]
    start, end = booked["bags"][0]["at"]
    assert booked["at"][0] <= start < end <= booked["at"][1]


def test_the_journey_is_drawn_and_told_in_words_with_this_flight_stressed(take, screen, person):
    take(message(ONE))
    page = screen.get(person("LOOR")).text
    assert page.count('class="map-leg map-today"') == 1
    assert "Quito – Bogotá" in page
    assert "1 h 55 in BOG" in page
    facts = page[page.index("Kind of trip") :]
    assert facts.index("One way") < facts.index("In transit") < facts.index("1 h 55")
    assert 'style="' not in page


def test_who_is_on_a_list_alone_has_the_flight_as_their_journey(take, screen, person):
    take(passengers("VERA:ROSA|900101||"))
    page = screen.get(person("VERA")).text
    assert "the passenger list is all there is" in page
    assert 'class="map-leg map-today"' in page
    assert "unknown: not all legs" in page
    assert "One way" not in page


def test_who_is_on_a_list_alone_has_seat_bags_and_company_of_the_list(take, screen, person):
    raw = passengers("VERA:ROSA|900101||ABC123", "PAZ:JUAN|900102||abc123", "SOL:EVA|900103||ZZZ999")
    seated = raw.replace(b"NAD+FL+++VERA:ROSA'", b"NAD+FL+++VERA:ROSA'RFF+SEA:22F'FTX+BAG+++XA48521'")
    take(seated.replace(b"NAD+FL+++PAZ:JUAN'", b"NAD+FL+++PAZ:JUAN'RFF+SEA:22E'"))
    address = person("VERA")
    page = screen.get(address).text
    told = page[page.index("On the passenger list") : page.index("Other journeys")]
    for word in ("ABC123", "22F", "XA48521", "PAZ", "22E"):
        assert word in told, word
    assert "SOL" not in told
    (company,) = screen.get(f"{address}.json").json()["listed"]["companions"]
    assert company["family_names"] == "PAZ"


def test_an_alert_that_was_decided_and_asks_again_says_so_and_who_had_concluded(take, screen, person):
    take(message(ONE))
    address = person("LOOR")
    (alert,) = screen.get("/alerts.json").json()["rows"]
    form = {"outcome": "confirmed", "reason": "Mismo nombre y misma fecha", "version": alert["version"]}
    assert screen.post(f"/alerts/{alert['id']}/decision", data=form).status_code == 200
    found = {"grounds": "Aviso anónimo sobre esta reserva", "purpose": "drug_trafficking",
             "review_on": "2026-11-27"}  # fmt: skip
    assert screen.post(f"{address}/finding", data=found).status_code == 200
    assert "reopened" in screen.get("/alerts").text
    page = screen.get(f"/alerts/{alert['id']}").text
    assert "had concluded: <b>Confirmed by a person</b>" in page
    assert "A new finding came since" in page


def test_after_six_months_nothing_of_the_list_is_told(take, person, clock, house):
    raw = passengers("VERA:ROSA|900101||ABC123", "PAZ:JUAN|900102||ABC123")
    take(raw.replace(b"NAD+FL+++VERA:ROSA'", b"NAD+FL+++VERA:ROSA'RFF+SEA:22F'"))
    address = person("VERA")
    clock.advance(AFTER)
    with house.browser("later") as later:
        assert later.get(f"{address}.json").json()["listed"] is None
        assert "ABC123" not in later.get(address).text


@pytest.mark.parametrize("row", [b"15", b"16"])
def test_a_co_traveller_of_the_same_row_is_shown_as_likely_beside_and_nothing_more(take, screen, person, row):
    take(message(ONE.replace(b"SSD+15B", b"SSD+" + row + b"B")))
    page = screen.get(person("LOOR")).text
    assert f"{row.decode()}B XA412" in page
    assert ("likely beside: XA412" in page) is (row == b"15")
    assert ("No seat map is sent" in page) is (row == b"15")


def test_opening_a_traveller_writes_who_looked(take, screen, person, house):
    take(message(ONE))
    address = person("LOOR")
    screen.get(address)
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        (looked,) = house.node.ledger.events(tx, subject_ref=address.rsplit("/", 1)[1], limit=10)
    assert (looked.kind, looked.detail["what"]) == ("consultation", "traveller")


def test_after_six_months_the_page_and_the_alert_show_the_journey_and_nobody(
    take, screen, person, clock, house
):
    take(message(ONE + HISTORY))
    address = person("LOOR")
    (alert,) = screen.get("/alerts.json").json()["rows"]
    clock.advance(AFTER)
    with house.browser("later") as later:
        pages = [later.get(one) for one in (address, f"/alerts/{alert['id']}?tab=journey")]
    for page in pages:
        assert page.status_code == 200
        assert "map-today" in page.text
        assert "Clase de recorrido" in page.text  # flights stay, and what they make
        for gone in (
            "MFN4TI",
            "48521",
            "15A XA412",
            "15B XA412",
            "likely beside",
            "1186",
            "ANA_LOOR",
            "QUISPE",
            "4621234567890",
        ):
            assert gone not in page.text, gone
    assert "LOOR" not in pages[0].text


def test_a_decision_is_shown_with_reason_and_officer_also_on_the_next_flight_of_the_document(
    take, screen, person, house
):
    take(passengers("LOOR:ANA MARIA|800517|A1234567|", reference="1"))
    (alert,) = screen.get("/alerts.json").json()["rows"]
    form = {"outcome": "confirmed", "reason": "Pasaporte y foto vistos", "version": alert["version"]}
    assert (
        screen.post(f"/alerts/{alert['id']}/decision", data=form, follow_redirects=False).status_code == 303
    )
    later = passengers("LOOR:ANA MARIA|800517|A1234567|", number="XA99", reference="2")
    take(later.replace(b"261126", b"261128"))
    take(passengers("VERA:ROSA|900101|A1234567|", number="XA77", reference="3").replace(b"ECU", b"PER"))
    refs = [UUID(one.rsplit("/", 1)[1]) for one in (person("VERA"), person("LOOR"))]
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        vera = house.node.travellers.traveller(tx, refs[0])
        (linked,) = house.node.travellers.concluded(tx, vera, refs)
    assert (linked.traveller_id, linked.ground) == (refs[1], "journey")
    page = screen.get(person("LOOR", "2026-11-28")).text
    assert "Pasaporte y foto vistos" in page
    assert "María Quishpe" in page
    assert "another traveller with the same document" in page
    assert "Pasaporte y foto vistos" not in screen.get(person("VERA")).text


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_journey_of_an_alert_opens_in_both_languages(take, screen, language):
    take(message(ONE + HISTORY))
    (alert,) = screen.get("/alerts.json").json()["rows"]
    page = screen.get(f"/alerts/{alert['id']}?tab=journey", headers={"accept-language": language})
    assert page.status_code == 200
    assert "MFN4TI" in page.text


def test_a_traveller_who_is_not_here_is_not_found(screen):
    assert screen.get("/travellers/00000000-0000-7000-8000-000000000000").status_code == 404
