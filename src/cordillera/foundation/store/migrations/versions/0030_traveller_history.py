"""Travel history: keys, links, partings; documents reported lost; what became of travellers at the border."""

from alembic import op

from cordillera.foundation.store.ddl import APP, agency_rls, grant_app

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_TABLES = (
    "traveller_trace",
    "traveller_link",
    "traveller_parting",
    "traveller_lost_document",
    "traveller_disposition",
)

_CREATE = (
    f"""
    CREATE TABLE traveller_trace (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        message_id uuid NOT NULL REFERENCES traveller_message,
        traveller_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        key bytea NOT NULL,
        told_at timestamptz NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_trace_key ON traveller_trace (key, told_at DESC)",
    "CREATE INDEX traveller_trace_traveller ON traveller_trace (traveller_id)",
    "CREATE INDEX traveller_trace_message ON traveller_trace (message_id)",
    "CREATE INDEX traveller_trace_due ON traveller_trace (erase_after)",
    f"""
    CREATE TABLE traveller_link (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        one_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        other_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        ground text NOT NULL CHECK (ground IN ('document', 'birth', 'through')),
        through_id uuid,
        probability double precision NOT NULL CHECK (probability > 0 AND probability <= 1),
        bits double precision NOT NULL,
        terms jsonb NOT NULL,
        made_at timestamptz NOT NULL,
        parted_at timestamptz,
        {_TERM},
        UNIQUE (one_id, other_id),
        CHECK (one_id < other_id),
        CHECK ((ground = 'through') = (through_id IS NOT NULL))
    )
    """,
    "CREATE INDEX traveller_link_other ON traveller_link (other_id)",
    "CREATE INDEX traveller_link_through ON traveller_link (through_id) WHERE through_id IS NOT NULL",
    "CREATE INDEX traveller_link_due ON traveller_link (erase_after)",
    f"""
    CREATE TABLE traveller_parting (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        what text NOT NULL CHECK (what IN ('history', 'reservation')),
        one_id uuid NOT NULL,
        other_id uuid NOT NULL,
        one_person bytea NOT NULL,
        other_person bytea NOT NULL,
        officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
        officer_name text NOT NULL,
        at timestamptz NOT NULL,
        key_id uuid NOT NULL REFERENCES data_key,
        reason bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_parting_one ON traveller_parting (one_id)",
    "CREATE INDEX traveller_parting_other ON traveller_parting (other_id)",
    "CREATE INDEX traveller_parting_person ON traveller_parting (one_person)",
    "CREATE INDEX traveller_parting_person2 ON traveller_parting (other_person)",
    "CREATE INDEX traveller_parting_due ON traveller_parting (erase_after)",
    f"""
    CREATE TABLE traveller_lost_document (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        list_name text NOT NULL CHECK (list_name <> ''),
        key bytea NOT NULL,
        from_at timestamptz NOT NULL,
        until_at timestamptz,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_lost_document_key ON traveller_lost_document (key)",
    """
    CREATE UNIQUE INDEX traveller_lost_document_standing ON traveller_lost_document (agency, list_name, key)
        WHERE until_at IS NULL
    """,
    "CREATE INDEX traveller_lost_document_due ON traveller_lost_document (erase_after)",
    f"""
    CREATE TABLE traveller_disposition (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        alert_id uuid NOT NULL REFERENCES review_alert ON DELETE CASCADE,
        disposition text NOT NULL CHECK (disposition IN ('denied_boarding', 'refused_entry',
            'secondary_positive', 'secondary_negative', 'missed', 'false_positive')),
        officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
        officer_name text NOT NULL,
        at timestamptz NOT NULL,
        key_id uuid NOT NULL REFERENCES data_key,
        reason bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_disposition_alert ON traveller_disposition (alert_id, at DESC)",
    "CREATE INDEX traveller_disposition_due ON traveller_disposition (erase_after)",
)


def upgrade() -> None:
    """Create the tables. Of a link only that it was parted may change, and its term; of a parting nothing."""
    for statement in _CREATE:
        op.execute(statement)
    for table in _TABLES:
        grant_app(table, "select, insert, delete")
        agency_rls(table)
    op.execute(f"GRANT UPDATE (until_at, erase_after, review_at) ON traveller_lost_document TO {APP}")
    op.execute(f"GRANT UPDATE (parted_at, erase_after, review_at) ON traveller_link TO {APP}")
