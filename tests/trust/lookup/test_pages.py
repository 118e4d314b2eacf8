"""The pages of private look-up, without JavaScript: the table fetched, keys asked, what was found."""

import pytest
from tests.sim.federation import GROUNDS, Pair
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.lookup.model import ExactKey

pytest_plugins = ["tests.sim.fixtures"]
FORM = {
    "route": "us us-ec-2025", "purpose": GROUNDS.purpose, "offence": GROUNDS.offence, "case_ref": "CASE-9",
    "max_penalty_months": "120", "ground": "case", "subject_category": "suspect", "urgency": "routine",
    "kind_1": "document", "issuer_1": "EC", "type_1": "P", "value_1": "A1234567",
    "kind_2": "document", "issuer_2": "EC", "type_2": "P", "value_2": "Z7654321",
    "kind_3": "document", "value_3": "", "kind_4": "document", "value_4": " ",
    "duties_reason": "Nothing else applies to this case.",
}  # fmt: skip


@pytest.fixture
def site(pair: Pair) -> House:
    return House(pair.ec.store, pair.ec.clock, pair.ec.home)


def analyst(site: House, login: str = "ana"):
    return site.browser(login, Role.ANALYST, purpose=GROUNDS.purpose)


def carry(pair: Pair) -> None:
    pair.ec.turn("us")
    pair.us.turn("ec")


def ready(pair: Pair, browser) -> None:
    """Ask for the table, and let the holder's worker make it."""
    assert browser.post("/lookups/tables", data=FORM).status_code == 503
    assert pair.us.lookups.maker.run_once() == 1


def asked(pair: Pair, browser) -> str:
    """Fetch the table and ask; return the address of the look-up."""
    ready(pair, browser)
    assert browser.post("/lookups/tables", data=FORM).status_code == 200
    answer = browser.post("/lookups", data=FORM, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_keys_are_asked_and_what_was_found_is_shown_in_their_order(pair: Pair, site: House):
    ana = analyst(site)
    assert "Aún no hay consultas privadas" in ana.get("/lookups?lang=es").text
    address = asked(pair, ana)
    assert ana.get(f"{address}.json").json()["lookup"]["state"] == "waiting"
    assert "has not answered yet" in ana.get(f"{address}?lang=en").text
    carry(pair)
    assert "Open it to read the answer" in ana.get("/lookups?lang=en").text
    shown = ana.get(f"{address}?lang=en").text
    assert "never an identification" in shown
    assert shown.index("Key 1") < shown.index("Yes") < shown.index("Key 2") < shown.index("No</span>")
    assert ana.get("/lookups.json").json()["lookups"][0]["found"] == [True, False]
    assert "A1234567" not in ana.get("/lookups").text + shown


def test_without_the_table_the_form_comes_back_as_it_was_with_a_button_to_fetch_it(pair: Pair, site: House):
    ana = analyst(site)
    missing = ana.post("/lookups", data=FORM)
    assert missing.status_code == 409
    assert "no está aquí. Tráigala" in missing.text
    assert 'value="A1234567"' in missing.text
    waits = ana.post("/lookups/tables", data=FORM)
    assert (waits.status_code, "El socio está preparando su tabla" in waits.text) == (503, True)
    pair.us.lookups.maker.run_once()
    fetched = ana.post("/lookups/tables", data=FORM)
    assert "La tabla ya está aquí" in fetched.text
    assert 'value="A1234567"' in fetched.text
    assert 'action="/lookups/tables"' not in fetched.text
    assert pair.ec.scalar("SELECT count(*) FROM lookup_table WHERE side = 'peer'") == 1


def test_a_key_that_is_not_exact_is_named_by_its_place(site: House):
    ana = analyst(site)
    wrong = ana.post("/lookups", data=FORM | {"kind_2": "phone", "value_2": "12"})
    assert wrong.status_code == 422
    assert "La clave 2 no es exacta" in wrong.text
    none = ana.post("/lookups", data=FORM | {"value_1": "", "value_2": ""})
    assert (none.status_code, "Falta al menos una clave" in none.text) == (422, True)
    strange = ana.post("/lookups", data=FORM | {"kind_1": "face"})
    assert "La clave 1 no es exacta" in strange.text
    assert ana.post("/lookups", data=FORM | {"case_ref": " "}).status_code == 422


def test_what_the_agreement_forbids_is_shown_with_its_articles(pair: Pair, site: House):
    ana = analyst(site)
    ready(pair, ana)
    ana.post("/lookups/tables", data=FORM)
    refused = ana.post("/lookups", data=FORM | {"max_penalty_months": "1"})
    assert refused.status_code == 403
    assert "US-EC/art" in refused.text
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0


def test_a_partner_that_gives_no_table_is_said(pair: Pair, site: House):
    pair.us.suspend()
    answer = analyst(site).post("/lookups/tables", data=FORM)
    assert answer.status_code == 502
    assert "no entrega la tabla ahora" in answer.text


def test_an_answer_that_cannot_be_read_says_why_and_what_helps(pair: Pair, site: House):
    ana = analyst(site)
    address = asked(pair, ana)
    officer = pair.ec.officer
    with pair.ec.store.transaction(officer.scope) as tx:
        key = ExactKey(kind="document", issuer="EC", type="P", value="A1234567")
        other = pair.ec.lookups.ask(tx, officer, "us", [key], GROUNDS)
    carry(pair)
    forgotten = ana.get(f"/lookups/{other.lookup_id}?lang=en")
    assert "Make the look-up once more" in forgotten.text
    assert ana.get(f"/lookups/{other.lookup_id}.json").json()["error"] == "lookup.blinding_forgotten"
    pair.ec.execute("DELETE FROM lookup_table")
    assert 'name="route" value="us us-ec-2025"' in ana.get(address).text
    assert ana.post("/lookups/tables", data={"route": "us us-ec-2025"}).status_code == 200
    assert ana.get(f"{address}.json").json()["lookup"]["found"] == [True, False]


def test_the_exchange_leads_here_and_who_may_not_ask_sees_no_form(site: House):
    ana = analyst(site)
    assert 'href="/lookups"' in ana.get("/exchange").text
    assert 'href="/lookups"' in ana.post("/exchange/ask/new", data={"case_ref": "C-1"}).text
    supervisor = site.browser("sonia", Role.SUPERVISOR)
    assert supervisor.get("/lookups").status_code == 200
    assert 'action="/lookups"' not in supervisor.get("/lookups").text
    assert supervisor.post("/lookups", data=FORM).status_code == 403
