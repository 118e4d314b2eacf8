"""Tables of attachments: sealed parts, and which partner was given which."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE attachment_part (
    id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    attachment text NOT NULL,
    number integer NOT NULL CHECK (number >= 0),
    agency text NOT NULL,
    sealed bytea NOT NULL CHECK (octet_length(sealed) <= 1048576),
    kept_at timestamptz NOT NULL,
    erase_after timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    PRIMARY KEY (attachment, number)
);
ALTER TABLE attachment_part ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE TABLE attachment_grant (
    attachment text NOT NULL,
    peer text NOT NULL,
    agreement_id text NOT NULL,
    message_id text NOT NULL,
    PRIMARY KEY (attachment, peer, message_id)
)
"""


def upgrade() -> None:
    """Create the tables; parts are seen by agency and purpose only."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    agency_rls("attachment_part")
    grant_app("attachment_part", "select, insert, update, delete")
    grant_app("attachment_grant", "select, insert, delete")
