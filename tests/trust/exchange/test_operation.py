"""What operators see and do: partners, channels, messages without effect, keys."""

from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import AGREEMENT, Pair
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.exchange.gate import Gate, QueueFull, Queues, TooBusy
from cordillera.trust.exchange.service import ExchangeService

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def operator(site: House, login: str = "operadora"):
    return site.browser(login, Role.OPERATOR, purpose="operation")


def _unsent(pair: Pair) -> str:
    """A query that expired before it could leave."""
    pair.ec.ask()
    pair.sequence()
    pair.advance(timedelta(days=4))
    pair.ec.turn("us")
    return str(pair.ec.scalar("SELECT msg_id FROM exchange_outbox"))


@pytest.mark.parametrize("place", ["partners", "partners/us", "channels", "keys"])
@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_page_and_its_twin_open(pair: Pair, site: House, place: str, lang: str):
    _unsent(pair)
    browser = operator(site)
    shown = browser.get(f"/exchange/{place}?lang={lang}")
    assert shown.status_code == 200, shown.text
    assert browser.get(f"/exchange/{place}.json").status_code == 200


@pytest.mark.parametrize("place", ["partners", "channels", "keys"])
def test_who_does_not_operate_the_node_sees_none_of_it(site: House, place: str):
    browser = site.browser("analista", Role.ANALYST, purpose="drug_trafficking")
    assert browser.get(f"/exchange/{place}").status_code == 403
    address = {"partners": "directory"}.get(place, place)
    assert browser.get(f"/api/exchange/{address}").status_code == 403


def test_the_pages_show_no_private_key(pair: Pair, site: House):
    text = operator(site).get("/exchange/keys.json").text
    for path in pair.ec.identity.keyring.directory.rglob("*"):
        if path.is_file():
            assert path.read_bytes().hex() not in text


def test_a_message_that_never_left_is_shown_with_what_to_do_and_sent_again(pair: Pair, site: House):
    msg_id = _unsent(pair)
    browser = operator(site)
    assert "exchange.expired" in browser.get("/exchange/channels").text
    refused = browser.post(f"/exchange/letters/{msg_id}", data={"act": "again", "reason": " "})
    assert refused.status_code == 422
    again = browser.post(
        f"/exchange/letters/{msg_id}",
        data={"act": "again", "reason": "The line is mended"},
        follow_redirects=False,
    )
    assert again.status_code == 303
    pair.sequence()
    pair.flow()
    assert pair.ec.leaves("answer.received") == 1
    assert pair.ec.leaves("reviewed") == 1
    assert pair.ec.scalar("SELECT state FROM exchange_query") == "answered"


def test_a_message_put_aside_keeps_the_reason_and_loses_its_content(pair: Pair, site: House):
    msg_id = _unsent(pair)
    browser = operator(site)
    done = browser.post(
        f"/api/exchange/letters/{msg_id}", json={"act": "aside", "reason": "No longer needed"}
    )
    assert done.status_code == 200
    assert done.json()["letters"] == []
    assert pair.ec.scalar("SELECT payload IS NULL AND looked_reason <> '' FROM exchange_outbox")
    twice = browser.post(f"/api/exchange/letters/{msg_id}", json={"act": "aside", "reason": "Again"})
    assert twice.status_code == 404


def test_what_the_partner_took_in_is_not_sent_again(pair: Pair, site: House):
    pair.ec.ask()
    pair.ec.turn("us")
    pair.ec.execute("UPDATE exchange_outbox SET state = 'refused', error = 'exchange.wrong_payload'")
    msg_id = str(pair.ec.scalar("SELECT msg_id FROM exchange_outbox"))
    answer = operator(site).post(f"/api/exchange/letters/{msg_id}", json={"act": "again", "reason": "Try"})
    assert answer.status_code == 409
    assert "exchange.not_again" in answer.text


def test_a_frozen_channel_is_proposed_by_one_and_approved_by_another(pair: Pair, site: House):
    pair.ec.deliver(pair.us, pair.ec.craft(pair.us, 1))
    pair.ec.ask()
    pair.ec.turn("us")
    one, other = operator(site, "una"), operator(site, "otra")
    address = f"/exchange/channels/out/us/{AGREEMENT}"
    assert one.get(address).status_code == 200
    assert one.post(f"{address}/propose", data={"reason": ""}).status_code == 422
    assert (
        one.post(f"{address}/propose", data={"reason": "Backup"}, follow_redirects=False).status_code == 303
    )
    assert one.post(f"{address}/approve", data={"reason": ""}).status_code == 422
    asked = one.get(address).text
    assert ("officer-" in asked, "María Quishpe" in asked) == (False, True)
    api = other.post(f"/api{address}/thaw", json={"act": "approve"})
    assert api.status_code == 200, api.text
    assert api.json()["proposal"]["approved_at"] is not None
    assert other.post(f"{address}/withdraw", data={"reason": ""}, follow_redirects=False).status_code == 303


def test_a_partner_and_one_of_its_keys_are_revoked_from_the_page(pair: Pair, site: House):
    browser, kid = operator(site), pair.us.identity.kid
    address = "/exchange/partners/us/revoke"
    assert browser.post(address, data={"kid": kid, "reason": ""}).status_code == 422
    assert browser.post(address, data={"kid": "x", "reason": "why"}).status_code == 422
    nothing = browser.post(address, data={"kid": "", "reason": "a finger too fast"})
    assert (nothing.status_code, "a finger too fast" in nothing.text) == (422, True)
    assert browser.get("/exchange/partners/us.json").json()["partner"]["status"] == "active"
    done = browser.post(address, data={"kid": kid, "reason": "heard"}, follow_redirects=False)
    assert done.status_code == 303
    assert "heard" in browser.get("/exchange/partners/us").text
    api = browser.post("/api/exchange/directory/us/revoke", json={"reason": "all of it"})
    assert api.json()["partner"]["status"] == "revoked"


def test_an_unknown_channel_or_partner_is_not_found(site: House):
    browser = operator(site)
    assert browser.get("/exchange/channels/in/cl/none").status_code == 404
    assert browser.get("/exchange/partners/cl").status_code in {403, 404}


def test_officers_wait_when_too_much_waits_for_a_partner():
    now = [0.0]
    queues = Queues(2, now=lambda: now[0])
    queues.check("us", lambda: 0)
    queues.check("us", lambda: 0)
    with pytest.raises(QueueFull):
        queues.check("us", lambda: 0)
    queues.check("cl", lambda: 1)
    now[0] = 2.0
    queues.check("us", lambda: 1)


def test_one_caller_does_not_take_every_place():
    gate = Gate(at_once=2, per_second=3, now=lambda: 0.0)
    with gate.enter("us"), gate.enter("us"):
        with pytest.raises(TooBusy), gate.enter("us"):
            pass
        with gate.enter("cl"):
            pass
    with gate.enter("us"):
        pass
    with pytest.raises(TooBusy), gate.enter("us"):
        pass


def test_a_queue_that_is_full_refuses_the_next_question(pair: Pair):
    tight = msgspec.structs.replace(pair.ec.parts.settings, queue_limit=1)
    pair.ec.service = ExchangeService(msgspec.structs.replace(pair.ec.parts, settings=tight))
    pair.ec.ask()
    with pytest.raises(QueueFull):
        pair.ec.ask()
