r"""A tile keeps the sixteen nodes half way up to its root, so that a proof reads an eighth of it (ADR 0070).

The function that places leaves computes them anyway on its way to the roots. Tiles that are there already get
theirs from their hashes.
"""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# Neighbouring hashes, halved `times` times: the nodes so many tree levels above them (RFC 6962 2.1).
HALVED = r"""
CREATE FUNCTION ledger_halved(hashes bytea, times integer) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    FOR tree_level IN 1 .. times LOOP
        SELECT string_agg(sha256('\x01'::bytea || substr(hashes, 64 * pair + 1, 64)), ''::bytea ORDER BY pair)
        INTO hashes FROM generate_series(0, octet_length(hashes) / 64 - 1) AS pair;
    END LOOP;
    RETURN hashes;
END $$
"""
FILL = (
    "ALTER TABLE ledger_tile ADD COLUMN middle bytea CHECK (octet_length(middle) = 512)",
    "ALTER TABLE ledger_tile DISABLE TRIGGER ledger_tile_only_grows",
    "UPDATE ledger_tile SET middle = ledger_halved(hashes, 4)",
    "ALTER TABLE ledger_tile ENABLE TRIGGER ledger_tile_only_grows",
    "ALTER TABLE ledger_tile ALTER COLUMN middle SET NOT NULL",
)

# As in 0002, with what lies half way.
CLOSE_TILE = r"""
CREATE OR REPLACE FUNCTION ledger_close_tile(at_level integer, at_index bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    collected bytea;
    halfway bytea;
BEGIN
    SELECT string_agg(root, ''::bytea ORDER BY tile_index) INTO collected FROM ledger_tile
    WHERE level = at_level - 1 AND tile_index BETWEEN at_index * 256 AND at_index * 256 + 255;
    halfway := ledger_halved(collected, 4);
    INSERT INTO ledger_tile (level, tile_index, hashes, middle, root)
    VALUES (at_level, at_index, collected, halfway, ledger_halved(halfway, 4));
    IF mod(at_index, 256) = 255 THEN
        PERFORM ledger_close_tile(at_level + 1, at_index / 256);
    END IF;
END $$
"""

# As in 0035, with what lies half way.
SEQUENCE = r"""
CREATE OR REPLACE FUNCTION ledger_sequence(
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
    halfway bytea;
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
    halfway := ledger_halved(known, 4);
    roots := ledger_halved(halfway, 4);
    INSERT INTO ledger_tile (level, tile_index, hashes, middle, root)
    SELECT 0, first_tile + n, substr(known, n * 8192 + 1, 8192), substr(halfway, n * 512 + 1, 512),
        substr(roots, n * 32 + 1, 32)
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
    """Add the column, fill it, and have it written; every right stays as it was."""
    op.execute(HALVED)
    op.execute("REVOKE ALL ON FUNCTION ledger_halved(bytea, integer) FROM PUBLIC")
    for statement in FILL:
        op.execute(statement)
    op.execute(CLOSE_TILE)
    op.execute(SEQUENCE)
    op.execute("DROP FUNCTION ledger_tile_root(bytea)")
