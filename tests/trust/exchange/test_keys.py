"""The life of a node's keys: terms, successors, destruction, revocation, and bundles under a root."""

import threading
from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import NODE, NOON, Pair, SimNode

from cordillera.foundation.crypto import jws, rotation
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.root import RootKey
from cordillera.trust.exchange.bundle import delegate, read_bundle, sign_bundle
from cordillera.trust.exchange.bundles import Bundles, KeyWorker
from cordillera.trust.exchange.envelope import open_envelope
from cordillera.trust.exchange.errors import (
    DelegationRefused,
    ForeignRoot,
    KeyMissing,
    KeyNotValid,
    RootMissing,
    UnknownKey,
)
from cordillera.trust.exchange.receipt import Sent, read_receipt
from cordillera.trust.exchange.thawing import Thaws

pytest_plugins = ["tests.sim.fixtures"]
DAY = timedelta(days=1)


def rows(node: SimNode, use: str):
    with node.store.transaction(NODE) as tx:
        return [row for row in node.keys.all(tx) if row.use == use]


def days(node: SimNode, count: int) -> None:
    """Let days pass as a running node lives them: its keys turn over."""
    for _ in range(count):
        node.clock.advance(DAY)
        node.keys.tick()


def install(node: SimNode, root: RootKey) -> None:
    with node.store.transaction(NODE) as tx:
        node.keys.install(tx, "operator", delegate(root, node.keys.request_delegation(tx)))
        node.identity.use(tx)


def test_a_year_of_keys_never_leaves_the_node_without_one(pair: Pair):
    us = pair.us
    for _ in range(13):
        days(us, 30)
        now = us.clock.now()
        for use in ("signing", "sealing", "tls"):
            assert any(row.usable and row.span.covers(now) for row in rows(us, use)), use
        assert us.identity.kid in {key.kid for key in us.identity.bundle().signing_keys}
    assert len(rows(us, "signing")) == 5  # 390 days: four successors of the first
    assert len(us.identity.bundle().sealing_keys) == 2


def test_the_next_signing_key_is_published_two_weeks_before_it_is_used(pair: Pair):
    us = pair.us
    first = us.identity.kid
    days(us, 76)
    (_, following) = rows(us, "signing")
    assert us.identity.kid == first
    assert following.kid in {key.kid for key in us.identity.bundle().signing_keys}
    days(us, 14)
    assert us.identity.kid == following.kid


def test_each_change_of_a_key_is_a_leaf_without_the_key(pair: Pair):
    before = pair.us.leaves("key.changed")
    pair.us.clock.advance(timedelta(seconds=2))
    secret = pair.us.identity.keyring.kept(rows(pair.us, "sealing")[0].place)
    with pair.us.store.transaction(NODE) as tx:
        pair.us.keys.rotate(tx, "operator", "signing")
    assert pair.us.leaves("key.changed") == before + 3  # retired, created, and the bundle that says so
    with pair.us.store.transaction(NODE) as tx:
        leaves = pair.us.ledger.events(tx, limit=50)
    assert not any(secret.hex() in str(leaf) or jws.encode(secret) in str(leaf) for leaf in leaves)


def test_a_retired_sealing_key_still_opens_for_a_week_and_then_nothing_does(pair: Pair):
    """Forward secrecy: what somebody recorded can not be opened with anything that is left."""
    recorded = pair.ec.craft(pair.us, 1)
    place = rows(pair.us, "sealing")[0].place
    days(pair.us, 36)
    open_envelope(recorded, "us", pair.us.identity.sealing_keys)
    days(pair.us, 2)
    with pytest.raises(UnknownKey):
        open_envelope(recorded, "us", pair.us.identity.sealing_keys)
    with pytest.raises(KeyUnavailable):
        pair.us.identity.keyring.kept(place)
    assert pair.us.identity.keyring.directory.joinpath(place).read_bytes() == b"destroyed"
    assert rows(pair.us, "sealing")[0].destroyed_at is not None


