"""Less work for each leaf: what waits is known by its entry alone and brings its hash (ADR 0069).

An entry's id is made from the clock and unique, so it says the order as well as a number of its own did, and
one index does the work of two. The hash is computed by the database as the leaf is put into the queue, by
whoever puts it there, and no longer by the one transaction at a time that gives leaves their place.
"""

from alembic import op

from cordillera.foundation.store.ddl import APP, grant_app, grant_auditor

revision = "0035"
down_revision = "0032"
branch_labels = None
depends_on = None

QUEUE = r"""
CREATE TABLE ledger_queue (
    entry_id uuid CONSTRAINT ledger_queue_entry PRIMARY KEY,
    queued_at timestamptz NOT NULL,
    message_id text NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 1023),
    leaf_hash bytea NOT NULL GENERATED ALWAYS AS (sha256('\x00'::bytea || leaf)) STORED
)
"""
CARRY = """
INSERT INTO ledger_queue (entry_id, queued_at, message_id, leaf)
SELECT entry_id, queued_at, message_id, leaf FROM ledger_queue_numbered
"""

# As in 0026, but in the order of entries and with hashes that are there already. What is placed, taken out
# and told is read by one statement, so from one state of the queue: a leaf that commits meanwhile is in none
# of the three. None of them carries a leaf on to another.
SEQUENCE = r"""
CREATE FUNCTION ledger_sequence(
    most integer, OUT first_index bigint, OUT moved bigint, OUT head bytea, OUT roots bytea, OUT tail bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    upto uuid;
    begun integer;
    first_tile bigint;
    tiles integer;
    hashes bytea;
    known bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(1818584167);
    SELECT coalesce(max(leaf_index) + 1, 0) INTO first_index FROM ledger_leaf;
    SELECT entry_id INTO upto
    FROM (SELECT entry_id FROM ledger_queue ORDER BY entry_id LIMIT most) AS q ORDER BY entry_id DESC LIMIT 1;
    WITH taken AS (
        DELETE FROM ledger_queue WHERE entry_id <= upto
    ), placed AS (
        INSERT INTO ledger_leaf (leaf_index, entry_id, message_id, leaf, leaf_hash)
        SELECT first_index + row_number() OVER (ORDER BY entry_id) - 1, entry_id, message_id, leaf, leaf_hash
        FROM ledger_queue WHERE entry_id <= upto
    )
    SELECT count(*), coalesce(string_agg(leaf_hash, ''::bytea ORDER BY entry_id), ''::bytea)
    INTO moved, hashes FROM ledger_queue WHERE entry_id <= upto;
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

# Events of one kind are looked for where they are rare; the newest of those that come with every message
# are found by looking back.
KINDS = """
CREATE INDEX ledger_detail_kind ON ledger_detail (kind, entry_id) WHERE kind NOT IN (
    'query.sent', 'query.received', 'answer.sent', 'answer.received', 'receipt.stored', 'release',
    'consultation', 'collection'
)
"""


def upgrade() -> None:
    """Carry over what waits, and keep every right as it was."""
    op.execute("ALTER TABLE ledger_queue RENAME TO ledger_queue_numbered")
    op.execute(QUEUE)
    op.execute(CARRY)
    op.execute("DROP TABLE ledger_queue_numbered")
    grant_app("ledger_queue", "select, insert")
    grant_auditor("ledger_queue")
    op.execute("DROP FUNCTION ledger_sequence(integer)")
    op.execute(SEQUENCE)
    op.execute("REVOKE ALL ON FUNCTION ledger_sequence(integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION ledger_sequence(integer) TO {APP}")
    op.execute("DROP INDEX ledger_detail_kind")
    op.execute(KINDS)
