"""The life of agreements: signed versions, their adoption by two officers, and what partners announced.

No two versions of an agreement may be valid on one day: the database refuses it whatever the code does.
A range over text makes the exclusion possible without an extension.
"""

from alembic import op

from cordillera.foundation.store.ddl import grant_app

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATUS = "CHECK (status IN ('provisional', 'in_force', 'suspended', 'terminated'))"
_VERSION = """
CREATE TYPE agreement_name AS RANGE (subtype = text, collation = "C");
CREATE TABLE agreement_version (
    agreement_id text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    agreement_hash text NOT NULL UNIQUE CHECK (agreement_hash ~ '^[0-9a-f]{64}$'),
    signed boolean NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    file bytea NOT NULL,
    leaf text NOT NULL,
    proposed_by text NOT NULL,
    adopted_by text NOT NULL,
    reason text NOT NULL,
    adopted_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, version),
    CHECK (NOT signed OR (proposed_by <> '' AND adopted_by <> '' AND proposed_by <> adopted_by)),
    CHECK (NOT signed OR leaf <> ''),
    CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT agreement_version_overlap EXCLUDE USING gist (
        agreement_name(agreement_id, agreement_id, '[]') WITH &&,
        daterange(valid_from, valid_to, '[]') WITH &&
    )
);
CREATE TABLE agreement_draft (
    agreement_hash text NOT NULL,
    officer_id text NOT NULL,
    agreement_id text NOT NULL,
    version integer NOT NULL,
    file bytea NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_hash, officer_id)
);
"""
_STANDING = f"""
ALTER TABLE agreement_status
    ADD COLUMN opened_hash text NOT NULL DEFAULT '',
    ADD COLUMN ends_on date;
DROP TABLE agreement_proposal;
CREATE TABLE agreement_proposal (
    agreement_id text NOT NULL,
    step text NOT NULL,
    officer_id text NOT NULL,
    reason text NOT NULL CHECK (reason <> ''),
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, step, officer_id)
);
CREATE TABLE agreement_step (
    step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id text NOT NULL,
    version integer NOT NULL,
    step text NOT NULL,
    status text NOT NULL {_STATUS},
    ends_on date,
    officer_id text NOT NULL,
    second_officer text NOT NULL,
    partner text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX agreement_step_agreement ON agreement_step (agreement_id, step_id);
CREATE TABLE agreement_partner_standing (
    agreement_id text NOT NULL,
    partner text NOT NULL,
    country text NOT NULL,
    status text NOT NULL {_STATUS},
    ends_on date,
    changed_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, partner)
);
CREATE TABLE agreement_announced (
    agreement_id text NOT NULL,
    partner text NOT NULL,
    changed_at timestamptz NOT NULL,
    msg_id uuid NOT NULL,
    PRIMARY KEY (agreement_id, partner)
);
"""


def upgrade() -> None:
    """Create what this part stores: no personal data but officers' ids."""
    op.execute(_VERSION)
    op.execute(_STANDING)
    grant_app("agreement_version", "select, insert, update (valid_to)")
    grant_app("agreement_draft", "select, insert, delete")
    grant_app("agreement_proposal", "select, insert, update, delete")
    grant_app("agreement_step", "select, insert")
    grant_app("agreement_partner_standing", "select, insert, update")
    grant_app("agreement_announced", "select, insert, update")
