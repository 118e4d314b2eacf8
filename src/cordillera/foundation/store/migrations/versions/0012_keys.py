"""Tables of keys: this node's, its bundles and delegations; partners' keys and bundles; channels thawed."""

from alembic import op

from cordillera.foundation.store.ddl import grant_app, grant_auditor

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OWN = """
CREATE TABLE exchange_key (
    kid text PRIMARY KEY,
    use text NOT NULL CHECK (use IN ('bundle', 'signing', 'sealing', 'tls', 'ledger', 'witness', 'oprf')),
    holder text NOT NULL CHECK (holder IN ('file', 'token', 'elsewhere')),
    place text NOT NULL,
    public text NOT NULL,
    created_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL CHECK (not_after > not_before),
    destroy_at timestamptz,
    destroyed_at timestamptz,
    revoked_from timestamptz,
    reason text NOT NULL DEFAULT ''
);
CREATE TABLE exchange_own_bundle (
    seq bigint PRIMARY KEY,
    hash text NOT NULL,
    bundle text NOT NULL,
    issued_at timestamptz NOT NULL
);
CREATE TABLE exchange_delegation (
    epoch bigint PRIMARY KEY,
    delegation text NOT NULL,
    installed_at timestamptz NOT NULL
)
"""

PARTNERS = """
ALTER TABLE exchange_partner
    ADD COLUMN hash text NOT NULL DEFAULT '',
    ADD COLUMN signer_kid text NOT NULL DEFAULT '',
    ADD COLUMN root_kid text NOT NULL DEFAULT '',
    ADD COLUMN epoch bigint NOT NULL DEFAULT 0,
    ADD COLUMN delegation_hash text NOT NULL DEFAULT '',
    ADD COLUMN revoked_kids text[] NOT NULL DEFAULT '{}',
    ADD COLUMN heard_at timestamptz,
    ADD COLUMN told_seq bigint NOT NULL DEFAULT 0,
    ADD COLUMN told_at timestamptz,
    ADD COLUMN told_error text NOT NULL DEFAULT '';
CREATE TABLE exchange_partner_bundle (
    partner text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    bundle text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('taken', 'fork')),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (partner, seq, hash)
);
CREATE TABLE exchange_partner_key (
    partner text NOT NULL,
    kid text NOT NULL,
    use text NOT NULL,
    public text NOT NULL,
    not_before timestamptz NOT NULL,
    not_after timestamptz NOT NULL,
    revoked_from timestamptz,
    revoked_by text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (partner, kid)
);
CREATE TABLE exchange_excluded (
    origin text NOT NULL,
    node text NOT NULL,
    effective_from timestamptz NOT NULL,
    PRIMARY KEY (origin, node)
)
"""

CHANNELS = """
CREATE TABLE exchange_thaw (
    id uuid PRIMARY KEY,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    reason text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    approved_by text NOT NULL DEFAULT '',
    approved_at timestamptz,
    own_statement text NOT NULL DEFAULT '',
    thawed_at timestamptz,
    seq bigint,
    hash text,
    closed_at timestamptz
);
CREATE UNIQUE INDEX exchange_thaw_open ON exchange_thaw (direction, peer, agreement_id)
    WHERE closed_at IS NULL;
CREATE TABLE exchange_thaw_heard (
    direction text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    statement text NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (direction, peer, agreement_id)
);
ALTER TABLE exchange_outbox
    ADD COLUMN looked_at timestamptz,
    ADD COLUMN looked_by text NOT NULL DEFAULT '',
    ADD COLUMN looked_reason text NOT NULL DEFAULT '';
CREATE INDEX exchange_outbox_dead ON exchange_outbox (created_at)
    WHERE state IN ('refused', 'expired', 'rejected') AND looked_at IS NULL
"""


def upgrade() -> None:
    """Create what this part stores; no private key is ever in a table."""
    for group in (OWN, PARTNERS, CHANNELS):
        for statement in group.split(";\n"):
            op.execute(statement)
    for table in ("exchange_key", "exchange_partner_key", "exchange_thaw"):
        grant_app(table, "select, insert, update")
    for table in ("exchange_own_bundle", "exchange_delegation", "exchange_partner_bundle"):
        grant_app(table, "select, insert")
    grant_app("exchange_excluded", "select, insert, update, delete")
    grant_app("exchange_thaw_heard", "select, insert, update, delete")
    for table in ("exchange_key", "exchange_own_bundle", "exchange_partner_bundle", "exchange_partner_key"):
        grant_auditor(table)
