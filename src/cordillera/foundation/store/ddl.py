"""Words that migrations share: grants by role, and row-level security by agency and purpose."""

from alembic import op

APP = "cordillera_app"
AUDITOR = "cordillera_auditor"


def grant_app(table: str, rights: str) -> None:
    """Let the application role do `rights` ("select, insert, ...") on `table`, and nothing else."""
    op.execute(f"GRANT {rights} ON {table} TO {APP}")


def grant_auditor(table: str) -> None:
    """Let the auditor read `table`."""
    op.execute(f"GRANT select ON {table} TO {AUDITOR}")


def agency_rls(table: str) -> None:
    """Show and take rows of `table` only under their agency, or to the node itself, with a purpose declared.

    The settings `cord.agency` and `cord.purpose` are set for one transaction by `Store.transaction`;
    without them no row exists.
    """
    rule = (
        "coalesce(current_setting('cord.purpose', true), '') <> '' "
        "AND (current_setting('cord.agency', true) = 'node' OR agency = current_setting('cord.agency', true))"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY agency_and_purpose ON {table} TO {APP} USING ({rule}) WITH CHECK ({rule})")
