"""A Python node after docs/protocol.md alone, asks ours, is asked, and proves what was logged."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.peers.stranger.node import Stranger
from tests.peers.stranger.wire import Refused
from tests.sim.federation import AGREEMENT, KNOWN, LISTED, NODE, SimNode, federation

from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.runtime.ports import free_port
from cordillera.trust.agreements.loading import shipped_text

PERSON = {
    "full_name": KNOWN, "given_names": "", "family_names": "", "date_of_birth": "1980-05-17", "documents": [],
}  # fmt: skip
ASKED = {
    "subject_category": "suspect",
    "legal": {
        "purpose": "drug_trafficking", "offence": "drug_trafficking", "max_penalty_months": 120,
        "case_ref": "CASE-2026-0007", "officer_id": "one", "officer_roles": ["watch_officer"],
        "ordered_by": "two", "article": "", "urgency": "routine", "individual_case": True,
        "environment": "exercise", "service": "", "judicial_ref": "", "onward_to": "", "consent_ref": "",
        "grounds": ["list_match"],
    },
}  # fmt: skip
TEXT = shipped_text(AGREEMENT)


@pytest.fixture
def met(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[tuple[SimNode, Stranger]]:
    """Our node US and the stranger, a node of EC, which trust each other."""
    with federation(cluster, tmp_path, ("US",)) as net:
        us = net["us"]
        stranger = Stranger(tmp_path, "py", "EC", free_port(), us.clock.now())
        with us.store.transaction(NODE) as tx:
            us.directory.add(tx, stranger.bundle(), "operator")
        us.listener.refresh()
        stranger.trust(us.issue())
        server = stranger.serve()
        yield us, stranger
        server.shutdown()
        server.server_close()


def test_the_stranger_imports_nothing_of_the_product():
    for path in (Path(__file__).parent / "stranger").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in named if name.startswith("cordillera")], path


def test_the_stranger_asks_is_answered_and_proves_that_it_was_logged(met):
    us, stranger = met
    receipt = stranger.send("query.person", PERSON, TEXT, ASKED)
    assert receipt["outcome"] == "accepted"
    us.sequencer.catch_up()
    leaf = stranger.prove(receipt)
    assert (leaf["kind"], leaf["decision"]["allow"]) == ("query.received", True)
    us.answer()
    assert us.turn("py") == 1
    (answer,) = stranger.inbox
    assert (answer["type"], answer["data"]["query_id"]) == ("answer.person", receipt["msg_id"])
    assert [one["reference"] for one in answer["data"]["candidates"]] == [LISTED.reference]
    assert (answer["legal"], answer["subject_category"]) == (ASKED["legal"], "suspect")


def test_the_stranger_is_asked_and_answers(met):
    us, stranger = met
    asked = us.ask(partner="py")
    assert us.turn("py") == 1
    (query,) = stranger.inbox
    told = {"outcome": "no_hit", "candidates": [], "articles": ["US-EC/art5.1"], "query_id": query["msg_id"]}
    under = {member: query[member] for member in ("legal", "subject_category")}
    receipt = stranger.send("answer.person", told, TEXT, under)
    assert (receipt["outcome"], receipt["code"]) == ("accepted", "")
    assert (us.view(asked).status, us.view(asked).outcome) == ("answered", "no_hit")
    again = stranger.send("answer.person", told, TEXT, under)
    assert (again["outcome"], again["code"]) == ("refused", "exchange.wrong_payload")
    us.sequencer.catch_up()
    assert stranger.prove(receipt)["kind"] == "answer.received"
    with pytest.raises(Refused, match="another leaf"):
        stranger.prove({**receipt, "leaf": again["leaf"]})