def test_what_was_signed_before_a_rotation_still_verifies_at_its_time(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    (result,) = pair.ec.deliver(pair.us, one)
    old = pair.us.identity.kid
    with pair.us.store.transaction(NODE) as tx:
        pair.us.keys.revoke(tx, "operator", [old], "lost laptop")
    pair.us.keys.tick()
    pair.ec.trust(pair.us)
    sent = Sent(one.header.msg_id, one.hash, "us-ec-2025", 1, "us")
    with pair.ec.store.transaction(NODE) as tx:
        then = pair.ec.directory.keys_at(tx, "us", NOON - timedelta(seconds=1))
        assert read_receipt(result.receipt, sent, then).outcome == "accepted"
        with pytest.raises(KeyNotValid):
            pair.ec.directory.key_at(tx, "us", old, NOON + timedelta(seconds=1))
        assert old not in pair.ec.directory.active(tx, "us").verify_keys


def test_a_message_signed_just_before_a_rotation_arrives_after_it(pair: Pair):
    one = pair.ec.craft(pair.us, 1)
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.clock.advance(timedelta(seconds=2))
        pair.ec.keys.rotate(tx, "operator", "signing")
        pair.ec.identity.use(tx)
    pair.us.clock.advance(timedelta(seconds=2))
    assert Bundles(pair.ec.parts).tell("us").error == ""
    (result,) = pair.ec.deliver(pair.us, one)
    assert result.receipt


def test_partners_learn_of_new_keys_by_themselves_and_tell_theirs(pair: Pair):
    with pair.us.store.transaction(NODE) as tx:
        pair.us.clock.advance(timedelta(seconds=2))
        pair.us.keys.rotate(tx, "operator", "sealing")
        pair.us.identity.use(tx)
    told = Bundles(pair.us.parts).tell_all()
    assert [(one.partner, one.error) for one in told] == [("ec", "")]
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.directory.active(tx, "us").seq == pair.us.identity.seq
    assert Bundles(pair.us.parts).tell_all() == []
    assert pair.ec.leaves("partner.changed") == 2


def test_the_worker_turns_keys_over_and_tells_partners_by_itself(pair: Pair):
    before = pair.us.identity.seq
    pair.us.clock.advance(77 * DAY)
    pair.ec.clock.advance(77 * DAY)
    pair.ec.keys.tick()
    pair.sequence()
    stop = threading.Event()
    worker = KeyWorker(pair.us.keys, Bundles(pair.us.parts), Thaws(pair.us.parts))
    thread = threading.Thread(target=worker.run, args=(stop,), daemon=True)
    thread.start()
    for _ in range(200):
        if int(str(pair.ec.scalar("SELECT seq FROM exchange_partner"))) > before:
            break
        stop.wait(0.1)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert pair.us.identity.seq > before
    assert pair.ec.scalar("SELECT seq FROM exchange_partner") == pair.us.identity.seq


def test_a_partner_that_is_away_is_tried_again_later(pair: Pair):
    pair.ec.close()
    (told,) = Bundles(pair.us.parts).tell_all()
    assert told.error == "exchange.unreachable"
    assert Bundles(pair.us.parts).tell_all() == []
    pair.us.clock.advance(timedelta(seconds=31))
    assert len(Bundles(pair.us.parts).tell_all()) == 1


def test_a_new_certificate_is_shown_without_a_restart(pair: Pair):
    shown = pair.us.identity.certificate.fingerprint
    pair.us.clock.advance(timedelta(seconds=2))
    with pair.us.store.transaction(NODE) as tx:
        pair.us.keys.rotate(tx, "operator", "tls")
        pair.us.identity.use(tx)
    assert pair.us.identity.certificate.fingerprint != shown
    assert Bundles(pair.us.parts).tell("ec").error == ""
    pair.us.listener.refresh()
    pair.ec.listener.refresh()
    pair.ec.ask()
    pair.flow()
    assert pair.ec.leaves("answer.received") == 1


def test_a_bundle_under_a_root_binds_the_partner_to_that_root(pair: Pair):
    root, other = RootKey.generate(), RootKey.generate()
    install(pair.us, root)
    pair.ec.trust(pair.us)
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.directory.active(tx, "us").root == root.public
    with pair.us.store.transaction(NODE) as tx, pytest.raises(DelegationRefused):
        pair.us.keys.install(tx, "operator", delegate(other, pair.us.keys.request_delegation(tx)))
    stolen = read_bundle(pair.us.identity.signed_bundle())
    foreign = delegate(other, _asked(pair.us))
    forged = msgspec.structs.replace(stolen, seq=stolen.seq + 1, delegation=foreign)
    raw = sign_bundle(forged, pair.us.identity.keyring.signing("exchange-bundle"))
    with pair.ec.store.transaction(NODE) as tx, pytest.raises(ForeignRoot):
        pair.ec.directory.add(tx, raw, "operator")


def _asked(node: SimNode):
    with node.store.transaction(NODE) as tx:
        return node.keys.request_delegation(tx)


@pytest.mark.parametrize(
    "change",
    [{"id": "cl"}, {"country": "CL"}, {"signer": "A" * 43}, {"not_after": NOON}, {"epoch": 0}],
)
def test_a_delegation_for_something_else_is_refused(pair: Pair, change: dict[str, object]):
    asked = msgspec.structs.replace(_asked(pair.us), **change)
    with pair.us.store.transaction(NODE) as tx, pytest.raises(DelegationRefused):
        pair.us.keys.install(tx, "operator", delegate(RootKey.generate(), asked))


def test_in_production_nothing_is_signed_or_opened_without_a_root(pair: Pair):
    pair.us.identity.environment = "production"
    with pair.us.store.transaction(NODE) as tx:
        pair.us.identity.use(tx)
    for name in ("signing", "sealing_keys"):
        with pytest.raises(RootMissing):
            getattr(pair.us.identity, name)
    with pytest.raises(RootMissing):
        pair.us.identity.signed_bundle()
    install(pair.us, RootKey.generate())
    assert pair.us.identity.kid
    assert pair.us.identity.bundle().root is not None


def test_in_production_a_partner_without_a_root_is_not_taken(pair: Pair):
    pair.us.identity.environment = "production"
    rooted = Bundles(pair.us.parts).directory
    with pair.us.store.transaction(NODE) as tx, pytest.raises(RootMissing):
        rooted.add(tx, pair.ec.identity.signed_bundle(), "operator")


def test_a_node_whose_key_files_are_gone_makes_new_ones_and_says_so(pair: Pair):
    """An old backup of the database came back, and names keys that were destroyed since."""
    old = {row.kid for use in ("signing", "sealing") for row in rows(pair.us, use)}
    for use in ("signing", "sealing"):
        for row in rows(pair.us, use):
            pair.us.identity.keyring.destroy(row.place)
    pair.us.clock.advance(timedelta(seconds=2))
    pair.us.keys.open()
    assert pair.us.identity.kid not in old
    assert not old & set(pair.us.identity.sealing_keys)
    assert Bundles(pair.us.parts).tell("ec").error == ""


def test_a_revoked_certificate_is_not_spoken_to(pair: Pair):
    shown = pair.us.identity.certificate.fingerprint
    with pair.ec.store.transaction(NODE) as tx:
        pair.ec.directory.revoke_key(tx, "us", shown, "operator", "heard")
        assert shown not in pair.ec.directory.active(tx, "us").fingerprints


def test_what_is_no_key_cannot_be_rotated_or_revoked(pair: Pair):
    with pair.us.store.transaction(NODE) as tx:
        with pytest.raises(KeyMissing):
            pair.us.keys.rotate(tx, "operator", "ledger")
        with pytest.raises(KeyMissing):
            pair.us.keys.revoke(tx, "operator", ["nobody's"], "why")


def test_terms_of_use_are_judged_at_both_ends():
    span = rotation.Span(NOON, NOON + DAY)
    assert rotation.accepted(span, NOON - rotation.SKEW)
    assert not rotation.accepted(span, NOON - rotation.SKEW - timedelta(seconds=1))
    assert rotation.accepted(span, NOON + DAY + rotation.GRACE - timedelta(seconds=1))
    assert not rotation.accepted(span, NOON + DAY + rotation.GRACE)
