"""A log's key names its successor: both sign, and each speaks for its own checkpoints only."""

from datetime import timedelta

import pytest

from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.errors import KeyChangeRefused, NoteUnsigned
from cordillera.trust.ledger.note import NoteKey, sign_note
from cordillera.trust.ledger.own_keys import LogKeys
from cordillera.trust.ledger.rotating import retire_keys, rotate_key
from cordillera.trust.ledger.succession import KeyLine, line_to, read_change, sign_change

LOG = "example.org/log"
FIRST, SECOND, THIRD = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
ROOT = b"\x09" * 32


def key(of):
    return NoteKey.of(LOG, of.public_bytes)


def change(size, old, new):
    return read_change(sign_change(LOG, size, 1_800_000_000, (old, new)))


def head(size, *signers):
    return sign_checkpoint(Checkpoint(LOG, size, ROOT), signers[0], signers[1:])


LINE = KeyLine.of(key(THIRD), [change(10, FIRST, SECOND), change(20, SECOND, THIRD)])


@pytest.mark.parametrize(
    ("size", "signers"),
    [(10, [FIRST]), (11, [SECOND]), (11, [SECOND, FIRST]), (20, [SECOND]), (21, [THIRD]), (5, [THIRD])],
)
def test_a_checkpoint_is_taken_from_the_key_of_its_time_or_a_later_one(size, signers):
    assert LINE.open(head(size, *signers)).size == size


@pytest.mark.parametrize(("size", "signer"), [(11, FIRST), (21, SECOND), (21, FIRST)])
def test_a_key_that_was_given_up_does_not_speak_for_what_came_later(size, signer):
    with pytest.raises(NoteUnsigned):
        LINE.open(head(size, signer))


def test_a_change_needs_both_signatures_1_2_3():
    raw = sign_change(LOG, 7, 0, (FIRST, SECOND))
    text = raw.decode().split("\n\n")[0] + "\n"
    alone = [sign_note(text, LOG, one) for one in (FIRST, SECOND, THIRD)]
    same = sign_change(LOG, 7, 0, (FIRST, FIRST))
    other = raw.replace(b"log-key/1", b"log-key/2")
    for bad, condition in [*((one, 3) for one in alone), (same, 2), (other, 1), (b"x", 1), (raw[:-9], 1)]:
        with pytest.raises(KeyChangeRefused) as refused:
            read_change(bad)
        assert refused.value.facts["condition"] == condition


def test_changes_that_do_not_join_are_refused_1_2_3_4():
    for current, changes, condition in [
        (THIRD, [change(1, FIRST, SECOND), change(2, FIRST, THIRD)], 1),
        (THIRD, [change(9, FIRST, SECOND), change(2, SECOND, THIRD)], 2),
        (FIRST, [change(1, FIRST, SECOND), change(2, SECOND, FIRST)], 3),
        (THIRD, [change(1, FIRST, SECOND)], 4),
    ]:
        with pytest.raises(KeyChangeRefused) as refused:
            KeyLine.of(key(current), changes)
        assert refused.value.facts["condition"] == condition


def test_of_what_a_partner_brings_only_what_leads_to_its_key_counts():
    notes = [b"rubbish", change(2, SECOND, THIRD).raw, sign_change(LOG, 1, 0, (THIRD, FIRST))]
    assert line_to(key(THIRD), notes).keys == (key(SECOND), key(THIRD))
    assert line_to(key(SECOND), notes).keys == (key(SECOND),)


def test_the_log_signs_with_both_keys_for_a_week_then_with_the_new_one_alone(
    store, ledger, sequencer, fill, clock, keyring
):
    fill(5)
    sequencer.catch_up()
    old = ledger.note_key
    note = rotate_key(store, ledger, "operator")
    assert (note.size, note.old, note.new) == (5, old, ledger.note_key)
    sequencer.catch_up()
    with store.auditor_transaction() as tx:
        both = ledger.checkpoint(tx)
    assert both.size == 7
    assert all(KeyLine((one,)).open(both.raw) for one in (old, ledger.note_key))
    clock.advance(timedelta(days=8))
    with store.transaction(Scope.node("test")) as tx:
        assert retire_keys(tx, ledger) == (old,)
        assert retire_keys(tx, ledger) == ()
    sequencer.catch_up()
    with store.auditor_transaction() as tx:
        alone = ledger.checkpoint(tx).raw
    with pytest.raises(NoteUnsigned):
        KeyLine((old,)).open(alone)
    assert ledger.keys.line().open(alone).size == 8
    restarted = LogKeys(KeyRing(keyring.directory), ledger.origin)
    assert restarted.line() == ledger.keys.line()
    assert restarted.former() == ()
    assert restarted.current().public_bytes == ledger.signing_key.public_bytes
