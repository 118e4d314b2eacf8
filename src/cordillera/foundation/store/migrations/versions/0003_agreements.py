"""Standing of agreements: status, proposals waiting for a second officer, confirmed assumed terms."""

from alembic import op

from cordillera.foundation.store.ddl import grant_app

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_STATUS = "CHECK (status IN ('provisional', 'in_force', 'suspended', 'terminated'))"


def upgrade() -> None:
    """Create what this part stores: no personal data but officers' ids; history is in the ledger."""
    op.execute(
        f"""
        CREATE TABLE agreement_status (
            agreement_id text PRIMARY KEY,
            status text NOT NULL {_STATUS},
            changed_by text NOT NULL,
            second_officer text NOT NULL DEFAULT '',
            reason text NOT NULL CHECK (reason <> ''),
            changed_at timestamptz NOT NULL,
            CHECK (changed_by <> second_officer),
            CHECK (status = 'suspended' OR second_officer <> '')
        )
        """
    )
    op.execute(
        f"""
        CREATE TABLE agreement_proposal (
            agreement_id text NOT NULL,
            status text NOT NULL {_STATUS},
            officer_id text NOT NULL,
            reason text NOT NULL CHECK (reason <> ''),
            proposed_at timestamptz NOT NULL,
            PRIMARY KEY (agreement_id, status, officer_id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE agreement_confirmation (
            agreement_hash text NOT NULL,
            agreement_id text NOT NULL,
            article text NOT NULL,
            officer_id text NOT NULL,
            confirmed_at timestamptz NOT NULL,
            PRIMARY KEY (agreement_hash, article, officer_id)
        )
        """
    )
    grant_app("agreement_status", "select, insert, update")
    grant_app("agreement_proposal", "select, insert, update, delete")
    grant_app("agreement_confirmation", "select, insert")
