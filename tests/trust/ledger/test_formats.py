"""Notes, keys, checkpoints, tiles and proof files: written one way, and no other way is read."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger import tree
from cordillera.trust.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.errors import (
    CheckpointMalformed,
    KeyMalformed,
    NoteMalformed,
    NoteUnsigned,
    ProofMalformed,
    ProofWrong,
    TileMalformed,
)
from cordillera.trust.ledger.note import NoteKey, parse_note, parse_vkey, sign_note, verify_note
from cordillera.trust.ledger.proof import TlogProof, parse_proof, verify_proof
from cordillera.trust.ledger.tiles import (
    ENTRIES,
    TileId,
    pack_entries,
    parse_tile_path,
    tile_path,
    tiles_of,
    unpack_entries,
)

LOG = SigningKey(bytes(range(32)))
WITNESS = SigningKey(bytes(32))
KEY = NoteKey.of("example.org/log", LOG.public_bytes)
SPEC_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def note(text="example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"):
    return sign_note(text, "example.org/log", LOG)


def test_a_note_is_verified_by_its_key_and_unknown_signatures_count_for_nothing():
    cosigned = note() + sign_note(parse_note(note()).text, "witness.example", WITNESS).split(b"\n\n")[1]
    assert len(parse_note(cosigned).signatures) == 2
    assert verify_note(cosigned, [KEY]).signers == (KEY,)
    with pytest.raises(NoteUnsigned):
        verify_note(note(), [NoteKey.of("example.org/other", LOG.public_bytes)])
    with pytest.raises(NoteUnsigned):
        verify_note(note(), [])


def test_a_known_key_with_a_wrong_signature_spoils_the_note():
    head, tail = note().split(b"\n\n")
    dash, name, material = tail.strip().split(b" ")
    raw = bytearray(base64.b64decode(material))
    raw[20] ^= 1
    forged = b" ".join((dash, name, base64.b64encode(raw))) + b"\n"
    good = sign_note(head.decode() + "\n", "witness.example", WITNESS).split(b"\n\n")[1]
    witness = NoteKey.of("witness.example", WITNESS.public_bytes)
    with pytest.raises(NoteUnsigned) as unsigned:
        verify_note(head + b"\n\n" + good + forged, [KEY, witness])
    assert unsigned.value.facts == {"condition": 2, "name": "example.org/log"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:0],
        lambda raw: raw.rstrip(b"\n"),
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b"\n\n", b"\n"),
        lambda raw: raw.split(b"\n\n")[0] + b"\n\n",
        lambda raw: raw.replace("\u2014".encode(), b"-"),
        lambda raw: raw.replace(b"\n\n", b"\r\n\r\n"),
        lambda raw: raw[:3] + b"\x00" + raw[3:],
        lambda raw: raw[:3] + b"\xff" + raw[3:],
        lambda raw: raw.replace(b"example.org/log ", b"example org "),
        lambda raw: raw[:-3] + b"?=\n",
        lambda raw: b"x" * 1_000_001 + raw,
        lambda raw: b"\n\n" + raw.split(b"\n\n")[1],
    ],
)
def test_what_is_no_note_is_refused(spoil):
    with pytest.raises(NoteMalformed):
        parse_note(spoil(note()))


def test_the_last_empty_line_parts_text_and_signatures():
    raw = sign_note("one\n\ntwo\n", "example.org/log", LOG)
    assert verify_note(raw, [KEY]).text == "one\n\ntwo\n"


@pytest.mark.parametrize("text", ["no newline", "tab\there\n"])
def test_a_text_that_is_no_note_text_is_not_signed(text):
    with pytest.raises(NoteMalformed):
        sign_note(text, "example.org/log", LOG)


def test_a_verifier_key_is_read_as_written():
    assert parse_vkey(SPEC_KEY).vkey == SPEC_KEY
    assert parse_vkey(KEY.vkey) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        SPEC_KEY.replace("33d7", "33d8"),
        SPEC_KEY.replace("testdata", "testdatb"),
        SPEC_KEY[:-1] + "y",
        SPEC_KEY[:-4],
        SPEC_KEY + "\n",
        "a b+00000000+" + SPEC_KEY.split("+", 2)[2],
        "name+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_a_key_whose_parts_do_not_fit_is_refused(text):
    with pytest.raises(KeyMalformed):
        parse_vkey(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb"])
def test_some_texts_name_no_key(name):
    with pytest.raises(KeyMalformed):
        NoteKey.of(name, bytes(32))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("o\n1\n", 1),
        ("o\n1\n" + "A" * 43 + "=", 1),
        ("\n1\n" + "A" * 43 + "=\n", 1),
        ("o\n1\n" + "A" * 43 + "=\n\nx\n", 1),
        ("o\n01\n" + "A" * 43 + "=\n", 2),
        ("o\n-1\n" + "A" * 43 + "=\n", 2),
        ("o\n\u0661\n" + "A" * 43 + "=\n", 2),
        ("o\n1\nAAAA\n", 3),
        ("o\n1\n" + "A" * 42 + "B=\n", 3),
        ("o\n0\n" + "A" * 43 + "=\n", 4),
    ],
)
def test_what_is_no_checkpoint_is_refused(text, condition):
    with pytest.raises(CheckpointMalformed) as refused:
        parse_checkpoint(text)
    assert refused.value.facts["condition"] == condition


def test_a_checkpoint_must_be_signed_in_the_name_of_its_log():
    raw = sign_note(Checkpoint("example.org/another", 1, bytes(32)).text, "example.org/log", LOG)
    with pytest.raises(CheckpointMalformed):
        open_checkpoint(raw, [KEY])


def test_extension_lines_are_kept():
    checkpoint = Checkpoint("example.org/log", 7, bytes(32), ("more", "still more"))
    assert open_checkpoint(sign_checkpoint(checkpoint, LOG), [KEY]).checkpoint == checkpoint


@given(st.integers(-1, 20), st.integers(0, 10**12), st.integers(1, 256))
def test_a_tile_path_reads_back(level, index, width):
    tile = TileId(level, index, width)
    assert parse_tile_path(tile_path(tile)) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/0/x000/001", "tile/0/001.p/256", "tile/0/001.p/0", "tile/0/001.p/01",
     "tile/64/000", "tile/entries/1", "tile/0/000/", "/tile/0/000", "tile/-1/000", "tile/0/x001/x002",
     "tile/0/\u0661\u0661\u0661", "tile/0/000\n", "TILE/0/000", f"tile/0/{'x001/' * 2000}001"],
)  # fmt: skip
def test_a_path_written_otherwise_names_no_tile(path):
    with pytest.raises(TileMalformed):
        parse_tile_path(path)


def test_the_tiles_of_seventy_thousand_leaves_are_those_of_the_standard():
    tiles = list(tiles_of(70_000))
    count = {level: sum(t.level == level and t.width == 256 for t in tiles) for level in (0, 1, 2)}
    assert count == {0: 273, 1: 1, 2: 0}
    assert [(t.level, t.width) for t in tiles if t.width < 256] == [(0, 112), (1, 17), (2, 1)]


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_reads_back(entries):
    assert unpack_entries(pack_entries(entries), len(entries)) == entries


@pytest.mark.parametrize("raw", [b"\x00", b"\x00\x05abc", b"\x00\x01a\x00", b"\x00\x01a\x00\x01b", b""])
def test_a_bundle_with_too_few_too_many_or_a_rest_is_refused(raw):
    with pytest.raises(TileMalformed):
        unpack_entries(raw, 1)


def test_an_entry_over_64_kilobytes_fits_no_bundle():
    with pytest.raises(TileMalformed):
        pack_entries([bytes(65_536)])


def test_bundles_are_tiles_of_their_own_level():
    assert parse_tile_path("tile/entries/x001/234.p/5") == TileId(ENTRIES, 1234, 5)


@given(st.integers(0, 700))
def test_a_compact_range_grows_to_the_root_of_its_tree(size):
    leaves = [tree.leaf_hash(b"%d" % n) for n in range(size)]
    grown = CompactRange()
    for leaf in leaves:
        grown.append(leaf)
    node = tree.perfect_nodes(leaves)
    assert grown.root() == tree.range_root(0, size, node)
    assert CompactRange.of(size, node).nodes == grown.nodes


def proof_file(size=9, index=5, extra=None):
    leaves = [tree.leaf_hash(b"entry %d" % n) for n in range(size)]
    node = tree.perfect_nodes(leaves)
    head = sign_checkpoint(Checkpoint("example.org/log", size, tree.range_root(0, size, node)), LOG)
    return TlogProof(index, tree.inclusion_proof(index, size, node), head, extra).encode()


@pytest.mark.parametrize("extra", [None, b"", b"out of band"])
def test_a_proof_file_proves_its_entry_and_no_other(extra):
    raw = proof_file(extra=extra)
    found = verify_proof(raw, b"entry 5", [KEY])
    assert (found.index, found.checkpoint.size) == (5, 9)
    assert parse_proof(raw).extra == extra
    with pytest.raises(ProofWrong):
        verify_proof(raw, b"entry 6", [KEY])


def test_any_changed_byte_of_a_proof_file_is_refused():
    raw = proof_file()
    for at in range(len(raw)):
        for flip in (1, 0x20, 0x80):
            changed = bytearray(raw)
            changed[at] ^= flip
            with pytest.raises(BadInput):
                verify_proof(bytes(changed), b"entry 5", [KEY])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:0],
        lambda raw: raw.split(b"\n\n")[0],
        lambda raw: raw.replace(b"@v1", b"@v2"),
        lambda raw: raw.replace(b"index 5", b"index 05"),
        lambda raw: raw.replace(b"index 5", b"index -5"),
        lambda raw: raw.replace(b"index 5\n", b""),
        lambda raw: raw.replace(b"index 5\n", b"index 5\n" + b"A" * 43 + b"=\n"),
        lambda raw: raw.replace(b"index 5\n", b"extra ===\nindex 5\n"),
        lambda raw: raw.replace(b"index 5\n", b"index 5\nnot base64\n"),
        lambda raw: raw + b"trailing garbage\n",
        lambda raw: raw.replace(b"index 5\n", b"index 5\n" + (b"A" * 43 + b"=\n") * 70),
        lambda raw: raw.replace(b"\n", b"\r\n"),
    ],
)
def test_what_is_no_proof_is_refused(spoil):
    with pytest.raises((ProofMalformed, ProofWrong, NoteMalformed)):
        verify_proof(spoil(proof_file()), b"entry 5", [KEY])
