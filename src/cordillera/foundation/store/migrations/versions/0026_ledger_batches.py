"""The function that gives leaves their place tells the roots of the tiles it filled.

It computes them anyway: whoever keeps the tree's right edge need not hash every leaf of a large batch again.
"""

from alembic import op

from cordillera.foundation.store.ddl import APP

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# As in 0002; of the `moved` leaves, `head` are the hashes up to the first end of a tile (all of them when
# none ends here), `roots` those over the tiles that follow from there, `tail` the hashes after the last.
# A tile that was begun before is told by the hashes that complete it, since its beginning is known.
SEQUENCE = r"""
CREATE FUNCTION ledger_sequence(
    most integer, OUT first_index bigint, OUT moved bigint, OUT head bytea, OUT roots bytea, OUT tail bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    upto bigint;
    begun integer;
    first_tile bigint;
    tiles integer;
    hashes bytea;
    known bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(1818584167);
    SELECT coalesce(max(leaf_index) + 1, 0) INTO first_index FROM ledger_leaf;
    SELECT max(queue_no) INTO upto FROM (SELECT queue_no FROM ledger_queue ORDER BY queue_no LIMIT most) AS q;
    WITH taken AS (
        DELETE FROM ledger_queue WHERE queue_no <= upto RETURNING queue_no, entry_id, message_id, leaf
    ), placed AS (
        INSERT INTO ledger_leaf (leaf_index, entry_id, message_id, leaf, leaf_hash)
        SELECT first_index + row_number() OVER (ORDER BY queue_no) - 1, entry_id, message_id, leaf,
            sha256('\x00'::bytea || leaf)
        FROM taken
        RETURNING leaf_index, leaf_hash
    )
    SELECT count(*), coalesce(string_agg(leaf_hash, ''::bytea ORDER BY leaf_index), ''::bytea)
    INTO moved, hashes FROM placed;
    head := hashes;
    roots := ''::bytea;
    tail := ''::bytea;
    begun := mod(first_index, 256)::integer;
    first_tile := first_index / 256;
    tiles := ((first_index + moved) / 256 - first_tile)::integer;
    IF tiles = 0 THEN
        RETURN;
    END IF;
    SELECT coalesce(string_agg(leaf_hash, ''::bytea ORDER BY leaf_index), ''::bytea) INTO known
    FROM ledger_leaf WHERE leaf_index >= first_tile * 256 AND leaf_index < first_index;
    known := known || substr(hashes, 1, tiles * 8192 - octet_length(known));
    roots := known;
    FOR tree_level IN 1 .. 8 LOOP
        SELECT string_agg(sha256('\x01'::bytea || substr(roots, 64 * pair + 1, 64)), ''::bytea ORDER BY pair)
        INTO roots FROM generate_series(0, octet_length(roots) / 64 - 1) AS pair;
    END LOOP;
    INSERT INTO ledger_tile (level, tile_index, hashes, root)
    SELECT 0, first_tile + n, substr(known, n * 8192 + 1, 8192), substr(roots, n * 32 + 1, 32)
    FROM generate_series(0, tiles - 1) AS n;
    FOR tile IN first_tile / 256 .. (first_tile + tiles) / 256 - 1 LOOP
        PERFORM ledger_close_tile(1, tile);
    END LOOP;
    tail := substr(hashes, (tiles * 256 - begun) * 32 + 1);
    IF begun = 0 THEN
        head := ''::bytea;
    ELSE
        head := substr(hashes, 1, (256 - begun) * 32);
        roots := substr(roots, 33);
    END IF;
END $$
"""


def upgrade() -> None:
    """Replace the function; who may call it stays as it was."""
    op.execute("DROP FUNCTION ledger_sequence(integer)")
    op.execute(SEQUENCE)
    op.execute("REVOKE ALL ON FUNCTION ledger_sequence(integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION ledger_sequence(integer) TO {APP}")
