"""Tables of records: what is held, who was given it, each change and who carried it out, and consents."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RECORDS = """
CREATE TABLE record (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    origin text NOT NULL,
    agreement_id text NOT NULL,
    subject_category text NOT NULL,
    kind text NOT NULL,
    handling jsonb NOT NULL,
    received_from text NOT NULL,
    givers text[] NOT NULL,
    message_id uuid NOT NULL,
    subject_ref text NOT NULL,
    parents uuid[] NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    sealed boolean NOT NULL,
    blocked boolean NOT NULL DEFAULT false,
    disputed boolean NOT NULL DEFAULT false,
    frozen boolean NOT NULL DEFAULT false,
    gone text NOT NULL DEFAULT '' CHECK (gone IN ('', 'erased', 'recalled')),
    key_id uuid REFERENCES data_key,
    body bytea,
    kept_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    CHECK ((gone = '') = (body IS NOT NULL)),
    CHECK ((gone = '') = (key_id IS NOT NULL))
);
CREATE INDEX record_subject ON record (subject_ref) WHERE subject_ref <> '';
CREATE INDEX record_message ON record (message_id);
CREATE INDEX record_due ON record (erase_after);
CREATE INDEX record_parents ON record USING gin (parents);
CREATE TABLE record_holder (
    record_id uuid NOT NULL,
    holder text NOT NULL,
    agency text NOT NULL,
    agreement_id text NOT NULL,
    message_id uuid NOT NULL,
    consent_id uuid,
    holds_until timestamptz NOT NULL,
    given_at timestamptz NOT NULL,
    gone_at timestamptz,
    PRIMARY KEY (record_id, holder)
);
CREATE TABLE record_lineage (
    record_id uuid NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    agency text NOT NULL,
    mark text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    PRIMARY KEY (record_id, kind, ref)
);
CREATE TABLE record_export (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    officer text NOT NULL,
    record_ids uuid[] NOT NULL,
    place text NOT NULL,
    digest text NOT NULL,
    mark text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    marked_at timestamptz,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
)
"""

CHANGES = """
CREATE TABLE record_change (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL,
    agency text NOT NULL,
    kind text NOT NULL,
    issuer text NOT NULL,
    received_from text NOT NULL,
    agreement_id text NOT NULL,
    version integer NOT NULL,
    signed text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'held', 'open', 'done', 'refused')),
    effect text NOT NULL DEFAULT '',
    early boolean NOT NULL DEFAULT false,
    ruled_by text NOT NULL,
    seconded_by text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    applied_at timestamptz,
    leaf text NOT NULL DEFAULT '',
    derived integer NOT NULL DEFAULT 0,
    key_id uuid NOT NULL REFERENCES data_key,
    detail bytea NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX record_change_record ON record_change (record_id);
CREATE INDEX record_change_open ON record_change (state, due_at) WHERE state IN ('proposed', 'held', 'open');
CREATE INDEX record_change_from ON record_change (received_from, made_at);
CREATE TABLE record_task (
    change_id uuid NOT NULL REFERENCES record_change ON DELETE CASCADE,
    holder text NOT NULL,
    record_id uuid NOT NULL,
    agency text NOT NULL,
    agreement_id text NOT NULL,
    msg_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('sent', 'unsent', 'refused', 'done')),
    complete boolean NOT NULL DEFAULT false,
    error text NOT NULL DEFAULT '',
    due_at timestamptz NOT NULL,
    sent_at timestamptz NOT NULL,
    done_at timestamptz,
    escalated_at timestamptz,
    done text NOT NULL DEFAULT '',
    PRIMARY KEY (change_id, holder)
);
CREATE INDEX record_task_open ON record_task (due_at) WHERE NOT complete;
CREATE TABLE record_report (
    change_id uuid NOT NULL REFERENCES record_change ON DELETE CASCADE,
    asker text NOT NULL,
    agency text NOT NULL,
    agreement_id text NOT NULL,
    told text NOT NULL DEFAULT '',
    complete boolean NOT NULL DEFAULT false,
    PRIMARY KEY (change_id, asker)
);
CREATE INDEX record_report_open ON record_report (change_id) WHERE NOT complete;
CREATE TABLE record_consent (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL,
    agency text NOT NULL,
    side text NOT NULL CHECK (side IN ('asked', 'asked_of')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    recipient text NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL CHECK (state IN ('requested', 'seconded', 'granted', 'refused', 'revoked')),
    asked_by text NOT NULL,
    first_officer text NOT NULL DEFAULT '',
    second_officer text NOT NULL DEFAULT '',
    leaf text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    key_id uuid NOT NULL REFERENCES data_key,
    reason bytea NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX record_consent_record ON record_consent (record_id)
"""

TABLES = (
    "record", "record_holder", "record_lineage", "record_export", "record_change", "record_task",
    "record_report", "record_consent",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables, seen by agency and purpose only."""
    for group in (RECORDS, CHANGES):
        for statement in group.split(";\n"):
            op.execute(statement)
    for table in TABLES:
        agency_rls(table)
        grant_app(table, "select, insert, update, delete")
