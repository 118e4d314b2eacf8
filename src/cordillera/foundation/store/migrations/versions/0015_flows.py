"""Tables of flows: notices, follow-up, their deadlines, what is watched in asking, added restrictions."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NOTICES = """
CREATE TABLE flow_notice (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    agreement_hash text NOT NULL,
    state text NOT NULL CHECK (state IN
        ('draft', 'withdrawn', 'released', 'sealed', 'accepted', 'declined', 'refused', 'expired', 'erased')),
    subject_category text NOT NULL,
    offence text NOT NULL,
    purpose text NOT NULL,
    handling jsonb NOT NULL,
    writer text NOT NULL,
    releaser text NOT NULL DEFAULT '',
    decided_by text NOT NULL DEFAULT '',
    message_id uuid,
    conditions text NOT NULL DEFAULT '',
    articles text[] NOT NULL,
    error text NOT NULL DEFAULT '',
    written_at timestamptz NOT NULL,
    released_at timestamptz,
    decided_at timestamptz,
    kept_at timestamptz,
    kept_by text NOT NULL DEFAULT '',
    key_id uuid NOT NULL REFERENCES data_key,
    body bytea NOT NULL,
    reason bytea,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX flow_notice_time ON flow_notice (direction, written_at DESC);
CREATE INDEX flow_notice_due ON flow_notice (erase_after);
CREATE TABLE flow_restriction (
    id uuid PRIMARY KEY,
    record_id uuid NOT NULL,
    agency text NOT NULL,
    handling jsonb NOT NULL,
    officer text NOT NULL,
    added_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX flow_restriction_record ON flow_restriction (record_id)
"""

FOLLOWUP = """
CREATE TABLE flow_followup (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    peer text NOT NULL,
    agreement_id text NOT NULL,
    agreement_hash text NOT NULL,
    service text NOT NULL,
    thread_id uuid NOT NULL,
    reference text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('waiting', 'open', 'proposed', 'sent', 'answered', 'refused', 'expired')),
    outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'full', 'partial', 'refused')),
    urgency text NOT NULL,
    intended_use text NOT NULL CHECK (intended_use IN ('intelligence', 'evidence')),
    wanted text[] NOT NULL,
    officer text NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    answered_at timestamptz,
    proposer text NOT NULL DEFAULT '',
    answered_by text NOT NULL DEFAULT '',
    record_id uuid,
    article text NOT NULL DEFAULT '',
    articles text[] NOT NULL,
    error text NOT NULL DEFAULT '',
    key_id uuid NOT NULL REFERENCES data_key,
    legal bytea NOT NULL,
    body bytea,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX flow_followup_once ON flow_followup (thread_id, reference)
    WHERE direction = 'out' AND state = 'waiting';
CREATE INDEX flow_followup_time ON flow_followup (direction, asked_at DESC);
CREATE INDEX flow_followup_due ON flow_followup (erase_after);
CREATE TABLE flow_deadline (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    kind text NOT NULL,
    ref uuid NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    officer text NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    level integer NOT NULL DEFAULT 0,
    level_at timestamptz,
    closed_at timestamptz,
    closed_by text NOT NULL DEFAULT '',
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    UNIQUE (kind, ref)
);
CREATE INDEX flow_deadline_open ON flow_deadline (due_at) WHERE closed_at IS NULL;
CREATE INDEX flow_deadline_erase ON flow_deadline (erase_after)
"""

VIGILANCE = """
CREATE TABLE flow_asked (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    officer text NOT NULL,
    case_blind bytea NOT NULL,
    documents bytea[] NOT NULL,
    neighbours bytea[] NOT NULL,
    asked_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL
);
CREATE INDEX flow_asked_time ON flow_asked (asked_at);
CREATE INDEX flow_asked_due ON flow_asked (erase_after);
CREATE TABLE flow_alarm (
    id uuid PRIMARY KEY,
    agency text NOT NULL,
    kind text NOT NULL,
    officer text NOT NULL,
    subject bytea NOT NULL,
    day date NOT NULL,
    count integer NOT NULL,
    raised_at timestamptz NOT NULL,
    seen_at timestamptz,
    seen_by text NOT NULL DEFAULT '',
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    UNIQUE (agency, kind, officer, subject, day)
);
CREATE INDEX flow_alarm_due ON flow_alarm (erase_after);
CREATE TABLE exchange_proposal (
    query_id uuid NOT NULL,
    reference text NOT NULL,
    agency text NOT NULL,
    confirmed boolean NOT NULL,
    officer text NOT NULL,
    judged_at timestamptz NOT NULL,
    key_id uuid NOT NULL REFERENCES data_key,
    reason bytea NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    PRIMARY KEY (query_id, reference)
)
"""

CHANGING = ("flow_notice", "flow_followup", "flow_deadline", "flow_alarm", "exchange_proposal")
ADDED_TO = ("flow_restriction", "flow_asked")


def upgrade() -> None:
    """Create the tables, seen by agency and purpose only; a restriction is added, never changed."""
    for group in (NOTICES, FOLLOWUP, VIGILANCE):
        for statement in group.split(";\n"):
            op.execute(statement)
    for table in (*CHANGING, *ADDED_TO):
        agency_rls(table)
    for table in CHANGING:
        grant_app(table, "select, insert, update, delete")
    for table in ADDED_TO:
        grant_app(table, "select, insert, delete")
