"""Tables of ledger: queue, leaves, tiles, checkpoints, sealed detail; and the only ways to write them.

A business transaction may put a leaf into the queue and nothing else. Leaves get their place, tiles
their hashes and checkpoints their row through two functions that run as the owner (ADR 0006), so the
application role can neither change, remove nor forge what was recorded. A third removes the details of
a month whose key is destroyed, and no others.
"""

from alembic import op

from cordillera.foundation.store.ddl import APP, agency_rls, grant_app, grant_auditor

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE ledger_queue (
    queue_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id uuid NOT NULL UNIQUE,
    message_id text NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 1023),
    queued_at timestamptz NOT NULL
);
CREATE TABLE ledger_leaf (
    leaf_index bigint PRIMARY KEY CHECK (leaf_index >= 0),
    entry_id uuid NOT NULL UNIQUE,
    message_id text NOT NULL,
    leaf bytea NOT NULL,
    leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32)
);
CREATE INDEX ledger_leaf_message ON ledger_leaf (message_id, leaf_index) WHERE message_id <> '';
CREATE TABLE ledger_tile (
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 63),
    tile_index bigint NOT NULL CHECK (tile_index >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    PRIMARY KEY (level, tile_index)
);
CREATE TABLE ledger_checkpoint (
    size bigint PRIMARY KEY CHECK (size > 0),
    note bytea NOT NULL
);
CREATE TABLE ledger_month (
    month text PRIMARY KEY,
    key_id uuid NOT NULL REFERENCES data_key
);
CREATE TABLE ledger_detail (
    entry_id uuid PRIMARY KEY,
    agency text NOT NULL,
    kind text NOT NULL,
    subject bytea CHECK (octet_length(subject) = 16),
    key_id uuid NOT NULL REFERENCES data_key,
    sealed bytea NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX ledger_detail_subject ON ledger_detail (subject, entry_id) WHERE subject IS NOT NULL;
CREATE INDEX ledger_detail_kind ON ledger_detail (kind, entry_id);
"""

# The root over the 256 hashes of a tile, RFC 6962 2.1, one tree level per turn.
TILE_ROOT = r"""
CREATE FUNCTION ledger_tile_root(hashes bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    WHILE octet_length(hashes) > 32 LOOP
        SELECT string_agg(sha256('\x01'::bytea || substr(hashes, 64 * pair + 1, 64)), ''::bytea ORDER BY pair)
        INTO hashes
        FROM generate_series(0, octet_length(hashes) / 64 - 1) AS pair;
    END LOOP;
    RETURN hashes;
END $$
"""

# Close the full tile (level, index) above level 0, and the tile above when this one completes it.
CLOSE_TILE = r"""
CREATE FUNCTION ledger_close_tile(at_level integer, at_index bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE collected bytea;
BEGIN
    SELECT string_agg(root, ''::bytea ORDER BY tile_index) INTO collected FROM ledger_tile
    WHERE level = at_level - 1 AND tile_index BETWEEN at_index * 256 AND at_index * 256 + 255;
    INSERT INTO ledger_tile (level, tile_index, hashes, root)
    VALUES (at_level, at_index, collected, ledger_tile_root(collected));
    IF at_index % 256 = 255 THEN
        PERFORM ledger_close_tile(at_level + 1, at_index / 256);
    END IF;
END $$
"""

# Give up to `most` waiting leaves their place, oldest first, under the ledger's lock (its number is "ledg").
# What is taken is deleted and placed in one statement, so that a leaf that commits meanwhile is in neither.
# All full tiles of the batch are halved together, eight times: their roots come out in order.
SEQUENCE = r"""
CREATE FUNCTION ledger_sequence(most integer, OUT first_index bigint, OUT hashes bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    upto bigint;
    moved bigint;
    first_tile bigint;
    tiles bigint;
    known bytea;
    halved bytea;
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
    first_tile := first_index / 256;
    tiles := (first_index + moved) / 256 - first_tile;
    IF tiles = 0 THEN
        RETURN;
    END IF;
    SELECT coalesce(string_agg(leaf_hash, ''::bytea ORDER BY leaf_index), ''::bytea) INTO known
    FROM ledger_leaf WHERE leaf_index >= first_tile * 256 AND leaf_index < first_index;
    known := known || substr(hashes, 1, (tiles * 8192 - octet_length(known))::integer);
    halved := known;
    FOR tree_level IN 1 .. 8 LOOP
        SELECT string_agg(sha256('\x01'::bytea || substr(halved, 64 * pair + 1, 64)), ''::bytea ORDER BY pair)
        INTO halved FROM generate_series(0, octet_length(halved) / 64 - 1) AS pair;
    END LOOP;
    INSERT INTO ledger_tile (level, tile_index, hashes, root)
    SELECT 0, first_tile + n, substr(known, n * 8192 + 1, 8192), substr(halved, n * 32 + 1, 32)
    FROM generate_series(0, tiles::integer - 1) AS n;
    FOR tile IN first_tile / 256 .. (first_tile + tiles) / 256 - 1 LOOP
        PERFORM ledger_close_tile(1, tile);
    END LOOP;
END $$
"""

# Keep a checkpoint: never ahead of the tree, never behind the last one.
KEEP_CHECKPOINT = """
CREATE FUNCTION ledger_keep_checkpoint(of_size bigint, signed bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1818584167);
    IF NOT EXISTS (SELECT FROM ledger_leaf WHERE leaf_index = of_size - 1) THEN
        RAISE EXCEPTION 'checkpoint % is ahead of the tree', of_size USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM ledger_checkpoint WHERE size >= of_size) THEN
        RETURN false;
    END IF;
    INSERT INTO ledger_checkpoint (size, note) VALUES (of_size, signed);
    RETURN true;
END $$
"""

# Details of a month go once its key is destroyed; nothing else can remove one.
ERASE_DETAILS = """
CREATE FUNCTION ledger_erase_details(of_month text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    DELETE FROM ledger_detail d USING ledger_month m, data_key k
    WHERE m.month = of_month AND d.key_id = m.key_id AND k.key_id = m.key_id AND k.wrapped IS NULL;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger only grows' USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    """Create the ledger, and close every other way to write it."""
    for statement in (TABLES, TILE_ROOT, CLOSE_TILE, SEQUENCE, KEEP_CHECKPOINT, ERASE_DETAILS, REFUSE):
        op.execute(statement)
    for name in ("ledger_leaf", "ledger_tile", "ledger_checkpoint"):
        op.execute(
            f"CREATE TRIGGER {name}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )
        grant_app(name, "select")
        grant_auditor(name)
    for function in (
        "ledger_sequence(integer)",
        "ledger_keep_checkpoint(bigint, bytea)",
        "ledger_erase_details(text)",
    ):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")
    for function in ("ledger_tile_root(bytea)", "ledger_close_tile(integer, bigint)", "ledger_refuse()"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
    grant_app("ledger_queue", "select, insert")
    grant_auditor("ledger_queue")
    grant_app("ledger_month", "select, insert")
    grant_app("ledger_detail", "select, insert")
    agency_rls("ledger_detail")
    op.execute("CREATE POLICY owner_erases ON ledger_detail TO CURRENT_USER USING (true)")
