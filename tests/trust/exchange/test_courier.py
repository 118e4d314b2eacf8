"""Store and forward: retries, withdrawals, receipts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import GROUNDS, NODE, Pair, officer

from cordillera.runtime.chaos.proxy import FaultProxy, Faults
from cordillera.trust.exchange import channel_store
from cordillera.trust.exchange.bell import Bell, Ringer
from cordillera.trust.exchange.core import LONGEST_SOON_PAUSE
from cordillera.trust.exchange.courier import Courier
from cordillera.trust.exchange.errors import ReceiptRefused, UnknownPartner
from cordillera.trust.exchange.outbox import LEASE, Outbox
from cordillera.trust.exchange.receipt import Nack, Reply, Result, Sent, read_receipt, read_reply
from cordillera.trust.exchange.reception import SOON
from cordillera.trust.exchange.settlement import Settlement

pytest_plugins = ["tests.sim.fixtures"]


def test_a_partner_that_is_away_gets_everything_in_order_when_it_is_back(pair: Pair):
    pair.us.identity.url = "https://127.0.0.1:1"
    pair.us.clock.advance(timedelta(seconds=5))
    pair.ec.trust(pair.us)
    asked = [pair.ec.ask(f"Person {number}") for number in range(3)]
    assert pair.ec.turn("us") == 3
    assert pair.ec.scalar("SELECT min(error) FROM exchange_outbox") == "exchange.unreachable"
    assert pair.ec.turn("us") == 0
    pair.us.identity.url = f"https://127.0.0.1:{pair.us.parts.settings.port}"
    pair.us.clock.advance(timedelta(seconds=5))
    pair.ec.trust(pair.us)
    pair.sequence()
    pair.advance(timedelta(seconds=10))
    pair.flow()
    assert [pair.ec.view(one).status for one in asked] == ["answered"] * 3
    assert pair.ec.scalar("SELECT array_agg(channel_seq ORDER BY ord) FROM exchange_outbox") == [1, 2, 3]


def test_what_waits_for_a_partner_that_was_away_is_tried_soon_after_it_calls(pair: Pair):
    """The pauses between attempts grow while US is away; a message from US ends them."""
    pair.us.identity.url = "https://127.0.0.1:1"
    pair.us.clock.advance(timedelta(seconds=5))
    pair.ec.trust(pair.us)
    pair.ec.ask()
    pair.ec.turn("us")
    with pair.ec.store.transaction(NODE) as tx:
        tx.execute(sa.text("UPDATE exchange_outbox SET next_try_at = next_try_at + interval '1 hour'"))
    pair.us.ask(partner="ec")
    pair.us.turn("ec")
    latest = pair.ec.clock.now() + SOON
    assert pair.ec.scalar("SELECT max(next_try_at) FROM exchange_outbox WHERE state = 'staged'") == latest


def test_what_was_sealed_to_a_key_that_is_gone_is_sealed_anew_once_the_new_key_is_known(pair: Pair):
    """US has lost a sealing key: what was sealed to it waits, and leaves again under the new one."""
    first, second = pair.ec.ask(), pair.ec.ask()
    with pair.us.store.transaction(NODE) as tx:
        pair.us.keys.revoke(tx, "operator", list(pair.us.identity.sealing_keys), "lost")
    pair.us.keys.tick()
    pair.ec.turn("us")
    assert [pair.ec.view(one).steps[0].state for one in (first, second)] == ["staged", "staged"]
    pair.ec.trust(pair.us)
    pair.advance(timedelta(seconds=10))
    pair.ec.turn("us")
    pair.flow()
    assert [pair.ec.view(one).status for one in (first, second)] == ["answered", "answered"]
    assert pair.us.scalar("SELECT max(channel_seq) FROM exchange_inbox") == 2
    assert pair.us.leaves("query.received") == 2


def test_a_lost_reply_is_made_good_by_the_stored_receipt(pair: Pair):
    """US takes the batch in, EC never hears of it: the same bytes bring the same receipt."""
    asked = pair.ec.ask()
    with pair.ec.store.transaction(NODE) as tx:
        partner = pair.ec.directory.active(tx, "us")
        (taken,) = Outbox(pair.ec.parts).take(tx, partner)
    (lost,) = pair.ec.deliver(pair.us, bytes(taken.envelope))
    pair.sequence()
    pair.advance(LEASE + timedelta(seconds=1))
    pair.flow()
    assert pair.ec.scalar("SELECT receipt FROM exchange_outbox") == lost.receipt
    assert pair.us.leaves("query.received") == 1
    assert pair.ec.view(asked).status == "answered"


def test_a_slow_courier_that_another_one_overtook_stores_no_second_receipt(pair: Pair):
    """The lease of a batch runs out while its answer is on the way: another courier carries it before."""
    pair.ec.ask()
    with pair.ec.store.transaction(NODE) as tx:
        partner = pair.ec.directory.active(tx, "us")
        batch = Outbox(pair.ec.parts).take(tx, partner)
    results = pair.ec.deliver(pair.us, b"".join(bytes(one.envelope) for one in batch))
    pair.sequence()
    pair.advance(LEASE + timedelta(seconds=1))
    assert pair.ec.turn("us") == 1
    settlement = Settlement(pair.ec.parts)
    with pair.ec.store.transaction(NODE) as tx:
        settlement.settle(tx, partner, batch, results, settlement.check(partner, batch, results))
        settlement.give_up(tx, batch, "exchange.unreachable")
    assert pair.ec.leaves("receipt.stored") == 1
    assert pair.ec.scalar("SELECT state || coalesce(error, '') FROM exchange_outbox") == "delivered"


def test_what_a_killed_courier_had_taken_is_carried_by_the_next_one_at_once(pair: Pair):
    asked = pair.ec.ask()
    with pair.ec.store.transaction(NODE) as tx:
        Outbox(pair.ec.parts).take(tx, pair.ec.directory.active(tx, "us"))  # and then it is killed
    assert pair.ec.turn("us") == 1
    assert pair.ec.turn("us") == 0
    pair.us.answer()
    pair.us.turn("ec")
    assert pair.ec.view(asked).status == "answered"


def test_what_waited_for_an_absent_partner_is_tried_when_the_node_starts_again(pair: Pair):
    pair.ec.ask()
    pair.ec.execute(
        "UPDATE exchange_outbox SET error = 'exchange.unreachable', next_try_at = now() + interval '1 year'"
    )
    assert pair.ec.turn("us") == 1


@contextmanager
def bad_line(pair: Pair) -> Iterator[FaultProxy]:
    """A line to US that cuts whatever passes, until told otherwise."""
    proxy = FaultProxy(pair.us.parts.settings.port, "courier", Faults.none())
    pair.us.identity.url = f"https://127.0.0.1:{proxy.start()}"
    pair.us.clock.advance(timedelta(seconds=5))
    pair.ec.trust(pair.us)
    pair.ec.ask("Person 0")
    assert pair.ec.turn("us") == 1
    proxy.faults = Faults(cut=1.0)
    try:
        yield proxy
    finally:
        proxy.stop()


def test_after_a_lost_line_less_is_carried_at_a_time_and_nothing_overtakes(pair: Pair):
    with bad_line(pair) as line:
        for number in range(1, 9):
            pair.ec.ask(f"Person {number}")
        assert pair.ec.turn("us") == 8
        assert pair.ec.turn("us") == 0
        line.faults = Faults.none()
        pair.advance(LONGEST_SOON_PAUSE)
        assert [pair.ec.turn("us") for _ in range(4)] == [2, 4, 2, 0]
        places = "SELECT array_agg(channel_seq ORDER BY channel_seq) FROM exchange_inbox"
        assert pair.us.scalar(places) == list(range(1, 10))


def test_the_second_loss_of_a_part_holds_back_what_comes_behind_it(pair: Pair):
    with bad_line(pair):
        for number in range(1, 9):
            pair.ec.ask(f"Person {number}")
        assert pair.ec.turn("us") == 8
        pair.advance(LONGEST_SOON_PAUSE)
        assert pair.ec.turn("us") == 2
        assert pair.ec.turn("us") == 0
        tried = "SELECT array_agg(attempts ORDER BY channel_seq) FROM exchange_outbox WHERE state = 'staged'"
        assert pair.ec.scalar(tried) == [2, 2, 1, 1, 1, 1, 1, 1]


def test_a_query_to_nobody_is_refused(pair: Pair):
    with pytest.raises(UnknownPartner):
        pair.ec.ask(partner="cl")


@pytest.mark.parametrize(
    "change",
    [
        {"offence": ""}, {"purpose": ""}, {"max_penalty_months": 3}, {"case_ref": ""},
        {"individual_case": False}, {"subject_category": "witness"}, {"grounds": ("nationality",)},
        {"agreement_id": "us-cl-2025"}, {"agreement_id": "unknown"},
    ],
)  # fmt: skip
def test_each_missing_ground_is_a_denial_that_names_an_article_and_leaves_nothing(pair: Pair, change):
    outcome = pair.ec.ask(grounds=msgspec.structs.replace(GROUNDS, **change))
    assert outcome.query_id is None
    assert outcome.decision.violated
    assert pair.ec.turn("us") == 0
    assert pair.ec.leaves("refusal") == 1


def test_an_officer_without_an_authorised_role_cannot_ask(pair: Pair):
    outcome = pair.ec.ask(by=officer("EC", ("supervisor",)))
    assert not outcome.decision.allow


def test_a_receipt_about_another_message_is_not_believed(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    (result,) = pair.ec.deliver(pair.us, one)
    keys = {pair.us.identity.kid: pair.us.identity.signing.verify_key}
    good = Sent(one.header.msg_id, one.hash, "us-ec-2025", 1, "us")
    assert read_receipt(result.receipt, good, keys).outcome == "accepted"
    for change in ({"msg_hash": "0" * 64}, {"channel_seq": 2}, {"agreement_id": "x"}, {"recipient": "cl"}):
        with pytest.raises(ReceiptRefused):
            read_receipt(result.receipt, msgspec.structs.replace(good, **change), keys)
    for text in ("", "a.b.c", result.receipt[:-4] + "AAAA", "x" * 5000):
        with pytest.raises(ReceiptRefused):
            read_receipt(text, good, keys)
    with pytest.raises(ReceiptRefused):
        read_receipt(result.receipt, good, {})


def test_a_reply_needs_one_result_for_each_envelope():
    both = msgspec.json.encode(Reply((Result("r", Nack("c", transient=True)),)))
    for raw in (b"", b"{}", b'{"results":[]}', b'{"results":[{}]}', both):
        with pytest.raises(ReceiptRefused):
            read_reply(raw, 1)


def test_what_waits_behind_a_message_that_waits_longer_goes_again_with_it_within_a_second(pair: Pair):
    """US wants the first; it waits here as well, so the channel goes again, in order, and soon."""
    asked = [pair.ec.ask(f"Person {number}") for number in range(3)]
    outbox = Outbox(pair.ec.parts)
    with pair.ec.store.transaction(NODE) as tx:
        assert len(outbox.take(tx, pair.ec.directory.active(tx, "us"))) == 3
    pair.ec.execute("UPDATE exchange_outbox SET attempts = 12")
    pair.ec.execute("UPDATE exchange_outbox SET next_try_at = now() + interval '1 day' WHERE channel_seq = 1")
    assert pair.ec.turn("us") == 2
    assert pair.ec.scalar("SELECT count(DISTINCT next_try_at) FROM exchange_outbox") == 1
    pair.advance(LONGEST_SOON_PAUSE)
    assert pair.ec.turn("us") == 3
    pair.flow()
    pair.ec.turn("us")
    assert [pair.ec.view(one).status for one in asked] == ["answered"] * 3


@contextmanager
def running(pair: Pair) -> Iterator[None]:
    """The courier from EC to US at work."""
    stop = Event()
    thread = Thread(target=Courier(pair.ec.parts, "us").run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def delivered(pair: Pair, count: int) -> bool:
    """Whether EC has receipts for so many messages within 20 seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if pair.ec.scalar("SELECT count(*) FROM exchange_outbox WHERE state = 'delivered'") == count:
            return True
        time.sleep(0.02)
    return False


