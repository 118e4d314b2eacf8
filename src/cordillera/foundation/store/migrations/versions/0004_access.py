"""Officers, their sessions, the delay after wrong passwords, tokens of machines."""

from alembic import op

from cordillera.foundation.store.ddl import grant_app

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of trust/access. They are the node's own: read before an agency is known."""
    op.execute(
        """
        CREATE TABLE officer (
            officer_id text PRIMARY KEY,
            login text NOT NULL UNIQUE CHECK (login = lower(login)),
            name text NOT NULL,
            agencies text[] NOT NULL CHECK (cardinality(agencies) > 0),
            roles text[] NOT NULL,
            desks text[] NOT NULL,
            password_hash text NOT NULL,
            one_time_until timestamptz,
            language text NOT NULL DEFAULT '',
            theme text NOT NULL DEFAULT '',
            active boolean NOT NULL DEFAULT true,
            created_at timestamptz NOT NULL,
            last_login_at timestamptz,
            review_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE officer_session (
            session_id uuid PRIMARY KEY,
            token_hash bytea NOT NULL UNIQUE,
            officer_id text NOT NULL REFERENCES officer ON DELETE CASCADE,
            agency text NOT NULL,
            purpose text NOT NULL DEFAULT '',
            address text NOT NULL,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX officer_session_of ON officer_session (officer_id)")
    op.execute(
        """
        CREATE TABLE login_delay (
            kind text NOT NULL CHECK (kind IN ('login', 'address')),
            subject bytea NOT NULL,
            failures integer NOT NULL,
            not_before timestamptz NOT NULL,
            review_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL,
            PRIMARY KEY (kind, subject)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE machine_token (
            token_id uuid PRIMARY KEY,
            token_hash bytea NOT NULL UNIQUE,
            name text NOT NULL,
            agency text NOT NULL,
            scope_name text NOT NULL,
            created_at timestamptz NOT NULL,
            last_used_at timestamptz,
            revoked_at timestamptz,
            review_at timestamptz NOT NULL,
            erase_after timestamptz NOT NULL
        )
        """
    )
    for table in ("officer", "officer_session", "login_delay", "machine_token"):
        grant_app(table, "select, insert, update, delete")
