"""Attack: an officer of another agency of the node knows, or guesses, ids of records and asks for them."""

import re

import msgspec
import pytest
from argon2 import PasswordHasher
from tests.sim.federation import Pair
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.access import passwords
from cordillera.trust.exchange.errors import NoSuchQuery
from cordillera.web.app import handlers_of

pytest_plugins = ["tests.sim.fixtures"]

PEOPLE = '71001,"EJEMPLO GUARACA, Rosa","individual","EXERCISE",' + ",".join(["-0- "] * 8) + "\r\n\x1a"
MESSAGE = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++EJEMPLO GUARACA:ROSA'UNT+9+1'UNZ+1+1'"
)
# Addresses with an id that name no record of an agency (terms, lists and leaves are the whole node's), and
# those of the exchange, which are tried below with two nodes.
COMMON = re.compile(
    r"/(api/)?(agreements|lists|watchlists|match|search|entities|reconcile|ledger|static|exchange)/"
    r"|/account/sessions/|/people/thresholds/"
)

# Records of the trust core: row-level security by agency is tried where each is made. A new name must be
# added here or above, so that no address is forgotten.
ELSEWHERE = {
    "advice_id", "agreement_hash", "alarm_id", "bulk_id", "change_id", "consent_id", "entry_id",
    "item_id", "link_id", "lookup_id", "lost_list", "merge_id", "not_same_id", "notice_id", "partner_id",
    "person_id",
    "query_id", "question_id", "record_id", "ref", "reference", "request_id", "rule_id", "search_id",
    "threshold_id", "ticket_id", "traveller_id",
}  # fmt: skip

TRAVELLER_PAGES = ("", ".json", "/contacts", "/contacts.json")


@pytest.fixture
def house(store, clock, tmp_path, monkeypatch) -> House:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    made = House(store, clock, tmp_path)
    (tmp_path / "sdn.csv").write_text(PEOPLE, "latin-1")
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        by = Actor("node", "EC-PN", "setup")
        made.node.people.import_file(tx, tmp_path / "sdn.csv", ("ejercicio", ListFormat.OFAC_CSV), by)
    return made


@pytest.fixture
def ids(house) -> dict[str, str]:
    """The ids of a message, a flight and an alert of EC-PN, as an officer of EC-PN sees them."""
    headers = {"authorization": f"Bearer {house.machine()}", "content-type": "application/edifact"}
    with house.visitor() as gateway:
        message = gateway.post("/api/messages", content=MESSAGE, headers=headers).json()["message_id"]
    with house.browser("propia") as own:
        (alert,) = own.get("/alerts.json").json()["rows"]
    return {"message_id": message, "flight_id": alert["group_ref"], "alert_id": alert["id"], "carrier": "XA"}


@pytest.fixture
def other(house):
    with house.browser("otra") as browser:
        token, opened = house.session("otra")
        with house.transaction() as tx:
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        browser.cookies.clear()
        browser.cookies.set("__Host-cordillera-ec", token)
        browser.headers["x-csrf-token"] = opened.csrf_token
        yield browser


