"""Tables of redress: what a person asked, what was found about them, who was asked, what was told."""

from alembic import op

from cordillera.foundation.store.ddl import agency_rls, grant_app

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = (
    "redress_ticket",
    "redress_applicant",
    "redress_item",
    "redress_partner",
    "redress_decision",
    "redress_errand",
    "redress_frozen",
    "traveller_unmask",
)


def upgrade() -> None:
    """Create the tickets. Who applied lies apart from whom it is about; a decision names its officer."""
    op.execute(
        """
        CREATE TABLE redress_ticket (
            id uuid PRIMARY KEY,
            number text NOT NULL,
            agency text NOT NULL,
            kind text NOT NULL
                CHECK (kind IN ('access', 'correction', 'erasure', 'objection', 'wrong_match')),
            status text NOT NULL
                CHECK (status IN ('open', 'found', 'countersign', 'decided', 'answered')),
            outcome text CHECK (outcome IN ('granted', 'partly', 'refused', 'checks_made')),
            agreement_id text NOT NULL,
            language text NOT NULL CHECK (language IN ('es', 'en')),
            tell_partners boolean NOT NULL,
            opened_by text NOT NULL CHECK (opened_by NOT IN ('', 'node')),
            opened_at timestamptz NOT NULL,
            deadline_at timestamptz NOT NULL,
            searched_at timestamptz,
            answered_at timestamptz,
            escalated integer NOT NULL DEFAULT 0,
            key_id uuid NOT NULL REFERENCES data_key,
            subject bytea NOT NULL,
            letters bytea,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (agency, number),
            CHECK (status NOT IN ('decided', 'answered') OR outcome IS NOT NULL)
        )
        """
    )
    op.execute("CREATE INDEX redress_ticket_deadline ON redress_ticket (status, deadline_at)")
    op.execute("CREATE INDEX redress_ticket_opener ON redress_ticket (opened_by, opened_at)")
    op.execute(
        """
        CREATE TABLE redress_applicant (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL UNIQUE REFERENCES redress_ticket ON DELETE CASCADE,
            agency text NOT NULL,
            key_id uuid NOT NULL REFERENCES data_key,
            sealed bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE redress_item (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES redress_ticket ON DELETE CASCADE,
            agency text NOT NULL,
            source text NOT NULL,
            ref text NOT NULL,
            standing text NOT NULL CHECK (standing IN ('certain', 'doubtful', 'same', 'other')),
            judged_by text NOT NULL DEFAULT '',
            judged_at timestamptz,
            frozen_at timestamptz,
            key_id uuid NOT NULL REFERENCES data_key,
            sealed bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (ticket_id, source, ref),
            CHECK (standing IN ('certain', 'doubtful') OR judged_by NOT IN ('', 'node'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE redress_partner (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL,
            agency text NOT NULL,
            peer text NOT NULL,
            agreement_id text NOT NULL,
            msg_id uuid NOT NULL,
            state text NOT NULL CHECK (state IN ('asked', 'answered', 'expired', 'refused')),
            asked_at timestamptz NOT NULL,
            answered_at timestamptz,
            key_id uuid NOT NULL REFERENCES data_key,
            found bytea,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (ticket_id, peer, agreement_id)
        )
        """
    )
    op.execute("CREATE INDEX redress_partner_message ON redress_partner (msg_id)")
    op.execute(
        """
        CREATE TABLE redress_decision (
            id uuid PRIMARY KEY,
            ticket_id uuid NOT NULL REFERENCES redress_ticket ON DELETE CASCADE,
            agency text NOT NULL,
            outcome text NOT NULL CHECK (outcome IN ('granted', 'partly', 'refused', 'checks_made')),
            article text NOT NULL CHECK (article <> ''),
            officer_id text NOT NULL CHECK (officer_id NOT IN ('', 'node')),
            officer_name text NOT NULL CHECK (officer_name <> ''),
            decided_at timestamptz NOT NULL,
            key_id uuid NOT NULL REFERENCES data_key,
            reason bytea NOT NULL,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE redress_errand (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            peer text NOT NULL,
            agreement_id text NOT NULL,
            ticket_ref uuid NOT NULL,
            state text NOT NULL CHECK (state IN ('received', 'answered')),
            received_at timestamptz NOT NULL,
            answered_at timestamptz,
            key_id uuid NOT NULL REFERENCES data_key,
            asked bytea NOT NULL,
            found bytea,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX redress_errand_peer ON redress_errand (peer, received_at)")
    op.execute("CREATE INDEX redress_errand_state ON redress_errand (state, received_at)")
    op.execute(
        """
        CREATE TABLE redress_frozen (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            source text NOT NULL,
            ref text NOT NULL,
            cause uuid NOT NULL,
            frozen_at timestamptz NOT NULL,
            lifted_at timestamptz,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            UNIQUE (source, ref, cause)
        )
        """
    )
    op.execute("CREATE INDEX redress_frozen_ref ON redress_frozen (source, ref) WHERE lifted_at IS NULL")
    op.execute(
        """
        CREATE TABLE traveller_unmask (
            id uuid PRIMARY KEY,
            agency text NOT NULL,
            traveller_id uuid NOT NULL,
            judicial_ref text NOT NULL CHECK (judicial_ref <> ''),
            asked_by text NOT NULL CHECK (asked_by NOT IN ('', 'node')),
            asked_at timestamptz NOT NULL,
            granted_by text NOT NULL DEFAULT '',
            until timestamptz,
            erase_after timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            CHECK (until IS NULL OR granted_by NOT IN ('', 'node', asked_by))
        )
        """
    )
    op.execute("CREATE INDEX traveller_unmask_traveller ON traveller_unmask (traveller_id, until)")
    op.execute("ALTER TABLE review_alert ADD COLUMN in_redress boolean NOT NULL DEFAULT false")
    for table in _TABLES:
        grant_app(table, "select, insert, update, delete")
        agency_rls(table)
