"""Tables of witnesses and reconciliation: what was cosigned, what contradicts, what partners proved.

What decides over release (cosigned checkpoints) and what a witness must never forget (the last checkpoint
it cosigned of a log) are written through functions that run as the owner and only go forward. Nothing
here is about a person: checkpoints, message ids, leaves of partners.
"""

from alembic import op

from cordillera.foundation.store.ddl import APP, grant_app, grant_auditor

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE ledger_witnessed (
    origin text PRIMARY KEY,
    peer text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    note bytea NOT NULL,
    cosigned_at timestamptz NOT NULL
);
CREATE TABLE ledger_cosigned (
    size bigint PRIMARY KEY CHECK (size > 0),
    note bytea NOT NULL,
    cosigned_at timestamptz NOT NULL
);
CREATE TABLE ledger_witness (
    vkey text PRIMARY KEY,
    name text NOT NULL,
    size bigint NOT NULL,
    at timestamptz,
    tried_at timestamptz NOT NULL,
    error text NOT NULL
);
CREATE TABLE ledger_fork (
    id uuid PRIMARY KEY,
    origin text NOT NULL,
    peer text NOT NULL,
    ours boolean NOT NULL,
    reason text NOT NULL,
    held bytea NOT NULL,
    other bytea NOT NULL,
    digest text NOT NULL UNIQUE,
    seen_at timestamptz NOT NULL
);
CREATE TABLE ledger_peer_proof (
    message_id text PRIMARY KEY,
    peer text NOT NULL,
    leaf bytea NOT NULL,
    proof bytea NOT NULL,
    size bigint NOT NULL,
    cosigned boolean NOT NULL,
    kept_at timestamptz NOT NULL
);
CREATE TABLE ledger_peer_proof_seen (
    peer text PRIMARY KEY,
    upto bigint NOT NULL
);
CREATE TABLE ledger_reconciliation (
    id uuid PRIMARY KEY,
    peer text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    ours bigint NOT NULL,
    theirs bigint NOT NULL,
    pending bigint NOT NULL,
    findings bigint NOT NULL,
    ran_at timestamptz NOT NULL
);
CREATE INDEX ledger_reconciliation_peer ON ledger_reconciliation (peer, ran_at DESC);
CREATE TABLE ledger_finding (
    id uuid PRIMARY KEY,
    reconciliation uuid NOT NULL REFERENCES ledger_reconciliation,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    seq bigint NOT NULL,
    message_id text NOT NULL,
    reason text NOT NULL,
    ours text NOT NULL,
    theirs text NOT NULL,
    seen_at timestamptz NOT NULL,
    UNIQUE (peer, agreement_id, direction, seq, message_id, reason)
);
CREATE TABLE ledger_reconcile_wanted (
    peer text PRIMARY KEY,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL
)
"""

# Hold the memory of one log until the transaction ends ("ledw" and the log's name).
HOLD = """
CREATE FUNCTION ledger_witnessed_hold(of_origin text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1818584183, hashtext(of_origin));
    RETURN (SELECT note FROM ledger_witnessed WHERE origin = of_origin);
END $$
"""

# A witness never goes back: not to a smaller tree, not in time.
KEEP_WITNESSED = """
CREATE FUNCTION ledger_witnessed_keep(
    of_origin text, of_peer text, of_size bigint, signed bytea, at timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1818584183, hashtext(of_origin));
    IF EXISTS (SELECT FROM ledger_witnessed WHERE origin = of_origin AND size > of_size) THEN
        RAISE EXCEPTION 'a larger tree is cosigned' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO ledger_witnessed (origin, peer, size, note, cosigned_at)
    VALUES (of_origin, of_peer, of_size, signed, at)
    ON CONFLICT (origin) DO UPDATE SET peer = of_peer, size = of_size, note = signed, cosigned_at = at;
END $$
"""

# Keep a cosigned checkpoint of our own log: of a checkpoint that is kept, and never a smaller one.
KEEP_COSIGNED = """
CREATE FUNCTION ledger_keep_cosigned(of_size bigint, signed bytea, at timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_checkpoint WHERE size = of_size) THEN
        RAISE EXCEPTION 'no checkpoint of that size' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM ledger_cosigned WHERE size > of_size) THEN
        RETURN false;
    END IF;
    INSERT INTO ledger_cosigned (size, note, cosigned_at) VALUES (of_size, signed, at)
    ON CONFLICT (size) DO UPDATE SET note = signed, cosigned_at = at;
    RETURN true;
END $$
"""

TABLE_NAMES = (
    "ledger_witnessed",
    "ledger_cosigned",
    "ledger_witness",
    "ledger_fork",
    "ledger_peer_proof",
    "ledger_peer_proof_seen",
    "ledger_reconciliation",
    "ledger_finding",
    "ledger_reconcile_wanted",
)
FUNCTIONS = (
    "ledger_witnessed_hold(text)",
    "ledger_witnessed_keep(text, text, bigint, bytea, timestamptz)",
    "ledger_keep_cosigned(bigint, bytea, timestamptz)",
)


def upgrade() -> None:
    """Create what this part stores."""
    for statement in (TABLES, HOLD, KEEP_WITNESSED, KEEP_COSIGNED):
        op.execute(statement)
    for name in TABLE_NAMES:
        grant_auditor(name)
    for name in ("ledger_witnessed", "ledger_cosigned"):
        grant_app(name, "select")
    for name in ("ledger_fork", "ledger_reconciliation", "ledger_finding"):
        grant_app(name, "select, insert")
    for name in ("ledger_witness", "ledger_peer_proof", "ledger_peer_proof_seen"):
        grant_app(name, "select, insert, update")
    grant_app("ledger_reconcile_wanted", "select, insert, update, delete")
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {APP}")