def test_a_receipt_does_not_wait_until_messages_have_gathered_for_the_next_round(pair: Pair, monkeypatch):
    monkeypatch.setattr("cordillera.trust.exchange.courier.GATHER_SECONDS", 60.0)
    pair.ec.ask()
    with running(pair):
        assert delivered(pair, 1)


def test_a_courier_at_rest_finds_what_another_process_puts_there(pair: Pair):
    with running(pair):
        for count in (1, 2, 3):
            pair.ec.ask(f"Person {count}")
            assert delivered(pair, count)


def test_a_courier_is_called_to_what_another_process_puts_there(pair: Pair, monkeypatch):
    """By itself it would look after a minute only."""
    monkeypatch.setattr("cordillera.trust.exchange.courier.IDLE_SECONDS", 60.0)
    bell, stop = Bell(), Event()
    beside = msgspec.structs.replace(pair.ec.parts, bell=bell)
    workers = [
        Thread(target=one.run, args=(stop,)) for one in (Ringer(pair.ec.store, bell), Courier(beside, "us"))
    ]
    try:
        workers[0].start()
        bell.wait(0, 10.0)
        workers[1].start()
        for count in (1, 2, 3):
            pair.ec.ask(f"Person {count}")
            assert delivered(pair, count)
    finally:
        stop.set()
        bell.ring()
        for worker in workers:
            worker.join(20)


