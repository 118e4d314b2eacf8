"""Channels of carriers: advice on interactive lists, signed uploads (AS2), many files at once."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_KEY = "key_id uuid NOT NULL REFERENCES data_key"
_TABLES = (
    "traveller_advice_request",
    "traveller_advice",
    "traveller_as2_partner",
    "traveller_as2_receipt",
    "traveller_bulk",
    "traveller_bulk_item",
)

_CREATE = (
    "ALTER TABLE traveller_message DROP CONSTRAINT IF EXISTS traveller_message_channel_check",
    """
    ALTER TABLE traveller_message ADD CONSTRAINT traveller_message_channel_check
        CHECK (channel IN ('file', 'folder', 'https', 'interactive', 'as2', 'bulk'))
    """,
    f"""
    CREATE TABLE traveller_advice_request (
        message_id uuid PRIMARY KEY REFERENCES traveller_message,
        agency text NOT NULL,
        machine text NOT NULL,
        asked_at timestamptz NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_advice_request_asked ON traveller_advice_request (asked_at DESC)",
    f"""
    CREATE TABLE traveller_advice (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        message_id uuid NOT NULL REFERENCES traveller_message,
        traveller_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        place integer NOT NULL,
        drawn boolean NOT NULL,
        shown_from timestamptz NOT NULL,
        advice text NOT NULL CHECK (advice IN ('', 'N', 'O')),
        officer_id text NOT NULL,
        officer_name text NOT NULL,
        answered_at timestamptz,
        {_KEY},
        reason bytea NOT NULL,
        {_TERM},
        CHECK ((advice = '') = (officer_id = '')),
        UNIQUE (message_id, place)
    )
    """,
    "CREATE INDEX traveller_advice_traveller ON traveller_advice (traveller_id)",
    f"""
    CREATE TABLE traveller_as2_partner (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        as2_name text NOT NULL,
        own_name text NOT NULL,
        certificate text NOT NULL,
        fingerprint text NOT NULL,
        state text NOT NULL CHECK (state IN ('proposed', 'active', 'ended')),
        encrypted_only boolean NOT NULL,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        approved_by text NOT NULL DEFAULT '',
        approved_at timestamptz,
        ended_by text NOT NULL DEFAULT '',
        ended_at timestamptz,
        {_TERM},
        CHECK (state <> 'active' OR (approved_by <> '' AND approved_by <> proposed_by))
    )
    """,
    (
        "CREATE UNIQUE INDEX traveller_as2_partner_one ON traveller_as2_partner (as2_name, own_name)"
        " WHERE state = 'active'"
    ),
    f"""
    CREATE TABLE traveller_as2_receipt (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        partner_id uuid NOT NULL REFERENCES traveller_as2_partner,
        reference bytea NOT NULL,
        request bytea NOT NULL,
        message_id uuid,
        received_at timestamptz NOT NULL,
        media_type text NOT NULL,
        receipt bytea NOT NULL,
        {_TERM},
        UNIQUE (partner_id, reference)
    )
    """,
    f"""
    CREATE TABLE traveller_bulk (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        officer_id text NOT NULL,
        officer_name text NOT NULL,
        purpose text NOT NULL,
        made_at timestamptz NOT NULL,
        files integer NOT NULL,
        {_KEY},
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_bulk_made ON traveller_bulk (made_at DESC)",
    f"""
    CREATE TABLE traveller_bulk_item (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        bulk_id uuid NOT NULL REFERENCES traveller_bulk ON DELETE CASCADE,
        place integer NOT NULL,
        name text NOT NULL,
        size bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'stored', 'duplicate', 'quarantined', 'refused')),
        reason text NOT NULL,
        message_id uuid,
        raw bytea,
        {_TERM},
        UNIQUE (bulk_id, place)
    )
    """,
    (
        "CREATE INDEX traveller_bulk_item_waiting ON traveller_bulk_item (bulk_id, place)"
        " WHERE state = 'waiting'"
    ),
)


def upgrade() -> None:
    """Create the tables."""
    for statement in _CREATE:
        op.execute(statement)
    for table in _TABLES:
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)
