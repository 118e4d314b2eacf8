"""Oversight reads what the node did for itself: erasures, accounts, partners, refused logins."""

from alembic import op

from cordillera.foundation.store.ddl import APP

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Show the node's own events, beside those of the agency, to whoever works for oversight.

    The page of events asks for the permission to audit besides; nothing of another agency is shown.
    """
    op.execute(
        f"CREATE POLICY oversight_reads_the_node ON ledger_detail FOR SELECT TO {APP} USING"
        " (agency = 'node' AND current_setting('cord.purpose', true) = 'oversight')"
    )
