"""What machines send all day goes a shorter way, with the answers and refusals of the framework's way."""

import asyncio
from contextlib import contextmanager
from typing import Any

import pytest

from cordillera.trust.access.guard import declared
from cordillera.trust.access.model import MachineSession
from cordillera.web import direct

RUBBISH = b"\x00\xff rubbish"
FRAMEWORK = {"name": "file.edi"}
"""A query sends a request the framework's way."""


@pytest.fixture
def gateway(whole):
    with whole.visitor() as opened:
        opened.headers["authorization"] = f"Bearer {whole.machine()}"
        yield opened


@contextmanager
def watched(house):
    """Count what goes the shorter way."""
    way = house.app.asgi_handler._inner
    taken, before = [], way._answer

    async def counted(*given: Any) -> Any:
        taken.append(given)
        return await before(*given)

    way._answer = counted
    try:
        yield taken
    finally:
        del way._answer


def told(answer) -> tuple[int, set[str], dict[str, Any]]:
    """Status, names of headers and body of an answer, without what differs from request to request."""
    own = {"message_id", "request_id"}
    body = {name: value for name, value in answer.json().items() if name not in own}
    return answer.status_code, set(answer.headers), body


def test_both_ways_answer_alike(whole, gateway):
    with watched(whole) as taken:
        shorter = gateway.post("/api/messages", content=RUBBISH)
        assert len(taken) == 1
        framework = gateway.post("/api/messages", content=RUBBISH + b"2", params=FRAMEWORK)
        assert len(taken) == 1
    assert told(shorter) == told(framework)
    assert shorter.json()["status"] == "quarantined"


def test_both_ways_know_what_the_other_took(gateway):
    gateway.post("/api/messages", content=RUBBISH)
    assert gateway.post("/api/messages", content=RUBBISH, params=FRAMEWORK).json()["duplicate"]


@pytest.mark.parametrize("params", [None, FRAMEWORK])
def test_both_ways_refuse_a_token_that_is_unknown_revoked_or_for_something_else(whole, gateway, params):
    with whole.transaction() as tx:
        other = whole.access.tokens.add(tx, "node", MachineSession("asking", "EC-PN", "match"))
        gone = whole.access.tokens.add(tx, "node", MachineSession("gone", "EC-PN", "ingest"))
        whole.access.tokens.revoke(tx, "node", "gone")
    said = {}
    for token in ("cord_unknown", gone, other):
        headers = {"authorization": f"Bearer {token}"}
        answer = gateway.post("/api/messages", content=RUBBISH, headers=headers, params=params)
        said[token] = answer.status_code
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"] == answer.json()["request_id"]
    assert list(said.values()) == [401, 401, 403]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"authorization": ""}, 401),
        ({"authorization": "Basic abc"}, 401),
        ({"content-length": "99999999"}, 413),
        ({"transfer-encoding": "chunked"}, 201),
    ],
)
def test_what_is_not_plainly_a_machine_goes_the_framework_s_way(whole, gateway, headers, status):
    with watched(whole) as taken:
        assert gateway.post("/api/messages", content=RUBBISH, headers=headers).status_code == status
    assert not taken


def test_a_failure_is_a_problem_document_that_tells_nothing(whole, gateway, monkeypatch):
    def fails(*_: Any) -> None:
        raise RuntimeError("PEREZ JUAN")

    monkeypatch.setattr(whole.node.travellers, "upload_all", fails)
    answer = gateway.post("/api/messages", content=RUBBISH)
    assert (answer.status_code, answer.json()["type"]) == (500, "web.internal")
    assert "PEREZ" not in answer.text


def test_of_those_who_send_at_one_time_each_is_let_in_or_refused_by_itself(whole):
    with whole.transaction() as tx:
        here = whole.access.tokens.add(tx, "node", MachineSession("here", "EC-PN", "ingest"))
        other = whole.access.tokens.add(tx, "node", MachineSession("asking", "EC-PN", "match"))
        gone = whole.access.tokens.add(tx, "node", MachineSession("gone", "EC-PN", "ingest"))
        whole.access.tokens.revoke(tx, "node", "gone")
    way = whole.app.asgi_handler._inner
    operation = way._operations["/api/messages"]
    tokens = (here, gone, "cord_unknown", other, here)
    outcomes = way._taken_all(operation, [(token, RUBBISH + b"%d" % at) for at, token in enumerate(tokens)])
    assert [type(one).__name__ for one in outcomes] == [
        "Received", "NotLoggedIn", "NotLoggedIn", "PermissionMissing", "Received",
    ]  # fmt: skip
    assert outcomes[0].message_id != outcomes[4].message_id


def test_a_token_that_was_revoked_ends_at_once(whole, gateway):
    assert gateway.post("/api/messages", content=RUBBISH).status_code == 201
    with whole.transaction() as tx:
        name = next(one.name for one in whole.access.tokens.all(tx) if one.revoked_at is None)
        whole.access.tokens.revoke(tx, "node", name)
    assert gateway.post("/api/messages", content=RUBBISH).status_code == 401


@pytest.mark.parametrize("size", [direct.SHORT, direct.SHORT + 1])
def test_a_long_message_takes_a_turn_of_its_own(whole, gateway, monkeypatch, size):
    taken, before = [], whole.node.travellers.upload_all
    monkeypatch.setattr(whole.node.travellers, "upload_all", lambda *given: taken.append(1) or before(*given))
    assert gateway.post("/api/messages", content=b"x" * size).status_code == 201
    assert len(taken) == (size <= direct.SHORT)


def test_only_machines_operations_go_this_way(whole):
    operations = whole.app.asgi_handler._inner._operations
    assert set(operations) == {"/api/messages"}
    assert all(one.access.who == "machine" for one in operations.values())
    assert operations["/api/messages"].longest == direct_limit(whole)


def direct_limit(house) -> int:
    """How much the framework takes for uploads."""
    (limit,) = {
        handler.request_max_body_size
        for route in house.app.routes
        for handler in getattr(route, "route_handlers", ())
        if (access := declared(handler.opt)) is not None and access.direct
    }
    assert isinstance(limit, int)
    return limit


def test_a_sender_who_hangs_up_is_not_answered():
    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    assert asyncio.run(direct._body(gone)) is None