def addresses(house: House, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Every method and address of the site that names a record of an agency, filled with real ids."""
    found = []
    for path, handler in handlers_of(house.app):
        names = re.findall(r"\{(\w+)(?::\w+)?\}", path)
        if names and not COMMON.match(path) and not ELSEWHERE.intersection(names):
            filled = re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: ids[match.group(1)], path)
            found += [(str(method), filled) for method in handler.http_methods if method != "HEAD"]
    return found


def test_no_record_of_one_agency_is_reached_from_another(house, ids, other):
    asked = addresses(house, ids)
    assert len(asked) > 8
    for method, address in asked:
        said = {"reason": "Quiero ver lo ajeno"}
        said |= {} if address.endswith("/consent") else {"outcome": "confirmed"}
        body = {"json": said} if address.startswith("/api/") else {"data": said | {"version": "1"}}
        answer = other.request(method, address, **(body if method == "POST" else {}))
        assert answer.status_code == 404, (method, address, answer.status_code)
        assert "EJEMPLO" not in answer.text


def test_the_same_addresses_answer_the_agency_they_belong_to(house, ids):
    with house.browser("otra-propia") as own:
        for method, address in addresses(house, ids):
            if method == "GET":
                assert own.get(address).status_code == 200, address


def test_a_traveller_of_one_agency_is_not_opened_from_another(house, ids, other):
    with house.browser("otra-propia") as own:
        traveller = own.get(f"/alerts/{ids['alert_id']}.json").json()["detail"]["alert"]["row"]["subject_ref"]
        for page in TRAVELLER_PAGES:
            assert own.get(f"/travellers/{traveller}{page}").status_code == 200
    for page in TRAVELLER_PAGES:
        answer = other.get(f"/travellers/{traveller}{page}")
        assert answer.status_code == 404
        assert "EJEMPLO" not in answer.text


def test_a_traveller_of_another_agency_is_marked_on_no_seat_map(house, ids, other):
    """The address names a traveller beside the flight: one who is not on it tells nothing."""
    theirs = MESSAGE.replace(b"EJEMPLO GUARACA:ROSA", b"PAZ:EVA")
    with house.node.store.transaction(Scope("EC-SENAE", "setup")) as tx:
        house.node.travellers.ingest(tx, theirs, Origin(Channel.FILE, "f", "EC-SENAE"))
    (own,) = other.get("/flights.json?day=2026-11-21").json()["flights"]
    with house.browser("otra-propia") as mine:
        traveller = mine.get(f"/alerts/{ids['alert_id']}.json").json()["detail"]["alert"]["row"][
            "subject_ref"
        ]
        marked = mine.get(f"/flights/{ids['flight_id']}/seats.json?of={traveller}").json()
        assert marked["of"]["family_names"] == "EJEMPLO GUARACA"
    answer = other.get(f"/flights/{own['id']}/seats.json?of={traveller}")
    assert (answer.status_code, answer.json()["of"]) == (200, None)
    assert "EJEMPLO" not in answer.text


def test_no_filter_or_order_opens_a_flight_of_another_agency(house, ids, other):
    with house.browser("otra-propia") as own:
        for asked in ("show=alerts", "sort=seat", "show=all&sort=name&page=2"):
            address = f"/flights/{ids['flight_id']}.json?{asked}"
            assert own.get(address).json()["travellers"]
            answer = other.get(address)
            assert answer.status_code == 404
            assert "EJEMPLO" not in answer.text


def test_what_a_message_said_is_not_read_without_a_leaf(house, ids):
    """Findings quote the message: whoever opens one over JSON is in its list of who has seen it."""
    with house.browser("lectora") as own:
        assert own.get(f"/api/messages/{ids['message_id']}").status_code == 200
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        seen = house.node.ledger.events(tx, subject_ref=ids["message_id"], limit=10)
    assert "consultation" in {row.kind for row in seen}


def test_no_query_of_one_agency_is_reached_from_another(pair: Pair):
    asked = pair.ec.ask()
    pair.flow()
    assert asked.query_id is not None
    for node in (pair.ec, pair.us):
        other = msgspec.structs.replace(node.officer, officer_id="of-9", agency="XX-OTHER")
        with node.store.transaction(other.scope) as tx:
            assert node.service.sent(tx) == node.service.incoming(tx) == ()
            assert node.service.queries_about(tx, "alert-1") == ()
            with pytest.raises(NoSuchQuery):
                node.service.sent_detail(tx, other, asked.query_id)
            with pytest.raises(NoSuchQuery):
                node.service.incoming_detail(tx, other, asked.query_id)
            with pytest.raises(NoSuchQuery):
                node.service.confirm_candidate(tx, other, asked.query_id, "ref-7f3a", True, "mine now")
