"""Every route and every permission: who may, who may not, and that nothing is left undeclared."""

import re
from itertools import product

import pytest
from litestar import Litestar, get

from cordillera.foundation.ids import uuid7
from cordillera.trust.access.errors import PasswordNotReplaced, PermissionMissing, PurposeMissing
from cordillera.trust.access.guard import NO_AUDIT, declared, guarded
from cordillera.trust.access.model import GRANTS, OfficerSession, Permission, Role
from cordillera.trust.ledger.model import LeafKind
from cordillera.web.app import Undeclared, check_declared, handlers_of
from cordillera.web.guard import came_from_us, check_officer

# What anybody may call without a session: each is here for a reason that its declaration states.
PUBLIC = {
    ("/as2", "POST"),  # a signature of a carrier in force says who sends
    ("/login", "GET"),
    ("/login", "POST"),
    ("/redress/how", "GET"),
    ("/api/session", "POST"),
    ("/api/health", "GET"),
    ("/api/openapi.json", "GET"),
    ("/static/assets/{name:str}", "GET"),
}


def officer(*roles: Role, purpose: str = "border_control", must_change: bool = False) -> OfficerSession:
    return OfficerSession(
        session_id=uuid7(),
        officer_id="officer-1",
        login="mquishpe",
        name="María Quishpe",
        agency="EC-PN",
        country="EC",
        roles=roles,
        desks=(),
        purpose=purpose,
        language="es",
        csrf_token="x",
        must_change_password=must_change,
    )


def test_every_handler_declares_who_may_call_it_and_what_the_ledger_learns(whole):
    routes = handlers_of(whole.app)
    assert len(routes) > 20
    for path, handler in routes:
        access = declared(handler.opt)
        assert access is not None, path
        if isinstance(access.audit, NO_AUDIT):
            assert len(access.audit.reason) > 8, f"{path} does not say why it needs no leaf"
        else:
            assert access.audit in set(LeafKind), path
        assert (access.who in {"officer", "program"}) == (access.permission is not None), path
        assert (access.who in {"machine", "program"}) == bool(access.machine_scope), path


def test_only_what_is_listed_here_is_public(whole):
    found = {
        (path, method)
        for path, handler in handlers_of(whole.app)
        for method in handler.http_methods - {"HEAD"}
        if declared(handler.opt).who == "anyone"
    }
    assert found == PUBLIC


FILLED = {"uuid": str(uuid7()), "int": "1", "str": "x"}
"""Something of each kind that stands in an address: an address that leads nowhere proves nothing."""


def test_every_route_is_refused_without_a_session(whole):
    reached = {}
    with whole.visitor() as visitor:
        for path, handler in handlers_of(whole.app):
            for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                if declared(handler.opt).who == "anyone":
                    continue
                address = path.replace("{resource:path}", "checkpoint")
                address = re.sub(r"\{\w+:(\w+)\}", lambda kind: FILLED[kind.group(1)], address)
                assert "{" not in address
                status = visitor.request(method, address, follow_redirects=False).status_code
                if status not in {303, 401}:
                    reached[method, path] = status
    assert reached == {}


@pytest.mark.parametrize(("role", "permission"), list(product(Role, Permission)))
def test_guard_allows_exactly_what_the_role_was_granted(role, permission):
    access = declared(guarded(permission, audit="decision"))
    if permission in GRANTS[role]:
        check_officer(officer(role), access)
    else:
        with pytest.raises(PermissionMissing):
            check_officer(officer(role), access)


def test_condition_5_one_time_password_opens_only_the_page_that_replaces_it():
    everywhere = declared(guarded(Permission.HOME_VIEW, audit="decision"))
    there = declared(guarded(Permission.SESSION_OWN, audit="decision", purpose=False, before_password=True))
    session = officer(Role.WATCH_OFFICER, must_change=True)
    check_officer(session, there)
    with pytest.raises(PasswordNotReplaced):
        check_officer(session, everywhere)


def test_condition_7_nothing_is_shown_before_a_purpose_is_declared():
    access = declared(guarded(Permission.ALERT_READ, audit="decision"))
    with pytest.raises(PurposeMissing):
        check_officer(officer(Role.WATCH_OFFICER, purpose=""), access)


def test_condition_1_node_does_not_start_with_an_undeclared_handler():
    @get("/secret", sync_to_thread=False)
    def secret() -> str:
        return "x"

    with pytest.raises(Undeclared):
        check_declared(Litestar([secret], openapi_config=None))


@pytest.mark.parametrize(
    ("site", "origin", "allowed"),
    [
        (None, None, True),
        ("same-origin", "https://node.test", True),
        ("same-origin", None, True),
        ("same-site", None, False),
        ("cross-site", "https://node.test", False),
        ("none", None, False),
        (None, "https://evil.test", False),
        (None, "https://node.test:444", False),
        (None, "null", False),
        (None, "", False),
    ],
)
def test_condition_2_only_our_own_page_may_change_something(site, origin, allowed):
    headers = {"host": "node.test"} | ({} if origin is None else {"origin": origin})
    assert came_from_us(site, headers) is allowed


def test_machine_token_opens_no_page_and_a_session_opens_no_machine_door(house):
    token = house.machine()
    with house.visitor() as visitor:
        visitor.headers["authorization"] = f"Bearer {token}"
        assert visitor.get("/api/session").status_code == 401


def test_person_without_purpose_is_led_to_declare_one_and_back(house):
    with house.browser(purpose="") as browser:
        answer = browser.get("/", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/purpose?next=%2F")
        form = {"agency": "EC-PN", "purpose": "terrorism", "next": "/account"}
        answer = browser.post("/account/purpose", data=form, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account")
        assert browser.get("/index.json").json()["purpose"] == "terrorism"
