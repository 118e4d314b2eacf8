"""The witness protocol (c2sp.org/tlog-witness): each condition, each status, and a log not of our making."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger import witness as protocol
from cordillera.trust.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from cordillera.trust.ledger.cosignature import (
    cosign,
    parse_witness_vkey,
    read_cosignatures,
    with_signatures,
    witness_key,
)
from cordillera.trust.ledger.errors import KeyMalformed, NoteUnsigned
from cordillera.trust.ledger.note import NoteKey, parse_note, parse_vkey
from cordillera.trust.ledger.tiles import unpack_entries
from cordillera.trust.ledger.tree import consistency_proof, leaf_hash, perfect_nodes, range_root
from cordillera.trust.ledger.witness import Answer, Signer, Submission, add_checkpoint

LOG = SigningKey(b"\x01" * 32)
ORIGIN = "example.org/log"
LOG_KEY = NoteKey.of(ORIGIN, LOG.public_bytes)
WITNESS = Signer("witness.example/w1", SigningKey(b"\x02" * 32))
WITNESS_KEY = witness_key(WITNESS.name, WITNESS.key.public_bytes)
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
NODES = perfect_nodes(LEAVES)
AT = 1_700_000_000


class Remembered:
    """A memory of one log, in a variable."""

    def __init__(self, keys=(LOG_KEY,)):
        self._keys = {key.name: [key] for key in keys}
        self.note = None
        self.accused = []

    def keys(self, origin):
        return self._keys.get(origin, ())

    def held(self, _origin):
        return self.note

    def keep(self, _head, raw, _at):
        self.note = raw

    def accuse(self, _origin, held, other):
        self.accused.append((held, other))


def head(size, key=LOG, origin=ORIGIN, nodes=NODES):
    return sign_checkpoint(Checkpoint(origin, size, range_root(0, size, nodes)), key)


def request(old, size, **changes):
    proof = consistency_proof(old, size, NODES) if 0 < old <= size else ()
    return Submission(old, proof, head(size, **changes)).encode()


def ask(memory, body) -> Answer:
    return add_checkpoint(body, memory, WITNESS, AT)


def test_a_log_that_grows_is_cosigned_each_time():
    memory, old = Remembered(), 0
    for size in (0, 1, 2, 3, 7, 8, 20, 40, 40):
        answer = ask(memory, request(old, size))
        assert (answer.status, answer.content_type) == (200, "text/plain; charset=utf-8")
        (found,) = read_cosignatures(head(size) + answer.body, [WITNESS_KEY])
        assert found.at == AT
        assert open_checkpoint(memory.note, [LOG_KEY]).size == size
        old = size


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (request(0, 5, origin="example.org/other"), 404),
        (request(0, 5, key=SigningKey(b"\x09" * 32)), 403),
        (Submission(6, (), head(5)).encode(), 400),
        (b"old 05\n\n" + head(5), 400),
        (b"old 0\n" + base64.b64encode(bytes(32)) + b"\n\n" + head(5), 400),
        (b"old 3\nnot a hash\n\n" + head(5), 400),
        (b"old 0\n" + head(5), 400),
        (b"", 400),
        (b"old 0\n\n", 400),
        (b"old 3\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n" + head(5), 400),
        (b"old 0\n\n" + b"x" * protocol.MAX_SUBMISSION, 400),
        (request(3, 5), 409),
    ],
)  # fmt: skip
def test_each_wrong_request_has_its_status_and_is_not_cosigned(body, status):
    memory = Remembered()
    assert ask(memory, body).status == status
    assert memory.note is None
    assert not memory.accused


def test_another_old_size_is_told_the_size_that_was_cosigned():
    memory = Remembered()
    ask(memory, request(0, 20))
    for old in (0, 19):
        answer = ask(memory, request(old, 30))
        assert (answer.status, answer.content_type, answer.body) == (409, "text/x.tlog.size", b"20\n")


def test_a_wrong_proof_and_another_root_of_the_same_size_are_refused_with_both_notes_kept():
    memory = Remembered()
    ask(memory, request(0, 20))
    first = memory.note
    other = perfect_nodes([leaf_hash(b"other"), *LEAVES[1:]])
    forked = head(20, nodes=other)
    answer = ask(memory, Submission(20, (), forked).encode())
    assert (answer.status, answer.body) == (422, first)
    longer = head(30, nodes=other)
    proof = consistency_proof(20, 30, other)
    assert ask(memory, Submission(20, proof, longer).encode()).status == 422
    assert memory.accused == [(first, forked), (first, longer)]
    assert memory.note == first


def test_a_fork_that_names_a_smaller_size_first_is_not_cosigned():
    memory = Remembered()
    ask(memory, request(0, 20))
    assert ask(memory, request(0, 10)).status == 409
    assert open_checkpoint(memory.note, [LOG_KEY]).size == 20


@given(st.binary(max_size=300))
def test_no_bytes_make_the_witness_fail(body):
    assert ask(Remembered(), body).status in {400, 403, 404}


@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=7))
def test_only_the_true_proof_is_cosigned(old, size, proof):
    memory = Remembered()
    if old:
        ask(memory, request(0, old))
    body = Submission(old, tuple(proof), head(size)).encode()
    right = old <= size and tuple(proof) == (consistency_proof(old, size, NODES) if old else ())
    assert (ask(memory, body).status == 200) is right


def test_the_log_of_another_implementation_is_witnessed_from_its_first_entry(shared):
    """Tessera's log: its 16 checkpoints in turn, with proofs from its own entries."""
    folder = shared / "exchange" / "tessera-log"
    key = parse_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
    raw = next((folder / "tile" / "entries").rglob("15")).read_bytes()
    nodes = perfect_nodes([leaf_hash(entry) for entry in unpack_entries(raw, 15)])
    memory, old = Remembered([key]), 0
    for number in range(16):
        checkpoint = (folder / f"checkpoint.{number}").read_bytes()
        size = open_checkpoint(checkpoint, [key]).size
        proof = consistency_proof(old, size, nodes) if old else ()
        assert ask(memory, Submission(old, proof, checkpoint).encode()).status == 200
        old = size
    assert open_checkpoint(memory.note, [key]).size == 15


