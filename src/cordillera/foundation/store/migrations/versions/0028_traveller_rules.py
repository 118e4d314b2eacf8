"""The life of rules about travellers: versions, pre-tests, steps, and whom active rules judged and raised."""

from alembic import op

from cordillera.foundation.store.ddl import APP, agency_rls, grant_app

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_TABLES = (
    "traveller_rule",
    "traveller_rule_pretest",
    "traveller_rule_step",
    "traveller_rule_judged",
    "traveller_rule_hit",
)
_MOVES = (
    "state, since, why, review_on, proposed_by, proposed_name, proposed_at,"
    " activated_by, activated_name, activated_at, review_at"
)
"""What may change of a version; name, number, content, author and limits never do."""

_CREATE = (
    f"""
    CREATE TABLE traveller_rule (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        name text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        state text NOT NULL
            CHECK (state IN ('draft', 'tested', 'proposed', 'active', 'suspended', 'retired')),
        digest text NOT NULL,
        review_on date NOT NULL,
        precision_floor double precision NOT NULL CHECK (precision_floor > 0 AND precision_floor <= 1),
        min_decided integer NOT NULL CHECK (min_decided > 0),
        hits_per_day integer NOT NULL CHECK (hits_per_day > 0),
        author text NOT NULL CHECK (author NOT IN ('', 'node')),
        author_name text NOT NULL,
        created_at timestamptz NOT NULL,
        since timestamptz NOT NULL,
        why text NOT NULL DEFAULT '',
        proposed_by text NOT NULL DEFAULT '',
        proposed_name text NOT NULL DEFAULT '',
        proposed_at timestamptz,
        activated_by text NOT NULL DEFAULT '',
        activated_name text NOT NULL DEFAULT '',
        activated_at timestamptz,
        key_id uuid NOT NULL REFERENCES data_key,
        sealed bytea NOT NULL,
        {_TERM},
        UNIQUE (agency, name, version),
        CHECK (state <> 'active' OR proposed_by <> ''),
        CHECK (state <> 'active' OR activated_by NOT IN ('', 'node', author, proposed_by))
    )
    """,
    "CREATE UNIQUE INDEX traveller_rule_active ON traveller_rule (agency, name) WHERE state = 'active'",
    "CREATE INDEX traveller_rule_due ON traveller_rule (erase_after)",
    f"""
    CREATE TABLE traveller_rule_pretest (
        id uuid PRIMARY KEY,
        rule_id uuid NOT NULL REFERENCES traveller_rule,
        agency text NOT NULL,
        made_at timestamptz NOT NULL,
        sealed bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_rule_pretest_newest ON traveller_rule_pretest (rule_id, made_at DESC)",
    f"""
    CREATE TABLE traveller_rule_step (
        id uuid PRIMARY KEY,
        rule_id uuid NOT NULL REFERENCES traveller_rule,
        agency text NOT NULL,
        act text NOT NULL,
        state text NOT NULL,
        officer_id text NOT NULL CHECK (officer_id <> ''),
        officer_name text NOT NULL,
        at timestamptz NOT NULL,
        sealed bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_rule_step_newest ON traveller_rule_step (rule_id, at DESC)",
    f"""
    CREATE TABLE traveller_rule_judged (
        message_id uuid NOT NULL REFERENCES traveller_message,
        agency text NOT NULL,
        at timestamptz NOT NULL,
        rules uuid[] NOT NULL,
        travellers integer NOT NULL,
        groups jsonb NOT NULL,
        {_TERM},
        PRIMARY KEY (message_id, rules)
    )
    """,
    "CREATE INDEX traveller_rule_judged_at ON traveller_rule_judged (agency, at)",
    f"""
    CREATE TABLE traveller_rule_hit (
        rule_id uuid NOT NULL REFERENCES traveller_rule,
        traveller_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        agency text NOT NULL,
        message_id uuid NOT NULL REFERENCES traveller_message,
        alert_id uuid,
        groups jsonb NOT NULL,
        at timestamptz NOT NULL,
        {_TERM},
        PRIMARY KEY (rule_id, traveller_id)
    )
    """,
    "CREATE INDEX traveller_rule_hit_at ON traveller_rule_hit (rule_id, at)",
    "CREATE INDEX traveller_rule_hit_traveller ON traveller_rule_hit (traveller_id)",
    "CREATE INDEX traveller_rule_hit_message ON traveller_rule_hit (message_id)",
    "CREATE INDEX traveller_rule_hit_alert ON traveller_rule_hit (alert_id)",
)


def upgrade() -> None:
    """Create the tables. The application can move a version from state to state, but not change it."""
    for statement in _CREATE:
        op.execute(statement)
    for table in _TABLES:
        grant_app(table, "select, insert, delete")
        agency_rls(table)
    op.execute(f"GRANT UPDATE ({_MOVES}) ON traveller_rule TO {APP}")
