"""Why the embedded database could not be created, started or reached.

PostgreSQL says what is wrong in its log, not in an exit status, so `from_log` reads the words of the
server (messages are forced to English) and names the one error an operator can act on.

>>> from_log("FATAL:  could not write lock file: No space left on device").code
'database.disk_full'
"""

from typing import Final

from cordillera.foundation.errors import Conflict, Unavailable


class DatabaseUnavailable(Unavailable):
    """The database did not start and the reason is none of the known ones; `log` has its last words."""

    code = "database.unavailable"


class NoBinaries(DatabaseUnavailable):
    """No PostgreSQL of a supported version was found in any of the places searched."""

    code = "database.no_binaries"


class WrongVersion(DatabaseUnavailable):
    """The cluster on disk was made by another major version than any server that was found."""

    code = "database.wrong_version"


class DiskFull(DatabaseUnavailable):
    """The file system of the cluster has no space left; nothing acknowledged is lost."""

    code = "database.disk_full"


class IncompleteUrls(DatabaseUnavailable):
    """Of `owner_url`, `app_url` and `auditor_url` some are set and some are not."""

    code = "database.incomplete_urls"


class SocketInUse(DatabaseUnavailable):
    """Another server holds the socket or the data directory."""

    code = "database.socket_in_use"


class PermissionRefused(DatabaseUnavailable):
    """The server's account may not use a directory that it needs, or a password file was lost."""

    code = "database.permission"


class StartTimeout(DatabaseUnavailable):
    """The server runs but did not accept connections in time (a long crash recovery)."""

    code = "database.start_timeout"


class PlaceTaken(DatabaseUnavailable):
    """The cluster this home points at belongs to another home (a copied home directory)."""

    code = "database.place_taken"


class DatabaseInUse(Conflict):
    """Another process works on this home; what must be done alone was not begun."""

    code = "database.in_use"


class NotOurDatabase(Conflict):
    """The home uses a database that someone else runs: it is backed up and restored with their tools."""

    code = "database.not_ours"


STILL_ENDING: Final = "pre-existing shared memory block"
"""The server's words while orphans of a killed postmaster are still on their way out."""
LOGIN_REFUSED: Final = "password authentication failed"

_WORDS: Final[tuple[tuple[str, type[DatabaseUnavailable]], ...]] = (
    ("No space left on device", DiskFull),
    ("Disk quota exceeded", DiskFull),
    ("File too large", DiskFull),
    ("database files are incompatible", WrongVersion),
    ("is not compatible with this version", WrongVersion),
    ("Permission denied", PermissionRefused),
    ("has invalid permissions", PermissionRefused),
    ("has wrong ownership", PermissionRefused),
    ("Operation not permitted", PermissionRefused),
    ("Read-only file system", PermissionRefused),
    (LOGIN_REFUSED, PermissionRefused),
    ("Address already in use", SocketInUse),
    ("already exists\n", SocketInUse),
    ("Is another postmaster", SocketInUse),
    ("Is another postgres", SocketInUse),
    (STILL_ENDING, SocketInUse),
)


def from_log(log: str, **facts: object) -> DatabaseUnavailable:
    """The error that the server's own words (its log since the start) stand for."""
    tail = log[-2000:]
    for words, kind in _WORDS:
        if words in log:
            return kind(log=tail, **facts)
    return DatabaseUnavailable(log=tail, **facts)
