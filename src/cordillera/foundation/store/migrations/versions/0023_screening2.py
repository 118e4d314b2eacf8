"""Screening again: how far each list has been screened, and findings that lost their ground."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep one line of progress per list, which names nobody, and a note per finding without ground."""
    op.execute(
        """
        CREATE TABLE traveller_rescreening (
            list_name text PRIMARY KEY,
            agency text NOT NULL,
            from_versions uuid[] NOT NULL,
            to_version uuid,
            list_date text NOT NULL,
            phase text NOT NULL CHECK (phase IN ('screening', 'grounds', 'done')),
            after_transaction xid8 NOT NULL,
            reached uuid NOT NULL,
            entries integer NOT NULL,
            travellers bigint NOT NULL,
            alerts bigint NOT NULL,
            offered bigint NOT NULL,
            seconds double precision NOT NULL,
            started_at timestamptz NOT NULL,
            finished_at timestamptz
        )
        """
    )
    op.execute(
        """
        CREATE TABLE review_ground (
            alert_id uuid NOT NULL REFERENCES review_alert,
            identity bytea NOT NULL,
            agency text NOT NULL,
            why text NOT NULL CHECK (why IN ('removed', 'changed', 'renewed')),
            list_name text NOT NULL,
            list_date text NOT NULL,
            noted_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            PRIMARY KEY (alert_id, identity)
        )
        """
    )
    for table in ("review_alert", "review_decision"):
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_outcome_check, ADD CONSTRAINT {table}_outcome_check"
            " CHECK (outcome IN ('confirmed', 'not_same_person', 'needs_more', 'no_ground'))"
        )
    for table in ("traveller_rescreening", "review_ground"):
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)
