"""The Merkle tree against the RFC 6962 definition and the published attack vectors."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.trust.ledger import tree


def vectors(shared: Path, name: str) -> list[dict]:
    lines = (shared / "exchange" / "merkle" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def hashes(case: dict) -> list[bytes]:
    return [raw(one) for one in case["proof"] or []]


def failures(cases: list[dict], verdict) -> list[str]:
    return [case["file"] for case in cases if verdict(case) is not (not case["wantErr"])]


def test_every_inclusion_vector_is_judged_rightly(shared):
    cases = vectors(shared, "inclusion")
    assert len(cases) > 50
    assert not failures(
        cases,
        lambda c: tree.verify_inclusion(
            c["leafIdx"], c["treeSize"], raw(c["leafHash"]), hashes(c), raw(c["root"])
        ),
    )


def test_every_consistency_vector_is_judged_rightly(shared):
    cases = vectors(shared, "consistency")
    assert len(cases) > 50
    assert not failures(
        cases,
        lambda c: tree.verify_consistency(
            c["size1"], c["size2"], hashes(c), raw(c["root1"]), raw(c["root2"])
        ),
    )


def test_every_subtree_inclusion_vector_is_judged_rightly(shared):
    cases = vectors(shared, "subtreeinclusion")
    assert len(cases) > 100
    assert not failures(
        cases,
        lambda c: tree.verify_subtree_inclusion(
            c["leafIdx"], c["start"], c["end"], raw(c["leafHash"]), hashes(c), raw(c["root"])
        ),
    )


def test_every_subtree_consistency_vector_is_judged_rightly(shared):
    cases = vectors(shared, "subtreeconsistency")
    assert len(cases) > 50
    assert not failures(
        cases,
        lambda c: tree.verify_subtree_consistency(
            c["start"], c["end"], c["size"], hashes(c), raw(c["root1"]), raw(c["root2"])
        ),
    )


def literal_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + literal_root(entries[:k]) + literal_root(entries[k:])).digest()


def literal_path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 2.1.1, word for word."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*literal_path(m, entries[:k]), literal_root(entries[k:])]
    return [*literal_path(m - k, entries[k:]), literal_root(entries[:k])]


def literal_subproof(m: int, entries: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 2.1.2, word for word."""
    n = len(entries)
    if m == n:
        return [] if known else [literal_root(entries)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*literal_subproof(m, entries[:k], known=known), literal_root(entries[k:])]
    return [*literal_subproof(m - k, entries[k:], known=False), literal_root(entries[:k])]


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(size)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 31])
def test_proofs_are_those_the_rfc_defines(size):
    entries = entries_of(size)
    node = tree.perfect_nodes([tree.leaf_hash(one) for one in entries])
    assert tree.range_root(0, size, node) == literal_root(entries)
    for index in range(size):
        assert list(tree.inclusion_proof(index, size, node)) == literal_path(index, entries)
    for smaller in range(1, size + 1):
        assert list(tree.consistency_proof(smaller, size, node)) == literal_subproof(
            smaller, entries, known=True
        )


@given(st.integers(1, 300), st.data())
@settings(max_examples=60, deadline=None)
def test_a_proof_verifies_for_every_leaf_and_for_no_other_place(size, data):
    leaves = [tree.leaf_hash(one) for one in entries_of(size)]
    node = tree.perfect_nodes(leaves)
    root = tree.range_root(0, size, node)
    for index in range(size):
        assert tree.verify_inclusion(
            index, size, leaves[index], tree.inclusion_proof(index, size, node), root
        )
    index = data.draw(st.integers(0, size - 1))
    proof = list(tree.inclusion_proof(index, size, node))
    other = data.draw(st.integers(-3, size + 3).filter(lambda n: n != index))
    assert not tree.verify_inclusion(other, size, leaves[index], proof, root)
    assert not tree.verify_inclusion(index, size, leaves[index], [*proof, root], root)
    assert not tree.verify_inclusion(index, size, leaves[index], [root, *proof], root)


@given(st.integers(1, 200), st.data())
@settings(max_examples=80, deadline=None)
def test_an_altered_consistency_proof_fails(size, data):
    node = tree.perfect_nodes([tree.leaf_hash(one) for one in entries_of(size)])
    smaller = data.draw(st.integers(1, size))
    roots = tree.range_root(0, smaller, node), tree.range_root(0, size, node)
    proof = list(tree.consistency_proof(smaller, size, node))
    assert tree.verify_consistency(smaller, size, proof, *roots)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = bytearray(proof[place])
        flipped[bit // 8] ^= 1 << (bit % 8)
        assert not tree.verify_consistency(
            smaller, size, [*proof[:place], bytes(flipped), *proof[place + 1 :]], *roots
        )
        assert not tree.verify_consistency(smaller, size, proof[:-1], *roots)
    assert not tree.verify_consistency(smaller, size, [*proof, b""], *roots)


@given(st.integers(1, 128), st.data())
@settings(max_examples=80, deadline=None)
def test_subtree_proofs_hold_for_every_subtree(size, data):
    leaves = [tree.leaf_hash(one) for one in entries_of(size)]
    node = tree.perfect_nodes(leaves)
    spans = [(a, b) for a in range(size) for b in range(a + 1, size + 1) if tree.is_subtree(a, b)]
    start, end = data.draw(st.sampled_from(spans))
    subtree = literal_root(entries_of(size)[start:end])
    proof = tree.subtree_proof(start, end, size, node)
    root = tree.range_root(0, size, node)
    assert tree.verify_subtree_consistency(start, end, size, proof, subtree, root)
    index = data.draw(st.integers(start, end - 1))
    inside = tree.perfect_nodes(leaves[start:end])
    path = tree.inclusion_proof(index - start, end - start, inside)
    assert tree.verify_subtree_inclusion(index, start, end, leaves[index], path, subtree)


@given(
    st.integers(-5, 2**70),
    st.integers(-5, 2**70),
    st.integers(-5, 2**70),
    st.lists(st.binary(max_size=40), max_size=70),
    st.binary(max_size=40),
)
def test_verification_never_raises(a, b, c, proof, root):
    for verdict in (
        tree.verify_inclusion(a, b, root, proof, root),
        tree.verify_consistency(a, b, proof, root, root),
        tree.verify_subtree_inclusion(a, b, c, root, proof, root),
        tree.verify_subtree_consistency(a, b, c, proof, root, root),
    ):
        assert isinstance(verdict, bool)


def test_a_range_that_is_no_subtree_gets_no_proof():
    node = tree.perfect_nodes([tree.leaf_hash(b"")] * 8)
    for start, end, size in ((1, 3, 8), (0, 9, 8), (4, 4, 8), (2, 6, 8)):
        with pytest.raises(ValueError, match=str(size)):
            tree.subtree_proof(start, end, size, node)


def test_nothing_is_concluded_from_the_empty_tree():
    root = tree.leaf_hash(b"one")
    assert tree.verify_consistency(0, 0, [], tree.EMPTY_ROOT, tree.EMPTY_ROOT)
    assert not tree.verify_consistency(0, 1, [], tree.EMPTY_ROOT, root)
    assert tree.verify_subtree_consistency(0, 0, 1, [], tree.EMPTY_ROOT, root)
    assert not tree.verify_subtree_consistency(0, 0, 1, [], root, root)
