"""Persons: searches by opaque id, blind keys, the register, who is not the same, thresholds."""

from alembic import op

from cordillera.foundation.store.ddl import APP, agency_rls, grant_app

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OWNED = (
    "person_search",
    "person_key",
    "register_item",
    "register_merge",
    "register_event",
    "not_same",
    "not_same_key",
    "not_same_use",
)
_COMMON = ("person_mark", "list_threshold", "list_measure")
_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_KEYED = f"key_id uuid NOT NULL REFERENCES data_key, sealed bytea NOT NULL, {_TERM}"


def upgrade() -> None:
    """Create the tables of the people desk; what names anybody is sealed, what finds them is blind."""
    for statement in (*_SEARCH, *_REGISTER, *_NOT_SAME, *_THRESHOLD):
        op.execute(statement)
    for table in _OWNED:
        grant_app(table, "select, insert, update, delete" if table != "register_event" else _APPENDED)
        agency_rls(table)
    for table in _COMMON:
        grant_app(table, "select, insert, update")
        _for_a_purpose(table)


_APPENDED = "select, insert, delete"  # events of the register are never changed, only erased in their time

_SEARCH = (
    f"""
    CREATE TABLE person_search (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
        kind text NOT NULL CHECK (kind IN ('search', 'compare')),
        made_at timestamptz NOT NULL,
        {_KEYED}
    )
    """,
    "CREATE INDEX person_search_due ON person_search (erase_after)",
    f"""
    CREATE TABLE person_key (
        agency text NOT NULL,
        source text NOT NULL,
        ref text NOT NULL,
        key bytea NOT NULL CHECK (length(key) = 16),
        {_TERM},
        PRIMARY KEY (agency, key, source, ref)
    )
    """,
    "CREATE INDEX person_key_ref ON person_key (source, ref)",
    "CREATE INDEX person_key_due ON person_key (erase_after)",
    "CREATE TABLE person_mark (source text PRIMARY KEY, scheme text NOT NULL, last text NOT NULL)",
)

_REGISTER = (
    f"""
    CREATE TABLE register_item (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        source text NOT NULL,
        ref_blind bytea NOT NULL,
        {_KEYED},
        UNIQUE (agency, source, ref_blind)
    )
    """,
    f"""
    CREATE TABLE register_merge (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        left_item uuid NOT NULL REFERENCES register_item ON DELETE CASCADE,
        right_item uuid NOT NULL REFERENCES register_item ON DELETE CASCADE,
        made_at timestamptz NOT NULL,
        {_KEYED},
        CHECK (left_item <> right_item)
    )
    """,
    "CREATE INDEX register_merge_left ON register_merge (left_item)",
    "CREATE INDEX register_merge_right ON register_merge (right_item)",
    f"""
    CREATE TABLE register_event (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        merge_id uuid NOT NULL REFERENCES register_merge ON DELETE CASCADE,
        act text NOT NULL CHECK (act IN ('proposed', 'joined', 'refused', 'parted', 'questioned')),
        officer_id text NOT NULL CHECK (officer_id <> ''),
        officer_name text NOT NULL,
        at timestamptz NOT NULL,
        {_KEYED},
        CHECK (act = 'questioned' OR officer_id <> 'node')
    )
    """,
    "CREATE INDEX register_event_merge ON register_event (merge_id, id)",
)

_NOT_SAME = (
    f"""
    CREATE TABLE not_same (
        id uuid PRIMARY KEY,
        number text NOT NULL,
        agency text NOT NULL,
        desk text NOT NULL,
        alert_id uuid NOT NULL,
        decision_id uuid NOT NULL,
        entry_blind bytea NOT NULL,
        material bytea NOT NULL,
        birth_blind bytea,
        officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
        officer_name text NOT NULL,
        decided_at timestamptz NOT NULL,
        uses integer NOT NULL DEFAULT 0,
        last_used_at timestamptz,
        reopened_at timestamptz,
        revoked_at timestamptz,
        revoked_by text NOT NULL DEFAULT '',
        {_KEYED},
        UNIQUE (agency, number),
        CHECK (revoked_at IS NULL OR revoked_by NOT IN ('', 'node'))
    )
    """,
    "CREATE INDEX not_same_entry ON not_same (entry_blind) WHERE revoked_at IS NULL",
    "CREATE INDEX not_same_decision ON not_same (decision_id)",
    f"""
    CREATE TABLE not_same_key (
        not_same_id uuid NOT NULL REFERENCES not_same ON DELETE CASCADE,
        agency text NOT NULL,
        key bytea NOT NULL CHECK (length(key) = 16),
        {_TERM},
        PRIMARY KEY (not_same_id, key)
    )
    """,
    "CREATE INDEX not_same_key_key ON not_same_key (key)",
    f"""
    CREATE TABLE not_same_use (
        not_same_id uuid NOT NULL REFERENCES not_same ON DELETE CASCADE,
        agency text NOT NULL,
        subject_ref text NOT NULL,
        at timestamptz NOT NULL,
        {_TERM},
        PRIMARY KEY (not_same_id, subject_ref)
    )
    """,
    "CREATE INDEX not_same_use_subject ON not_same_use (subject_ref)",
)

_THRESHOLD = (
    """
    CREATE TABLE list_threshold (
        id uuid PRIMARY KEY,
        list_name text NOT NULL,
        scale text NOT NULL CHECK (scale <> ''),
        value double precision NOT NULL,
        state text NOT NULL CHECK (state IN ('proposed', 'active', 'refused', 'superseded')),
        reason text NOT NULL CHECK (reason <> ''),
        proposed_by text NOT NULL CHECK (proposed_by NOT IN ('', 'node')),
        proposed_name text NOT NULL,
        proposed_at timestamptz NOT NULL,
        decided_by text NOT NULL DEFAULT '',
        decided_name text NOT NULL DEFAULT '',
        decided_at timestamptz,
        CHECK (state NOT IN ('active', 'superseded') OR decided_by NOT IN ('', 'node', proposed_by))
    )
    """,
    "CREATE UNIQUE INDEX list_threshold_active ON list_threshold (list_name, scale) WHERE state = 'active'",
    "CREATE UNIQUE INDEX list_threshold_open ON list_threshold (list_name, scale) WHERE state = 'proposed'",
    """
    CREATE TABLE list_measure (
        id uuid PRIMARY KEY,
        list_name text NOT NULL,
        scale text NOT NULL,
        measured_at timestamptz NOT NULL,
        measured_by text NOT NULL,
        list_date text NOT NULL,
        travellers integer NOT NULL,
        days double precision NOT NULL,
        counts jsonb NOT NULL
    )
    """,
    "CREATE INDEX list_measure_newest ON list_measure (list_name, scale, measured_at DESC)",
)


def _for_a_purpose(table: str) -> None:
    """Show rows only to a transaction that declares a purpose: lists belong to no single agency."""
    rule = "coalesce(current_setting('cord.purpose', true), '') <> ''"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY purpose_declared ON {table} TO {APP} USING ({rule}) WITH CHECK ({rule})")
