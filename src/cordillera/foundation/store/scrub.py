"""After erasure: what PostgreSQL keeps of destroyed keys goes too (docs/safeguards.md).

An UPDATE leaves the old row in its page, and the log holds what was once written. So `data_key`, where the
wrapped keys stood, is rewritten whole, and the log before now is removed: `wal_recycle` is off, so no
segment is kept for reuse with its old bytes. Everything else that was erased is sealed under those keys.
"""

import psycopg

from cordillera.foundation.store.embedded_cluster import EmbeddedPostgres
from cordillera.foundation.store.embedded_roles import DATABASE

_STEPS = (
    "VACUUM (FULL) data_key",
    "SELECT pg_switch_wal()",
    "CHECKPOINT",
    "SELECT pg_switch_wal()",
    "CHECKPOINT",
)


def scrub(server: EmbeddedPostgres, database: str = DATABASE) -> None:
    """Rewrite the table of keys and drop the log before now; other work waits for it a moment.

    Raises `psycopg.Error` when the server does not answer.
    """
    with psycopg.connect(server.database_url(database), autocommit=True) as connection:
        for step in _STEPS:
            connection.execute(step.encode())


def flush(server: EmbeddedPostgres) -> None:
    """Write what is only in memory to disk, where it can be searched."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(b"CHECKPOINT")
