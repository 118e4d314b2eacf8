"""The tables of the job queue, as procrastinate ships them; a comment remembers which version that was."""

from importlib.metadata import version

from alembic import op
from procrastinate.schema import SchemaManager

from cordillera.foundation.store.ddl import APP, grant_app

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "procrastinate_jobs",
    "procrastinate_workers",
    "procrastinate_periodic_defers",
    "procrastinate_events",
)


def upgrade() -> None:
    """Create the queue; the application role works it and changes nothing about it."""
    # No parameters: the library's own functions contain percent signs.
    connection = op.get_bind().execution_options(no_parameters=True)
    connection.exec_driver_sql(SchemaManager.get_schema())
    op.execute(f"COMMENT ON TABLE procrastinate_jobs IS 'procrastinate {version('procrastinate')}'")
    for table in TABLES:
        grant_app(table, "select, insert, update, delete")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO {APP}")
