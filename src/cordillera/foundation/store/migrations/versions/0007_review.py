"""Alerts, their findings, the decisions on them, and which pairs were found not to be the same person."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the queue. A decided alert names its decision, and a decision its officer: never the node."""
    op.execute(
        """
        CREATE TABLE review_alert (
            id uuid PRIMARY KEY,
            desk text NOT NULL,
            subject_kind text NOT NULL,
            subject_ref text NOT NULL,
            group_ref text NOT NULL,
            agency text NOT NULL,
            status text NOT NULL
                CHECK (status IN ('open', 'assigned', 'waiting', 'countersign', 'decided')),
            outcome text CHECK (outcome IN ('confirmed', 'not_same_person', 'needs_more')),
            decision_id uuid,
            score double precision NOT NULL CHECK (score >= 0 AND score <= 1),
            band smallint NOT NULL,
            lists text[] NOT NULL,
            due_at timestamptz,
            raised_at timestamptz NOT NULL,
            assigned_to text NOT NULL DEFAULT '',
            assigned_name text NOT NULL DEFAULT '',
            version integer NOT NULL DEFAULT 1,
            key_id uuid NOT NULL REFERENCES data_key,
            face bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (desk, subject_kind, subject_ref, agency),
            CHECK (status <> 'decided' OR (decision_id IS NOT NULL AND outcome IS NOT NULL)),
            CHECK (status <> 'assigned' OR assigned_to NOT IN ('', 'node'))
        )
        """
    )
    op.execute(
        "CREATE INDEX review_alert_rank ON review_alert (desk, status, band DESC, due_at, score DESC, id)"
    )
    op.execute("CREATE INDEX review_alert_status ON review_alert (status, desk)")
    op.execute("CREATE INDEX review_alert_group ON review_alert (desk, group_ref)")
    op.execute("CREATE INDEX review_alert_erase ON review_alert (erase_after)")
    op.execute("CREATE INDEX review_alert_review ON review_alert (review_at)")
    op.execute(
        """
        CREATE TABLE review_finding (
            id uuid PRIMARY KEY,
            alert_id uuid NOT NULL REFERENCES review_alert ON DELETE CASCADE,
            agency text NOT NULL,
            kind text NOT NULL,
            identity bytea NOT NULL,
            found_at timestamptz NOT NULL,
            key_id uuid NOT NULL REFERENCES data_key,
            sealed bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (alert_id, identity)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE review_decision (
            id uuid PRIMARY KEY,
            alert_id uuid NOT NULL REFERENCES review_alert ON DELETE CASCADE,
            agency text NOT NULL,
            outcome text NOT NULL CHECK (outcome IN ('confirmed', 'not_same_person', 'needs_more')),
            officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
            officer_name text NOT NULL CHECK (officer_name <> ''),
            decided_at timestamptz NOT NULL,
            undone_at timestamptz,
            key_id uuid NOT NULL REFERENCES data_key,
            reason bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX review_decision_alert ON review_decision (alert_id, decided_at)")
    op.execute(
        "ALTER TABLE review_alert ADD FOREIGN KEY (decision_id) REFERENCES review_decision"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    op.execute(
        """
        CREATE TABLE review_cleared (
            id uuid PRIMARY KEY,
            pair bytea NOT NULL,
            desk text NOT NULL,
            agency text NOT NULL,
            decision_id uuid NOT NULL,
            cleared_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (desk, agency, pair)
        )
        """
    )
    op.execute("CREATE INDEX review_cleared_decision ON review_cleared (decision_id)")
    for table in ("review_alert", "review_finding", "review_decision", "review_cleared"):
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)
