"""Proofs in trees planted as tiles, at sizes where every level has an edge."""

import pytest

from cordillera.foundation.store.database import DatabaseUrls, Scope, Store
from cordillera.foundation.store.swift import Statement
from cordillera.trust.ledger import bulk_store, tile_store
from cordillera.trust.ledger.checkpoint import Checkpoint, sign_checkpoint
from cordillera.trust.ledger.compact import CompactRange
from cordillera.trust.ledger.proof import verify_proof
from cordillera.trust.ledger.tiles import perfect_root
from cordillera.trust.ledger.tree import leaf_hash, verify_inclusion

NODE = Scope.node("test")


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_536 + 300, 2 * 65_536])
def test_every_proof_of_a_planted_tree_verifies(store, ledger, database_urls, size):
    owner = Store(DatabaseUrls(*[database_urls.owner] * 3), pool_size=1)
    with owner.transaction(NODE) as tx:
        root = bulk_store.plant_tree(tx, size)
        head = sign_checkpoint(Checkpoint(ledger.origin, size, root), ledger.signing_key)
        bulk_store.plant_checkpoint(tx, size, head)
    owner.close()
    with store.auditor_transaction() as tx:
        for index in {0, size // 3, size // 2, size - 1, max(0, size - 257)}:
            raw = ledger.proof(tx, index).encode()
            assert verify_proof(raw, b"%d" % index, [ledger.note_key]).index == index


def test_a_proof_of_a_large_tree_reads_one_row_when_the_upper_tiles_are_known(
    store, ledger, database_urls, monkeypatch
):
    owner = Store(DatabaseUrls(*[database_urls.owner] * 3), pool_size=1)
    with owner.transaction(NODE) as tx:
        root = bulk_store.plant_tree(tx, 70_000)
        head = sign_checkpoint(Checkpoint(ledger.origin, 70_000, root), ledger.signing_key)
        bulk_store.plant_checkpoint(tx, 70_000, head)
    owner.close()
    asked = []
    with store.auditor_transaction() as tx:
        ledger.proof(tx, 5)
        ledger.proof(tx, 69_500)
        execute = Statement._cursor

        def counted(statement, *given):
            asked.append(statement.text)
            return execute(statement, *given)

        monkeypatch.setattr(Statement, "_cursor", counted)
        ledger.proof(tx, 300)
        ledger.proof(tx, 69_000)
    assert len(asked) == 2


def test_every_leaf_of_a_full_tile_is_proven_by_the_part_of_it_that_is_read(store, ledger, database_urls):
    owner = Store(DatabaseUrls(*[database_urls.owner] * 3), pool_size=1)
    with owner.transaction(NODE) as tx:
        root = bulk_store.plant_tree(tx, 600)
        head = sign_checkpoint(Checkpoint(ledger.origin, 600, root), ledger.signing_key)
        bulk_store.plant_checkpoint(tx, 600, head)
    owner.close()
    with store.auditor_transaction() as tx:
        for index in range(256, 512):
            path = ledger.proof(tx, index).path
            assert verify_inclusion(index, 600, leaf_hash(b"%d" % index), path, root)


def test_perfect_trees_are_added_whole_or_leaf_by_leaf_alike():
    hashes = [leaf_hash(b"%d" % number) for number in range(1024)]
    by_leaf, whole = CompactRange(), CompactRange()
    for at in range(0, 1024, 256):
        for hashed in hashes[at : at + 256]:
            by_leaf.append(hashed)
        whole.append_perfect(8, perfect_root(hashes[at : at + 256]))
        assert whole.nodes == by_leaf.nodes
        assert whole.root() == by_leaf.root()


def test_a_tile_gives_no_node_over_hashes_it_does_not_know():
    tile = tile_store.Tile([leaf_hash(b"x")] * 3)
    assert tile.node(1, 0)
    with pytest.raises(IndexError):
        tile.node(1, 2)
    cache = tile_store.TileCache(keep=1)
    cache.put((0, 0), tile)
    assert cache.get((0, 0), 3) is tile
    assert cache.get((0, 0), 4) is None
    cache.put((0, 1), tile)
    assert cache.get((0, 0), 1) is None
