"""Tables of exchange: partners, channels, outbox, inbox, and the queries asked and answered."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PARTNERS = """
CREATE TABLE exchange_partner (
    id text PRIMARY KEY,
    country text NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    seq bigint NOT NULL,
    bundle text NOT NULL,
    fingerprints text[] NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'revoked')),
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE TABLE exchange_nonce (
    keyid text NOT NULL,
    nonce text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (keyid, nonce)
);
CREATE INDEX exchange_nonce_expiry ON exchange_nonce (expires_at)
"""

CHANNELS = """
CREATE TABLE exchange_channel (
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    last_seq bigint NOT NULL DEFAULT 0,
    last_hash text NOT NULL DEFAULT repeat('0', 64),
    frozen_at timestamptz,
    PRIMARY KEY (direction, peer, agreement_id)
);
CREATE TABLE exchange_outbox (
    msg_id uuid PRIMARY KEY,
    ord bigint GENERATED ALWAYS AS IDENTITY,
    agency text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    type text NOT NULL,
    officer_id text NOT NULL,
    query_id uuid NOT NULL,
    state text NOT NULL
        CHECK (state IN ('queued', 'staged', 'delivered', 'refused', 'expired', 'rejected')),
    payload bytea,
    key_id uuid NOT NULL REFERENCES data_key,
    channel_seq bigint,
    envelope bytea,
    msg_hash text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    lease_until timestamptz,
    receipt text,
    receipt_at timestamptz,
    error text NOT NULL DEFAULT '',
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    UNIQUE (peer, agreement_id, channel_seq),
    CHECK ((state = 'queued') <= (channel_seq IS NULL)),
    CHECK ((state IN ('staged', 'delivered', 'refused')) <= (channel_seq IS NOT NULL))
);
ALTER TABLE exchange_outbox ALTER COLUMN envelope SET STORAGE EXTERNAL;
CREATE INDEX exchange_outbox_open ON exchange_outbox (peer, state, ord) WHERE state IN ('queued', 'staged');
CREATE INDEX exchange_outbox_query ON exchange_outbox (query_id);
CREATE TABLE exchange_inbox (
    agency text NOT NULL,
    sender text NOT NULL,
    msg_id uuid NOT NULL,
    agreement_id text NOT NULL,
    channel_seq bigint NOT NULL,
    msg_hash text NOT NULL,
    header bytea NOT NULL,
    signature text NOT NULL,
    outcome text NOT NULL,
    receipt text NOT NULL,
    received_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    PRIMARY KEY (sender, msg_id),
    UNIQUE (sender, agreement_id, channel_seq)
);
CREATE TABLE exchange_evidence (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    sender text NOT NULL,
    agreement_id text NOT NULL,
    channel_seq bigint NOT NULL,
    known_hash text NOT NULL,
    known_header bytea,
    known_signature text NOT NULL,
    other_hash text NOT NULL,
    other_header bytea NOT NULL,
    other_signature text NOT NULL,
    seen_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
)
"""

QUERIES = """
CREATE TABLE exchange_quota (
    direction text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    day date NOT NULL,
    officer text NOT NULL,
    used integer NOT NULL,
    PRIMARY KEY (direction, peer, agreement_id, day, officer)
);
CREATE TABLE exchange_query (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    peer text NOT NULL,
    subject_ref text NOT NULL,
    agreement_id text NOT NULL,
    agreement_hash text NOT NULL,
    officer_id text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'answered', 'refused', 'expired')),
    outcome text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL,
    answered_at timestamptz,
    key_id uuid NOT NULL REFERENCES data_key,
    asked bytea NOT NULL,
    answer bytea,
    articles text[] NOT NULL,
    error text NOT NULL DEFAULT '',
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX exchange_query_subject ON exchange_query (subject_ref);
CREATE INDEX exchange_query_time ON exchange_query (asked_at DESC);
CREATE TABLE exchange_incoming (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    agreement_hash text NOT NULL,
    state text NOT NULL CHECK (state IN ('received', 'answered', 'refused')),
    outcome text NOT NULL DEFAULT '',
    received_at timestamptz NOT NULL,
    answer_due timestamptz NOT NULL,
    answered_at timestamptz,
    query_key uuid REFERENCES data_key,
    query bytea,
    commitment text NOT NULL,
    erased_at timestamptz,
    record_key uuid NOT NULL REFERENCES data_key,
    legal bytea NOT NULL,
    answer bytea,
    articles text[] NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX exchange_incoming_due ON exchange_incoming (answer_due) WHERE state = 'received';
CREATE INDEX exchange_incoming_time ON exchange_incoming (received_at DESC);
CREATE TABLE exchange_verdict (
    query_id uuid NOT NULL,
    reference text NOT NULL,
    agency text NOT NULL,
    confirmed boolean NOT NULL,
    officer text NOT NULL,
    judged_at timestamptz NOT NULL,
    key_id uuid REFERENCES data_key,
    reason bytea,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    PRIMARY KEY (query_id, reference)
);
CREATE TABLE exchange_record_key (
    agency text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    day date NOT NULL,
    key_id uuid NOT NULL REFERENCES data_key,
    PRIMARY KEY (agency, peer, agreement_id, day)
)
"""


def upgrade() -> None:
    """Create the tables; those about persons are seen by agency and purpose only."""
    for group in (PARTNERS, CHANNELS, QUERIES):
        for statement in group.split(";\n"):
            op.execute(statement)
    for table in ("exchange_query", "exchange_incoming", "exchange_verdict", "exchange_outbox"):
        agency_rls(table)
        grant_app(table, "select, insert, update, delete")
    for table in ("exchange_partner", "exchange_channel", "exchange_quota"):
        grant_app(table, "select, insert, update")
    for table in ("exchange_inbox", "exchange_evidence"):
        grant_app(table, "select, insert, delete")
    grant_app("exchange_record_key", "select, insert")
    grant_app("exchange_nonce", "select, insert, delete")
