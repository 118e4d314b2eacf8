"""The supervisor's page on a whole node: witnesses, contradictions, differences, duties, sample."""

from datetime import timedelta

import pytest
from tests.web.house import House

from cordillera.foundation.ids import uuid7
from cordillera.trust.access.model import Role
from cordillera.trust.ledger import reconcile_store, witness_store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Sequencer


@pytest.fixture
def house(store, clock, tmp_path):
    return House(store, clock, tmp_path)


@pytest.fixture
def supervisor(house):
    return house.browser("supervisora", Role.SUPERVISOR, purpose="oversight")


def test_an_exercise_without_witnesses_says_so(supervisor):
    view = supervisor.get("/oversight.json").json()
    assert view["standing"]["reason"] == "exercise"
    assert view["standing"]["fresh"] is True
    page = supervisor.get("/oversight")
    assert page.status_code == 200
    assert "Ejercicio sin testigos" in page.text


def test_contradictions_and_differences_are_shown_with_both_notes(house, supervisor):
    now = house.clock.now()
    fork = witness_store.Fork(
        uuid7(), "cordillera/us", "us", False, "forked", b"held note", b"other note", "d", now
    )
    run = reconcile_store.Reconciliation(uuid7(), "us", now - timedelta(days=1), now, 7, 6, 0, 1, now)
    finding = reconcile_store.Finding(
        uuid7(), run.id, "us", "us-ec-2025", "out", 4, "m-4", "missing_there", "aa", "", now
    )
    with house.transaction() as tx:
        witness_store.keep_fork(tx, fork)
        reconcile_store.keep(tx, run, [finding])
    page = supervisor.get("/oversight").text
    for told in ("held note", "other note", "m-4", "no está en su registro", "está congelado"):
        assert told in page
    view = supervisor.get("/oversight.json").json()
    assert view["findings"][0]["reason"] == "missing_there"
    assert view["forks"][0]["held"] == "held note"


def test_a_node_whose_witnesses_are_silent_says_that_nothing_leaves(house, supervisor):
    from cordillera.foundation.crypto.signing import SigningKey
    from cordillera.trust.ledger.cosignature import witness_key

    key = witness_key("w", SigningKey(bytes(32)).public_bytes)
    policy = house.node.settings.home / "witness.policy"
    policy.write_text(f"witness us {key.vkey} node:us\nquorum us\n")
    view = supervisor.get("/oversight.json").json()
    assert (view["standing"]["fresh"], view["standing"]["reason"]) == (False, "never")
    assert [one["name"] for one in view["witnesses"]] == ["us"]
    assert "no sale ningún dato" in supervisor.get("/oversight").text


def test_the_sample_is_drawn_for_all_and_opened_for_a_purpose(house, supervisor):
    with house.transaction() as tx:
        for number in range(30):
            event = Event(
                kind=LeafKind.RELEASE, actor="officer-1", agency="EC-PN", agreement_id="us-ec-2025",
                message_id=f"m-{number}", peer="us", direction="out", seq=number + 1, subject_ref="alert-1",
            )  # fmt: skip
            house.node.ledger.record(tx, event)
    Sequencer(house.node.store, house.node.ledger).catch_up()
    shown = supervisor.get("/oversight/sample.json").json()
    rate = shown["sample"]["lines"]
    assert rate
    assert shown["opened"] == []
    assert supervisor.get("/oversight/sample?why=curiosity").status_code == 403
    opened = supervisor.get("/oversight/sample.json?why=lawfulness").json()["opened"]
    assert {row["subject_ref"] for row in opened} == {"alert-1"}
    assert supervisor.get("/oversight/sample?why=lawfulness").status_code == 200
    with house.transaction() as tx:
        assert len(house.node.ledger.events(tx, kind=LeafKind.SAMPLED)) == 2


def test_only_who_oversees_sees_it(house):
    officer = house.browser("ana", Role.WATCH_OFFICER)
    assert officer.get("/oversight").status_code == 403
    assert officer.get("/oversight/sample").status_code == 403
