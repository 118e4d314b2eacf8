"""Where the agreement asks for a judge's order, nothing leaves without one that holds, on either side."""

from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import GROUNDS, Pair
from tests.sim.flows import NOTICE_GROUNDS, Desk, with_terms
from tests.sim.recalls import kept
from tests.web.house import House

from cordillera.trust.access.model import Role
from cordillera.trust.exchange.court import CourtOrder
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.records.passing import Shared

pytest_plugins = ("tests.sim.fixtures",)
OPEN = {"tlp": "AMBER", **dict.fromkeys(("may_disseminate", "may_evidence", "may_act"), "true")}


def judge_asked(agreement: dict) -> None:
    for service in agreement["services"]:
        if service["type"] in {"notice.suspect", "query.person"}:
            service["preconditions"]["judicial_auth_ref"] = True


@pytest.fixture
def bound(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    with_terms(monkeypatch, judge_asked)
    return pair


def order(pair: Pair, first: int = -3, last: int = 30) -> CourtOrder:
    today = pair.ec.clock.now().date()
    days = [today + timedelta(days=number) for number in (first, last)]
    return CourtOrder("Unidad Judicial Penal", "17294-2026", *days, "ab" * 32)


def given(pair: Pair, by: CourtOrder | None) -> Shared:
    desk = Desk(pair.ec)
    why = msgspec.structs.replace(NOTICE_GROUNDS, judicial_order=by)
    record_id = kept(pair.ec, handling=OPEN)
    told = desk.do(desk.records.share, record_id, "us", why)
    return desk.do(desk.records.share, record_id, "us", why, by=desk.berta) if told.waits else told


def test_without_an_order_the_article_is_named(bound: Pair) -> None:
    told = given(bound, None)
    assert told.message_id is None
    assert told.decision.violated


@pytest.mark.parametrize(("first", "last"), [(1, 30), (-30, -1)])
def test_an_order_to_come_or_one_that_is_over_is_none(bound: Pair, first: int, last: int) -> None:
    assert given(bound, order(bound, first, last)).message_id is None


def test_with_an_order_it_leaves_and_the_leaf_cites_it(bound: Pair) -> None:
    by = order(bound)
    assert given(bound, by).message_id is not None
    bound.ec.turn("us")
    bound.sequence()
    assert bound.us.leaves("notice.received") == 1
    with bound.ec.store.transaction(bound.ec.officer.scope) as tx:
        (event,) = [one for one in bound.ec.ledger.events(tx, limit=500) if one.kind == "notice.sent"]
    assert dict(event.detail or {})["judicial_order"] == by.reference


@pytest.mark.parametrize(("last", "outcome"), [(-1, "refused"), (30, "hit")])
def test_the_receiver_judges_the_order_itself(bound: Pair, last: int, outcome: str) -> None:
    """A sender that leaves its own policy out: what it asks under an order that is over is refused."""
    why = msgspec.structs.replace(GROUNDS, judicial_order=order(bound, -30, last))
    legal = legal_of(bound.ec.identity, bound.ec.officer, why)
    assert bound.ec.deliver(bound.us, bound.ec.craft(bound.us, 1, payload_legal=legal))[0].receipt is not None
    bound.us.answer()
    assert bound.us.scalar("SELECT outcome FROM exchange_incoming") == outcome


def test_the_page_takes_the_order(bound: Pair) -> None:
    record = kept(bound.ec, handling=OPEN)
    site = House(bound.ec.store, bound.ec.clock, bound.ec.home)
    ana, berta = (site.browser(name, Role.ANALYST, purpose="drug_trafficking") for name in ("ana", "berta"))
    by = order(bound)
    why = {
        "route": "us us-ec-2025", "purpose": "drug_trafficking", "offence": "drug_trafficking",
        "max_penalty_months": "120", "case_ref": "CASE-1", "ground": "case", "subject_category": "suspect",
        "duties_reason": "Seen to by the desk",
    }  # fmt: skip
    address = f"/records/{record}/share"
    assert 'name="order_number"' in ana.get(address).text
    assert ana.post(address, data=why).status_code == 403
    assert ana.post(address, data=why | {"order_number": "1"}).status_code == 422
    boxes = {
        "order_authority": by.authority, "order_number": by.number, "order_document": by.document,
        "order_given": by.given_on.isoformat(), "order_until": by.valid_until.isoformat(),
    }  # fmt: skip
    assert ana.post(address, data=why | boxes).status_code == 202
    assert f'value="{by.number}"' in berta.get(address).text
    assert f"/records/{record}/share" in berta.get("/exchange/releases").text
    given = berta.post(address, data=why | boxes, follow_redirects=False)
    assert given.status_code == 303, given.text
