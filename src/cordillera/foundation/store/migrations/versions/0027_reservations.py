"""Reservations of flights (PNRGOV): the messages that told them, each version, and whose they are."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_TERM = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"
_MESSAGE = "message_id uuid NOT NULL REFERENCES traveller_message"
_FLIGHT = "flight_id uuid NOT NULL REFERENCES traveller_flight"
_KEY = "key_id uuid NOT NULL REFERENCES data_key"
_TABLES = ("traveller_pnrgov", "traveller_reservation", "traveller_booking", "traveller_part")

_CREATE = (
    f"""
    CREATE TABLE traveller_pnrgov (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        {_FLIGHT},
        {_MESSAGE},
        {_KEY},
        head bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_pnrgov_flight ON traveller_pnrgov (flight_id)",
    "CREATE INDEX traveller_pnrgov_message ON traveller_pnrgov (message_id)",
    f"""
    CREATE TABLE traveller_reservation (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        pnrgov_id uuid NOT NULL REFERENCES traveller_pnrgov ON DELETE CASCADE,
        {_FLIGHT},
        {_MESSAGE},
        place integer NOT NULL,
        locator bytea NOT NULL,
        as_of text NOT NULL,
        cancelled boolean NOT NULL,
        {_KEY},
        pnr bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_reservation_pnrgov ON traveller_reservation (pnrgov_id, place)",
    "CREATE INDEX traveller_reservation_flight ON traveller_reservation (flight_id, locator)",
    "CREATE INDEX traveller_reservation_locator ON traveller_reservation (locator)",
    "CREATE INDEX traveller_reservation_message ON traveller_reservation (message_id)",
    f"""
    CREATE TABLE traveller_booking (
        flight_id uuid NOT NULL REFERENCES traveller_flight ON DELETE CASCADE,
        locator bytea NOT NULL,
        person bytea NOT NULL,
        agency text NOT NULL,
        traveller_id uuid NOT NULL REFERENCES traveller ON DELETE CASCADE,
        {_MESSAGE},
        cancelled boolean NOT NULL,
        {_TERM},
        PRIMARY KEY (flight_id, locator, person)
    )
    """,
    "CREATE INDEX traveller_booking_traveller ON traveller_booking (traveller_id)",
    "CREATE INDEX traveller_booking_message ON traveller_booking (message_id)",
    f"""
    CREATE TABLE traveller_part (
        id uuid PRIMARY KEY,
        agency text NOT NULL,
        {_MESSAGE},
        access bytea NOT NULL,
        arrived_at timestamptz NOT NULL,
        {_KEY},
        part bytea NOT NULL,
        {_TERM}
    )
    """,
    "CREATE INDEX traveller_part_access ON traveller_part (agency, access)",
    "CREATE INDEX traveller_part_arrived ON traveller_part (arrived_at)",
    "CREATE INDEX traveller_part_message ON traveller_part (message_id)",
    """
    ALTER TABLE traveller
        ADD COLUMN source text NOT NULL DEFAULT 'list' CHECK (source IN ('list', 'reservation')),
        ADD COLUMN gone text NOT NULL DEFAULT '' CHECK (gone IN ('', 'cancelled', 'joined'))
    """,
    "ALTER TABLE traveller_flight ADD COLUMN booked boolean NOT NULL DEFAULT false",
    "ALTER TABLE traveller_message ADD COLUMN reservations integer NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    """Create the tables; a traveller says whether a list announced them, a flight whether one did."""
    for statement in _CREATE:
        op.execute(statement)
    for table in _TABLES:
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)
