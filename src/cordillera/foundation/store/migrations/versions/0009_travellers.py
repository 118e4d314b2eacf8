"""Carriers' messages, the flights they announce, and the travellers on them."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEPT = "erase_after timestamptz NOT NULL, review_at timestamptz NOT NULL"


def upgrade() -> None:
    """Create messages (idempotent by sender, reference and digest), flights, travellers, documents."""
    _messages()
    _flights()
    _travellers()
    for table in (
        "traveller_message",
        "traveller_flight",
        "traveller_message_flight",
        "traveller",
        "traveller_document",
    ):
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)


def _messages() -> None:
    op.execute(
        f"""
        CREATE TABLE traveller_message (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            sender text NOT NULL,
            reference text NOT NULL,
            digest bytea NOT NULL,
            received_at timestamptz NOT NULL,
            channel text NOT NULL CHECK (channel IN ('file', 'folder', 'https')),
            name text NOT NULL,
            size bigint NOT NULL,
            status text NOT NULL CHECK (status IN ('accepted', 'partial', 'quarantined')),
            reason text NOT NULL,
            travellers integer NOT NULL,
            crew integer NOT NULL,
            known integer NOT NULL,
            alerts integer NOT NULL,
            cleared integer NOT NULL,
            findings integer NOT NULL,
            worst text NOT NULL CHECK (worst IN ('', 'info', 'warning', 'error')),
            key_id uuid NOT NULL REFERENCES data_key,
            raw bytea NOT NULL,
            notes bytea NOT NULL,
            {_KEPT},
            UNIQUE (agency, sender, reference, digest)
        )
        """
    )
    op.execute("CREATE INDEX traveller_message_received ON traveller_message (received_at DESC)")
    op.execute("CREATE INDEX traveller_message_status ON traveller_message (status, received_at DESC)")
    op.execute("CREATE INDEX traveller_message_erase ON traveller_message (erase_after)")


def _flights() -> None:
    op.execute(
        f"""
        CREATE TABLE traveller_flight (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            number text NOT NULL,
            origin text NOT NULL,
            destination text NOT NULL,
            departs_local text NOT NULL,
            arrives_local text NOT NULL,
            arrives_zone text NOT NULL,
            zone_assumed boolean NOT NULL,
            arrives_at timestamptz,
            closed boolean NOT NULL DEFAULT false,
            {_KEPT},
            UNIQUE (agency, number, origin, destination, departs_local, arrives_local)
        )
        """
    )
    op.execute("CREATE INDEX traveller_flight_arrives ON traveller_flight (arrives_at)")
    op.execute(
        f"""
        CREATE TABLE traveller_message_flight (
            message_id uuid NOT NULL REFERENCES traveller_message,
            flight_id uuid NOT NULL REFERENCES traveller_flight,
            agency text NOT NULL,
            {_KEPT},
            PRIMARY KEY (flight_id, message_id)
        )
        """
    )
    op.execute("CREATE INDEX traveller_message_flight_message ON traveller_message_flight (message_id)")


def _travellers() -> None:
    op.execute(
        f"""
        CREATE TABLE traveller (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            message_id uuid NOT NULL REFERENCES traveller_message,
            flight_id uuid NOT NULL REFERENCES traveller_flight,
            role text NOT NULL,
            identity bytea NOT NULL,
            key_id uuid NOT NULL REFERENCES data_key,
            facts bytea NOT NULL,
            {_KEPT},
            UNIQUE (flight_id, identity)
        )
        """
    )
    op.execute("CREATE INDEX traveller_of_message ON traveller (message_id)")
    op.execute("CREATE INDEX traveller_erase ON traveller (erase_after)")
    op.execute(
        f"""
        CREATE TABLE traveller_document (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            traveller_id uuid NOT NULL REFERENCES traveller,
            message_id uuid NOT NULL REFERENCES traveller_message,
            number bytea NOT NULL,
            {_KEPT}
        )
        """
    )
    op.execute("CREATE INDEX traveller_document_number ON traveller_document (number)")
    op.execute("CREATE INDEX traveller_document_traveller ON traveller_document (traveller_id)")
    op.execute("CREATE INDEX traveller_document_message ON traveller_document (message_id)")
