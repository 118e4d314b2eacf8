"""Tables of private look-up: tables of pseudonymous keys, and what was asked."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE lookup_table (
    side text NOT NULL CHECK (side IN ('own', 'peer')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    epoch integer NOT NULL,
    public_key bytea NOT NULL,
    sha256 text NOT NULL,
    entries bytea NOT NULL,
    made_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    agency text NOT NULL DEFAULT 'node',
    id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    PRIMARY KEY (side, peer, agreement_id, epoch)
);
CREATE TABLE lookup_asked (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    epoch integer NOT NULL,
    officer_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'answered', 'refused', 'expired')),
    keys integer NOT NULL,
    asked_at timestamptz NOT NULL,
    key_id uuid NOT NULL REFERENCES data_key,
    asked bytea NOT NULL,
    evaluated bytea,
    found boolean[],
    error text NOT NULL DEFAULT '',
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX lookup_asked_time ON lookup_asked (asked_at DESC)
"""


def upgrade() -> None:
    """Create the tables; what was asked is seen by agency and purpose only."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    agency_rls("lookup_asked")
    grant_app("lookup_asked", "select, insert, update, delete")
    grant_app("lookup_table", "select, insert, delete")
