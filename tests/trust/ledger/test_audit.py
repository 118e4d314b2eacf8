"""A supervisor's audit of an export, with the node down."""

import json
from datetime import timedelta

import pytest

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.audit import Asked, Opening, audit_directory
from cordillera.trust.ledger.cosignature import cosign, with_signatures, witness_key
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.export import write_directory
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.note import parse_note
from cordillera.trust.ledger.oversight import Oversight
from cordillera.trust.ledger.policy import parse_policy
from cordillera.trust.ledger.ports import Overdue, Quota
from cordillera.trust.ledger.sampling import EXCHANGES, drawn, seed_of
from cordillera.trust.ledger.witness_store import Cosigned, keep_cosigned

AGREEMENT = "us-ec-2025"
NODE = Scope.node("test")


class NoDuties:
    def __init__(self, overdue=()):
        self._overdue = overdue

    def overdue(self, _tx):
        return self._overdue

    def quotas(self, _tx, day):
        return (Quota("us", AGREEMENT, "out", day, 3, 1000),)


class Rates:
    def rates(self, _tx):
        return {AGREEMENT: 2}


@pytest.fixture
def oversight(ledger):
    return Oversight(ledger, NoDuties(), Rates())


def sent(number, kind=LeafKind.RELEASE, **changes):
    values = {
        "kind": kind, "actor": f"officer-{number % 2}", "agency": "EC-PN", "agreement_id": AGREEMENT,
        "message_id": f"m-{number}", "peer": "us", "direction": "out", "seq": number,
        "subject_ref": f"alert-{number}", "detail": {"type": "query.person"},
    }  # fmt: skip
    return Event(**(values | changes))


@pytest.fixture
def exported(store, ledger, sequencer, oversight, tmp_path):
    """Record events, export, and give the folder."""

    def export(*events, oversight=oversight):
        with store.transaction(NODE) as tx:
            ledger.record_all(tx, events)
        sequencer.catch_up()
        with store.transaction(NODE) as tx:
            statement = oversight.signed(tx)
        folder = tmp_path / f"export-{len(list(tmp_path.iterdir()))}"
        with store.auditor_transaction() as tx:
            write_directory(tx, ledger, folder, statement)
        return folder

    return export


def test_a_sound_log_has_no_gap_and_says_so(exported, ledger):
    folder = exported(*(sent(number) for number in range(1, 301)))
    found = audit_directory(folder, Asked((ledger.note_key.vkey,)))
    assert found.ok
    assert (found.size, found.gaps, found.origin) == (300, (), "cordillera/ec")
    assert found.kinds == {"release": 300}
    assert found.statement.quotas[0].used == 3


def test_missing_and_doubled_numbers_are_named(exported):
    events = [sent(number) for number in (1, 2, 5, 6, 9)]
    folder = exported(*events, sent(6, message_id="another"), sent(1, direction="in", peer="cl"))
    found = audit_directory(folder, Asked())
    told = [(one.reason, one.first, one.last) for one in found.gaps]
    assert told == [("doubled", 6, 6), ("missing", 3, 4), ("missing", 7, 8)]
    assert not found.ok


def test_a_withdrawn_message_gives_its_number_to_the_next(exported):
    folder = exported(
        sent(1), sent(2, message_id="refused"),
        sent(2, LeafKind.MESSAGE_REFUSED, message_id="refused"), sent(2, message_id="next"), sent(3),
    )  # fmt: skip
    assert audit_directory(folder, Asked()).gaps == ()


def test_queries_above_the_quota_are_named_by_day(exported):
    folder = exported(*(sent(number, LeafKind.QUERY_SENT, seq=None) for number in range(5)))
    (used,) = audit_directory(folder, Asked(limits={AGREEMENT: 4})).quotas
    assert (used.used, used.most_by_one, used.limit, used.over) == (5, 3, 4, True)
    assert not audit_directory(folder, Asked(limits={AGREEMENT: 5})).quotas[0].over


def test_overdue_erasures_make_the_audit_fail(exported, ledger):
    late = Oversight(ledger, NoDuties((Overdue("traveller", 3, ledger.clock.now()),)), Rates())
    found = audit_directory(exported(sent(1), oversight=late), Asked())
    assert not found.ok
    assert found.statement.overdue[0].due == 3