def test_what_waits_under_an_agreement_nobody_expected_is_carried_without_a_call(pair: Pair, monkeypatch):
    """The courier knows of it, though it left it to the next round: it does not rest before that."""
    monkeypatch.setattr("cordillera.trust.exchange.courier.UNHEARD_SECONDS", 60.0)
    courier, stop = Courier(pair.ec.parts, "us"), Event()
    courier.turn()
    courier._expected = ("us-cl-2025",)
    pair.ec.ask()
    thread = Thread(target=courier.run, args=(stop,))
    thread.start()
    try:
        assert delivered(pair, 1)
    finally:
        stop.set()
        pair.ec.parts.bell.ring()
        thread.join(20)


def test_what_nobody_expected_to_wait_is_left_to_the_next_round(pair: Pair):
    """Channels are locked in one order: one that is not locked yet does not come behind one that is."""
    pair.ec.ask()
    outbox = Outbox(pair.ec.parts)
    with pair.ec.store.transaction(NODE, gathered=True) as tx:
        partner = pair.ec.directory.active(tx, "us")
        outbox.ahead(tx, "us", ["us-cl-2025"], 64)
        waiting = channel_store.waiting_agreements(tx, "us")
        assert outbox.take(tx, partner, 64, waiting, ["us-cl-2025"]) == []
        outbox.ahead(tx, "us", waiting, 64)
        assert len(outbox.take(tx, partner, 64, None, waiting)) == 1
