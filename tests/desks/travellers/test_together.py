"""Messages taken in together leave what they leave one by one, and none spoils another."""

import threading
from datetime import date
from itertools import islice

import pytest
import sqlalchemy as sa

from cordillera.desks.travellers.errors import MessageTooLarge, NotTogether
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.model import MessageStatus
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.desks.travellers.together import Together
from cordillera.runtime.demo_day.day import make_pushes
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import QueueFilter

from .test_at_hand import HOME, Comparing

DAY = date(2026, 6, 3)


def told_of(store, scope):
    """What is stored of every message, without ids and times."""
    with store.transaction(scope) as tx:
        query = (
            "SELECT m.sender, m.reference, m.status, m.travellers, m.known, m.alerts, f.number, t.role"
            " FROM traveller_message m LEFT JOIN traveller t ON t.message_id = m.id"
            " LEFT JOIN traveller_flight f ON f.id = t.flight_id ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"
        )
        traces = tx.execute(sa.text("SELECT count(*) FROM traveller_trace")).scalar_one()
        links = tx.execute(sa.text("SELECT count(*) FROM traveller_link")).scalar_one()
        return [tuple(row) for row in tx.execute(sa.text(query))], traces, links


def at_once(travellers, store, scope, origin, files):
    """Upload all of them while somebody else has the turn; return results in order."""
    results: dict[int, object] = {}

    def bring(at, raw):
        try:
            results[at] = travellers.upload(store, scope, raw, origin)
        except Exception as error:  # noqa: BLE001 - looked at below
            results[at] = error

    threads = [threading.Thread(target=bring, args=pair) for pair in enumerate(files)]
    with travellers._together._turn:
        for one in threads:
            one.start()
        for _ in range(500):
            if len(travellers._together._waiting) == len(files):
                break
            threading.Event().wait(0.01)
    for one in threads:
        one.join(120)
    return [results[at] for at in range(len(files))]


def counted(travellers, monkeypatch):
    """How many messages each transaction took."""
    sizes: list[int] = []
    plain = travellers._together._take_all

    def take_all(tx, arrivals):
        sizes.append(len(arrivals))
        return plain(tx, arrivals)

    monkeypatch.setattr(travellers._together, "_take_all", take_all)
    return sizes


def test_a_batch_leaves_what_its_messages_leave_one_by_one(
    travellers, listed, store, scope, origin, paxlst, monkeypatch
):
    listed.names = {"PEREZ"}
    people = ["PEREZ:ANA", "MORA:LUIS", "VELEZ:EVA"]
    files = [
        paxlst(name, reference=str(at))
        .replace(b"AB0000000", b"AB000000%d" % at)
        .replace(b"720805", b"72080%d" % at)
        for at, name in enumerate(people, 1)
    ]
    sizes = counted(travellers, monkeypatch)
    results = at_once(travellers, store, scope, origin, files)
    assert sizes == [3]
    assert [(one.travellers, one.alerts, one.duplicate) for one in results] == [
        (1, 1, False), (1, 0, False), (1, 0, False),
    ]  # fmt: skip
    with store.transaction(scope) as tx:
        kinds = [row.kind for row in travellers._ledger.events(tx, limit=20)]
        assert kinds.count(LeafKind.COLLECTION.value) == 3
        assert [row.label for row in travellers._review.queue(tx, QueueFilter()).rows] == ["PEREZ, ANA"]
    again = [travellers.upload(store, scope, raw, origin) for raw in files]
    assert [one.message_id for one in again] == [one.message_id for one in results]
    assert all(one.duplicate for one in again)


def test_judging_a_batch_is_judging_from_the_store(
    ledger, sealer, clock, review, listed, store, scope, origin, monkeypatch
):
    judge = Comparing(sealer)
    desk = TravellerService(Parts(ledger, sealer, clock, review, listed, judge=judge), Desk(HOME))
    sizes = counted(desk, monkeypatch)
    lists = [raw for raw in islice(make_pushes(78, DAY, 2), 24) if b"PAXLST" in raw]
    for at in range(0, len(lists), 6):
        results = at_once(desk, store, scope, origin, lists[at : at + 6])
        assert {one.status for one in results} == {MessageStatus.ACCEPTED}
    assert max(sizes) > 3
    assert judge.counts["in_hand"] >= len(lists) // 2
    assert judge.counts["explained"] > 50


class Refused(Exception):
    """What the list in these tests says about somebody it cannot be asked about."""


