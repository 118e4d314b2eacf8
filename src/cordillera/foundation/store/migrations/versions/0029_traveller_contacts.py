"""What reservations say travellers can be reached or paid by, as blind indexes and nothing else."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_KINDS = "'phone', 'email', 'address', 'card', 'agency', 'booking'"

_CREATE = (
    f"""
    CREATE TABLE traveller_contact (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        flight_id uuid NOT NULL,
        locator bytea NOT NULL,
        person bytea NOT NULL,
        message_id uuid NOT NULL REFERENCES traveller_message,
        kind text NOT NULL CHECK (kind IN ({_KINDS})),
        value bytea NOT NULL,
        erase_after timestamptz NOT NULL,
        review_at timestamptz NOT NULL,
        UNIQUE (flight_id, locator, person, kind, value)
    )
    """,
    "CREATE INDEX traveller_contact_value ON traveller_contact (value, kind)",
    "CREATE INDEX traveller_contact_message ON traveller_contact (message_id)",
    "CREATE INDEX traveller_contact_due ON traveller_contact (erase_after)",
)


def upgrade() -> None:
    """Create the index; who a row is about is told by `traveller_booking`."""
    for statement in _CREATE:
        op.execute(statement)
    grant_app("traveller_contact", "select, insert, delete")
    agency_rls("traveller_contact")
