"""Exchange: look-up tables wished for, answers of redress counted, searches that wait for the worker."""

from alembic import op

from cordillera.foundation.store.ddl import grant_app

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHANGES = """
CREATE TABLE lookup_wish (
    peer text NOT NULL,
    agreement_id text NOT NULL,
    epoch integer NOT NULL,
    wished_at timestamptz NOT NULL,
    PRIMARY KEY (peer, agreement_id, epoch)
);
ALTER TABLE redress_partner ADD COLUMN answers integer NOT NULL DEFAULT 0;
ALTER TABLE redress_ticket ADD COLUMN search_wanted_at timestamptz,
    ADD COLUMN search_wanted_by bytea,
    ADD COLUMN search_error text NOT NULL DEFAULT '';
ALTER TABLE record_holder ADD COLUMN conditions text NOT NULL DEFAULT '',
    ADD COLUMN word text NOT NULL DEFAULT '' CHECK (word IN ('', 'accepted', 'declined'));
CREATE INDEX redress_ticket_search ON redress_ticket (search_wanted_at) WHERE search_wanted_at IS NOT NULL;
CREATE INDEX record_consent_asked ON record_consent (peer, agreement_id, made_at) WHERE side = 'asked_of'
"""


def upgrade() -> None:
    """Apply the change."""
    for statement in CHANGES.split(";\n"):
        op.execute(statement)
    grant_app("lookup_wish", "select, insert, delete")