def refusing(listed):
    """Let the list fail for whoever is called BAD; return how it answered before."""
    plain = listed.screen

    def screen(tx, subjects):
        if any(one.family_names == "BAD" for one in subjects):
            raise Refused
        return plain(tx, subjects)

    listed.screen = screen
    return plain


def three(paxlst):
    """Lists of three people who could not be one another; the second is BAD."""
    return [
        paxlst(f"{name}:ANA", reference=name)
        .replace(b"AB0000000", name.encode())
        .replace(b"720805", b"72080%d" % at)
        for at, name in enumerate(("ONE", "BAD", "TWO"), 1)
    ]


def test_what_is_brought_at_one_time_is_what_several_bring_at_once(
    travellers, store, scope, origin, monkeypatch
):
    """Lists share a transaction; what may not is left to do, and each message is told its own outcome."""
    sizes = counted(travellers, monkeypatch)
    pushes = list(islice(make_pushes(80, DAY, 1), 120))
    lists = [raw for raw in pushes if b"PAXLST" in raw][:3]
    booked = next(raw for raw in pushes if b"PNRGOV" in raw)
    files = [lists[0], booked, lists[1], lists[0], b"rubbish", lists[2]]
    outcomes = travellers.upload_all(store, [(scope, raw, origin) for raw in files])
    assert sizes == [4, 1, 1]  # the second bearer has to see the first, reservations who is on their flight
    done = outcomes
    assert [one.duplicate for one in done] == [False, False, False, True, False, False]
    assert [one.status.value for one in done].count("quarantined") == 1
    again = [travellers.upload(store, scope, raw, origin) for raw in files]
    assert [one.message_id for one in again] == [one.message_id for one in done]


def test_reservations_of_other_flights_share_a_transaction(
    ledger, sealer, clock, review, listed, store, scope, origin, monkeypatch
):
    """A day's lists and single reservations in the order in which they come, many at a time."""
    judge = Comparing(sealer)
    desk = TravellerService(Parts(ledger, sealer, clock, review, listed, judge=judge), Desk(HOME))
    sizes = counted(desk, monkeypatch)
    files = list(islice(make_pushes(81, DAY, 1), 144))
    outcomes = []
    for at in range(0, len(files), 24):
        outcomes += desk.upload_all(store, [(scope, raw, origin) for raw in files[at : at + 24]])
    assert not any(callable(one) or isinstance(one, Exception) for one in outcomes)
    assert sum(one.reservations for one in outcomes) == sum(b"PNRGOV" in raw for raw in files) > 8
    assert len(sizes) < len(files) // 6
    assert judge.counts["in_hand"] > 100


def test_two_batches_with_each_others_flights_wait_and_do_not_lock_each_other_out(
    travellers, store, scope, origin, monkeypatch
):
    """One has a list of a flight and the other its reservations, and the reverse: all lock in one order."""
    failed = []
    monkeypatch.setattr(
        "cordillera.desks.travellers.together.log.warning", lambda *said, **told: failed.append((said, told))
    )
    pushes = list(islice(make_pushes(82, DAY, 1), 160))
    booked = [raw for raw in pushes if b"PNRGOV" in raw][:6]
    lists = [raw for raw in pushes if b"PAXLST" in raw][80:120]

    def bring(files):
        for raw in travellers.upload_all(store, [(scope, one, origin) for one in files]):
            assert not isinstance(raw, Exception)
            assert not callable(raw)

    halves = [[*lists[at::2], *booked[::-1][at::2]] for at in (0, 1)]
    threads = [threading.Thread(target=bring, args=(half,)) for half in halves]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert failed == []
    rows, _, _ = told_of(store, scope)
    assert len({row[1] for row in rows}) == len(lists) + len(booked)


def test_of_what_is_brought_at_one_time_one_that_fails_spoils_no_other(
    travellers, listed, store, scope, origin, paxlst
):
    refusing(listed)
    files = three(paxlst)
    outcomes = travellers.upload_all(store, [(scope, raw, origin) for raw in files])
    assert all(callable(one) for one in outcomes)  # the batch failed: each is left to do by itself
    assert [outcomes[at]().duplicate for at in (0, 2)] == [False, False]
    with pytest.raises(Refused):
        outcomes[1]()
    (failed,) = travellers.upload_all(store, [(scope, files[1], origin)])
    assert isinstance(failed, Refused)
    rows, _, _ = told_of(store, scope)
    assert [row[1] for row in rows] == ["ONE", "TWO"]


