"""No path of the interface concludes about a person without a named officer and a reason (reference 2.8).

Every operation that changes something is called by everybody who is not an officer with the right to
decide, with bodies made to conclude; and by one who has it, with reasons that are none. Nothing is decided.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.web.house import House

from cordillera.foundation.explain import Term
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.guard import declared
from cordillera.trust.access.model import GRANTS, Permission, Role
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.core import check_finding
from cordillera.trust.review.errors import ScoreUnexplained
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention
from cordillera.web.app import handlers_of

BODIES = (
    {"outcome": "confirmed", "verdict": "confirmed", "reason": "x" * 20, "status": "acted", "same": True},
    {"outcome": "confirmed", "reason": "a reason that is long enough"},
    {},
)
NO_REASONS = ("", " ", "-------- ----", "ok")


@pytest.fixture
def site(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def alert(site, clock) -> str:
    now = clock.now()
    new = NewAlert(
        desk="travellers",
        agency="EC-PN",
        subject=AlertSubject("traveller", "t-1", "PEREZ, JUAN"),
        findings=(Finding("finding.list_match", 0.9, (Term("names.equal", 0.9),)),),
        keep=Retention(now + timedelta(days=365), now + timedelta(days=90)),
    )
    with site.node.store.transaction(Scope("EC-PN", "border.ingest")) as tx:
        return str(site.node.review.raise_alert(tx, new).alert_id)


def decided(site: House) -> tuple[int, int]:
    with site.node.store.transaction(Scope.node("test")) as tx:
        return (
            tx.execute(sa.text("SELECT count(*) FROM review_alert WHERE status = 'decided'")).scalar_one(),
            tx.execute(sa.text("SELECT count(*) FROM review_decision")).scalar_one(),
        )


def changing(site: House) -> list[str]:
    """Every address that takes a POST."""
    return sorted({path for path, one in handlers_of(site.app) if "POST" in one.http_methods})


def with_id(path: str, alert: str) -> str:
    parts = [alert if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_nobody_without_the_right_concludes_by_any_operation(site, alert):
    roles = [role for role in Role if Permission.ALERT_DECIDE not in GRANTS[role]]
    officer, machine = site.browser("otro", *roles), site.visitor()
    machine.headers["authorization"] = f"Bearer {site.machine()}"
    tried = 0
    for path in changing(site):
        for caller in (officer, machine, site.visitor()):
            for body in BODIES:
                caller.post(with_id(path, alert), json=body)
                tried += 1
    assert tried > 200
    assert decided(site) == (0, 0)


@pytest.mark.parametrize("reason", NO_REASONS)
def test_an_officer_without_a_reason_concludes_nothing(site, alert, reason):
    browser = site.browser("vigia", Role.WATCH_OFFICER)
    for path in (f"/api/alerts/{alert}/decision", f"/api/alerts/{alert}/decide"):
        browser.post(path, json={"outcome": "confirmed", "reason": reason})
    assert decided(site) == (0, 0)


def test_the_store_itself_takes_no_conclusion_of_the_node(site, alert):
    with pytest.raises(sa.exc.IntegrityError), site.node.store.transaction(Scope.node("test")) as tx:
        tx.execute(
            sa.text("UPDATE review_alert SET status = 'decided', outcome = 'confirmed' WHERE id = :id"),
            {"id": alert},
        )


def test_a_score_that_its_terms_do_not_explain_is_refused():
    with pytest.raises(ScoreUnexplained):
        check_finding(Finding("finding.list_match", 0.9, (Term("names.equal", 0.2),)))


def test_every_operation_that_concludes_declares_its_leaf(site):
    kinds = {LeafKind.DECISION, LeafKind.HIT_CONFIRMED}
    concluding = [
        (path, declared(one.opt))
        for path, one in handlers_of(site.app)
        if "POST" in one.http_methods and declared(one.opt).audit in kinds
    ]
    assert concluding
    assert all(access.who == "officer" and access.permission for _, access in concluding)
