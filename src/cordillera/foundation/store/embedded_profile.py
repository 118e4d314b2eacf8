"""The server settings of an embedded cluster.

Sized for one node on two cores and 8 GB (DESIGN 11). A test cluster differs in memory only; a suite may
also ask for `fsync=off` for databases that live as long as one test, never where durability is the claim.
Acknowledged work is always durable otherwise: `synchronous_commit` stays on.

>>> "fsync=on" in server_settings(Profile.NODE)
True
"""

from enum import StrEnum
from typing import Final


class Profile(StrEnum):
    """What the cluster is for."""

    NODE = "node"
    TEST = "test"


_ALWAYS: Final = (
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "password_encryption=scram-sha-256",
    "max_connections=100",
    "max_locks_per_transaction=512",  # a message touches ten tables, each of as many months as are kept
    "synchronous_commit=on",
    "wal_compression=on",
    "checkpoint_timeout=5min",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "lc_messages=C",
    # The log must not repeat what was being stored: no statement, no DETAIL with row values.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
    "log_checkpoints=off",
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    # What was erased must not live on in segments kept for reuse: old ones are removed, not renamed.
    "wal_recycle=off",
)
_MEMORY: Final = {
    Profile.NODE: (
        "shared_buffers=1GB",
        "effective_cache_size=2GB",
        "work_mem=16MB",
        "maintenance_work_mem=128MB",
        "max_wal_size=4GB",
    ),
    Profile.TEST: (
        "shared_buffers=64MB",
        "effective_cache_size=512MB",
        "work_mem=8MB",
        "maintenance_work_mem=64MB",
        "max_wal_size=512MB",
    ),
}


def server_settings(profile: Profile, *, fsync: bool = True) -> tuple[str, ...]:
    """`name=value` for each setting; ValueError for a node without fsync."""
    if not fsync and profile is not Profile.TEST:
        raise ValueError(profile)
    durable = ("fsync=on", "full_page_writes=on") if fsync else ("fsync=off", "full_page_writes=off")
    return (*_ALWAYS, *_MEMORY[profile], *durable)