def test_a_message_that_cannot_be_read_at_all_spoils_no_other(
    travellers, store, scope, origin, paxlst, monkeypatch
):
    monkeypatch.setattr("cordillera.desks.travellers.ingest.MAX_BYTES", 1_000)
    files = [paxlst("PEREZ:ANA"), b"x" * 1_001]
    taken, refused = travellers.upload_all(store, [(scope, raw, origin) for raw in files])
    assert taken.travellers == 1
    assert isinstance(refused, MessageTooLarge)


def test_the_same_message_at_once_is_stored_once(travellers, store, scope, origin, paxlst):
    raw = paxlst("PEREZ:ANA")
    results = at_once(travellers, store, scope, origin, [raw] * 4)
    assert sorted(one.duplicate for one in results) == [False, True, True, True]
    assert len({one.message_id for one in results}) == 1


def test_one_bad_message_spoils_no_other(travellers, listed, store, scope, origin, paxlst):
    plain, files = refusing(listed), three(paxlst)
    one, bad, two = at_once(travellers, store, scope, origin, files)
    assert isinstance(bad, Refused)
    assert not one.duplicate
    assert not two.duplicate
    rows, _, _ = told_of(store, scope)
    assert [row[1] for row in rows] == ["ONE", "TWO"]
    listed.screen = plain
    assert not travellers.upload(store, scope, files[1], origin).duplicate


def test_what_could_not_be_told_apart_is_taken_in_one_by_one(travellers, store, scope, origin, monkeypatch):
    calls = []
    plain = travellers._together._take_all

    def refuse(tx, arrivals):
        calls.append(len(arrivals))
        if len(arrivals) > 1:
            raise NotTogether
        return plain(tx, arrivals)

    monkeypatch.setattr(travellers._together, "_take_all", refuse)
    lists = [raw for raw in islice(make_pushes(79, DAY, 1), 8) if b"PAXLST" in raw][:4]
    results = at_once(travellers, store, scope, origin, lists)
    assert calls == [4, 1, 1, 1, 1]
    assert not any(one.duplicate for one in results)


def test_messages_together_link_what_they_link_one_by_one(
    travellers, store, scope, origin, paxlst, monkeypatch
):
    """Two people, each with an earlier journey: their links in one transaction are those of two."""

    def flight(name, at, day, reference):
        raw = paxlst(name, reference=reference).replace(b"AB0000000", b"AB000000%d" % at)
        return raw.replace(b"720805", b"72080%d" % at).replace(b"261121", b"2611%02d" % day)

    people = [("PEREZ:ANA", 1), ("MORA:LUIS", 2)]
    for name, at in people:
        travellers.upload(store, scope, flight(name, at, 11, f"A{at}"), origin)
    sizes = counted(travellers, monkeypatch)
    at_once(travellers, store, scope, origin, [flight(name, at, 21, f"B{at}") for name, at in people])
    assert sizes == [2]
    _, traces, links = told_of(store, scope)
    assert links == 2
    assert traces == 4


def test_one_person_in_two_messages_of_a_batch_is_refused(travellers, store, scope, origin, paxlst):
    files = [paxlst("PEREZ:ANA", reference="1"), paxlst("PEREZ:ANA", reference="2", arrives="2611211400")]
    arrivals = [travellers._ingest.read(raw, origin) for raw in files]
    with pytest.raises(NotTogether), store.transaction(scope, gathered=True) as tx:
        travellers.ingest_all(tx, arrivals)
    rows, _, _ = told_of(store, scope)
    assert rows == []


def test_a_message_that_comes_alone_waits_for_nobody(store, scope, travellers, origin, paxlst, monkeypatch):
    sizes = counted(travellers, monkeypatch)
    travellers.upload(store, scope, paxlst("PEREZ:ANA"), origin)
    assert sizes == [1]
    assert isinstance(travellers._together, Together)
    assert travellers._together._waiting == []


@pytest.mark.parametrize("people", [21, 40])
def test_a_long_list_does_not_wait_for_its_turn(travellers, store, scope, origin, paxlst, people):
    raw = paxlst(*(f"N{'ABCDEFGHIJ'[at % 10]}{'KLMNO'[at // 10]}:ANA" for at in range(people)))
    with travellers._together._turn:
        assert travellers.upload(store, scope, raw, origin).travellers == people
