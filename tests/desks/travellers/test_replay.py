"""History read again: differences are listed, nothing is doubled, and what is masked stays masked."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

ALL = QueueFilter(desk="travellers")


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def replay(store, travellers, clock):
    def do(*, keep: bool = False, days: int = 1):
        since, until = clock.now() - timedelta(days=days), clock.now() + timedelta(days=1)
        told = list(travellers.replay.run(store, since, until, actor="operator:test", keep=keep))
        return (told[-1][0] if told else None), [found for _, found in told if found is not None]

    return do


def alerts(store, review, ana) -> int:
    with store.transaction(ana.scope) as tx:
        return review.queue(tx, ALL).total


def test_what_is_read_and_found_the_same_makes_no_difference(take, replay, paxlst, listed):
    listed.names = {"PEREZ"}
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    summary, found = replay()
    assert (summary.messages, summary.read, summary.changed, found) == (1, 1, 0, [])


def test_a_dry_run_lists_new_hits_and_changes_nothing(store, take, replay, paxlst, listed, review, ana):
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    listed.names = {"MORA"}
    for _ in range(2):
        summary, (found,) = replay()
        assert (summary.new_alerts, len(found.new_alerts), summary.kept) == (1, 1, False)
        assert alerts(store, review, ana) == 0


def test_raising_asks_once_and_never_again(store, take, replay, paxlst, listed, review, ana):
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    listed.names = {"MORA"}
    assert replay(keep=True)[0].new_alerts == 1
    assert replay(keep=True)[0].new_alerts == 0
    assert alerts(store, review, ana) == 1
    with store.transaction(ana.scope) as tx:
        (row,) = review.queue(tx, ALL).rows
        review.decide(tx, ana, row.id, Ruling(Outcome.NOT_SAME_PERSON, "Otra persona, ya verificada"))
    summary, found = replay(keep=True)
    assert (summary.new_alerts, summary.more_findings, found) == (0, 0, [])


def test_people_whom_only_the_present_parser_reads_are_counted(store, take, replay, paxlst):
    take(paxlst("PEREZ:JUAN", "MORA:ANA"))
    with store.transaction(Scope("EC-PN", "test")) as tx:  # as if an earlier parser had missed one
        tx.execute(sa.text("DELETE FROM traveller_document"))
        tx.execute(sa.text("DELETE FROM traveller WHERE id = (SELECT max(id::text)::uuid FROM traveller)"))
        tx.execute(sa.text("UPDATE traveller_message SET travellers = 1"))
    _, (found,) = replay()
    assert (found.before.travellers, found.after.travellers, found.gained, found.lost) == (1, 2, 1, ())


def test_messages_of_six_months_ago_stay_masked(take, replay, paxlst, listed, clock):
    take(paxlst("PEREZ:JUAN"))
    listed.names = {"PEREZ"}
    clock.advance(timedelta(days=184))
    listed.asked.clear()
    summary, found = replay(days=200)
    assert (summary.messages, summary.masked, summary.read, found) == (1, 1, 0, [])
    assert listed.asked == []


def test_messages_come_in_the_order_of_arrival_and_pages_miss_none(take, replay, paxlst, listed, monkeypatch):
    monkeypatch.setattr("cordillera.desks.travellers.replay_service._PAGE", 2)
    for number in range(5):
        take(paxlst(f"PEREZ{chr(65 + number)}:JUAN", reference=str(number), arrives=f"261121130{number}"))
    listed.names = {f"PEREZ{chr(65 + number)}" for number in range(5)}
    summary, found = replay()
    assert (summary.messages, summary.new_alerts) == (5, 5)
    assert [one.reference for one in found] == ["0", "1", "2", "3", "4"]


def test_that_history_was_read_again_is_a_leaf(store, take, replay, paxlst, ledger):
    take(paxlst("PEREZ:JUAN"))
    replay()
    with store.transaction(Scope.node("test")) as tx:
        told = [row.detail for row in ledger.events(tx, limit=20) if row.detail]
    assert any("replay" in repr(one) for one in told)