def test_a_cosignature_says_when_and_is_made_over_the_whole_text():
    """The message of c2sp.org/tlog-cosignature, put together here by hand."""
    text = parse_note(head(5)).text
    line = cosign(text, WITNESS.name, WITNESS.key, AT)
    material = base64.b64decode(line.split(" ")[2])
    assert material[:4] == WITNESS_KEY.key_id
    assert int.from_bytes(material[4:12], "big") == AT
    message = b"cosignature/v1\ntime 1700000000\n" + text.encode()
    WITNESS.key.verify_key.verify(material[12:], message)


def test_a_changed_time_or_a_plain_signature_is_no_cosignature():
    note = head(5)
    line = cosign(parse_note(note).text, WITNESS.name, WITNESS.key, AT)
    material = bytearray(base64.b64decode(line.split(" ")[2]))
    material[11] ^= 1
    changed = f"\u2014 {WITNESS.name} {base64.b64encode(material).decode()}\n"
    for bad in (changed, f"\u2014 {WITNESS.name} {base64.b64encode(material[:68]).decode()}\n"):
        with pytest.raises(NoteUnsigned):
            read_cosignatures(with_signatures(note, [bad]), [WITNESS_KEY])
    assert read_cosignatures(note, [WITNESS_KEY]) == ()


def test_keys_of_logs_and_witnesses_are_not_taken_for_each_other():
    assert parse_witness_vkey(WITNESS_KEY.vkey) == WITNESS_KEY
    for text, read in ((WITNESS_KEY.vkey, parse_vkey), (LOG_KEY.vkey, parse_witness_vkey)):
        with pytest.raises(KeyMalformed):
            read(text)