def test_the_sample_is_the_same_for_everyone_and_opens_to_what_was_committed(exported, store, oversight):
    folder = exported(*(sent(number) for number in range(1, 41)))
    asked = Asked(rates={AGREEMENT: 2})
    sample = audit_directory(folder, asked).sample
    with store.transaction(NODE) as tx:
        own = oversight.sample(tx, "2026-11")
        opened = oversight.open(tx, [one.index for one in sample])
    assert [one.index for one in own.lines] == [one.index for one in sample]
    assert own.seed == audit_directory(folder, asked).seed
    found = audit_directory(folder, Asked(rates={AGREEMENT: 2}, openings=opened)).sample
    assert all(one.opened for one in found)
    assert found[0].detail["subject_ref"] == f"alert-{found[0].index + 1}"
    (first, second) = opened
    swapped = (Opening(first.index, first.salt, second.clear),)
    with pytest.raises(LogBroken, match="not what the leaf commits to"):
        audit_directory(folder, Asked(rates={AGREEMENT: 2}, openings=swapped))
    with pytest.raises(LogBroken):
        audit_directory(folder, Asked(rates={AGREEMENT: 2}, openings=(Opening(first.index, "?", "?"),)))


def test_the_seed_is_made_of_what_witnesses_signed(exported, store, ledger, witness_signing):
    folder = exported(*(sent(number) for number in range(1, 41)))
    alone = audit_directory(folder, Asked()).seed
    name, key = witness_signing
    with store.transaction(NODE) as tx:
        head = ledger.checkpoint(tx)
        at = int(ledger.clock.now().timestamp())
        note = with_signatures(head.raw, [cosign(parse_note(head.raw).text, name, key, at)])
        keep_cosigned(tx, Cosigned(head.size, note, ledger.clock.now()))
    again = exported()
    policy = parse_policy(f"witness w {witness_key(name, key.public_bytes).vkey}\nquorum w\n")
    found = audit_directory(again, Asked(policy=policy))
    assert found.seed == seed_of(note).hex() != alone
    assert found.witnessed
    assert found.cosigned == {name: at}
    assert not audit_directory(folder, Asked(policy=policy)).witnessed


@pytest.fixture
def witness_signing():
    from cordillera.foundation.crypto.signing import SigningKey

    return "witness.example/w", SigningKey(b"\x03" * 32)


@pytest.mark.parametrize("name", ["oversight.note", "checkpoint.cosigned", "tile/entries/000.p/40"])
def test_a_changed_file_is_named(exported, name):
    folder = exported(*(sent(number) for number in range(1, 41)))
    path = folder / name
    if name == "checkpoint.cosigned":
        path.write_bytes(
            (folder / "checkpoint").read_bytes().replace(b"cordillera/ec\n", b"cordillera/cl\n", 1)
        )
    else:
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 3] ^= 1
        path.write_bytes(raw)
    with pytest.raises(LogBroken) as raised:
        audit_directory(folder, Asked())
    assert raised.value.place == name


def test_the_sample_is_a_fair_draw():
    hashes = [bytes([number]) * 32 for number in range(50)]
    counts = dict.fromkeys(hashes, 0)
    for number in range(2000):
        for one in drawn(hashes, number.to_bytes(4, "big"), 5):
            counts[one] += 1
    assert 140 < min(counts.values()) <= max(counts.values()) < 260
    assert {kind.value for kind in LeafKind} >= EXCHANGES


def test_the_command_audits_an_export_with_no_node_at_all(exported, capsys):
    from cordillera.cli.ledger import app

    folder = exported(*(sent(number) for number in range(1, 6)))
    with pytest.raises(SystemExit) as ended:
        app(["audit", str(folder), "--json"], exit_on_error=False)
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["ok"], told["size"]) == (0, True, 5)
    (folder / "tile" / "entries" / "000.p" / "5").unlink()
    with pytest.raises(SystemExit) as ended:
        app(["audit", str(folder), "--json"])
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["place"] == "tile/entries/000.p/5"


def test_details_gone_after_two_years_cannot_be_opened_and_the_audit_still_holds(
    exported, store, ledger, oversight, sealer, keyring, clock
):
    from cordillera.trust.ledger.retention import ERASABLES
    from cordillera.trust.safeguards.retention import RetentionRunner

    exported(*(sent(number) for number in range(1, 6)))
    clock.advance(timedelta(days=741))
    RetentionRunner(sealer, ledger, keyring, clock, ERASABLES).run_once(store)
    with store.transaction(NODE) as tx:
        assert oversight.open(tx, [0, 1]) == ()
    found = audit_directory(exported(), Asked())
    assert found.kinds["release"] == 5
    assert found.statement.overdue == ()
