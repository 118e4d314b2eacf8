"""The roles of the database and their passwords.

`cord` is the cluster's superuser and used by the supervisor alone. Three roles do the work (DESIGN 5):
`cordillera_owner` owns the database and migrates it, `cordillera_app` serves, `cordillera_auditor` reads
the ledger. Each has its own random password, in a file of mode 0600; the server knows the scram verifier.

>>> connection_url("/run/cord", "cord", "s3cret", "cordillera")
'postgresql://cord:s3cret@/cordillera?host=/run/cord&port=5432'
"""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER: Final = "cord"
OWNER: Final = "cordillera_owner"
APP: Final = "cordillera_app"
AUDITOR: Final = "cordillera_auditor"
DATABASE: Final = "cordillera"


def connection_url(socket: str, role: str, password: str, database: str) -> str:
    """A URL over the unix socket in directory `socket`."""
    return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={quote(socket)}&port=5432"


def password_of(role: str, directory: Path) -> str:
    """The role's password, made (256 random bits) and stored 0600 at first use."""
    path = directory / f"database-{role}.password"
    if path.exists():
        return path.read_text(encoding="ascii")
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=directory)  # mode 0600
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    with contextlib.suppress(FileExistsError):  # another process was first: its password counts
        os.link(temporary, path)
    Path(temporary).unlink()
    return path.read_text(encoding="ascii")


def provision(superuser_url: str, passwords: Path) -> None:
    """Create the three roles, and set the password of one that cannot log in with what its file says.

    Nothing is written when all can, so a start on a full disk does not fail here.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        socket = connection.info.host
        for role in (OWNER, APP, AUDITOR):
            password = password_of(role, passwords)
            if not _may_log_in(connection_url(socket, role, password, "postgres")):
                _set_role(connection, role, password)


def _set_role(connection: psycopg.Connection, role: str, password: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    statement = sql.SQL(
        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
    )
    verb = sql.SQL("ALTER" if found else "CREATE")
    connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))


def _may_log_in(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def create_database(superuser_url: str, name: str, template: str | None = None) -> None:
    """Create database `name`, owned by the owner role, closed to every role but the three."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        create_over(connection, name, template)


def create_over(connection: psycopg.Connection, name: str, template: str | None = None) -> None:
    """`create_database` over a connection of the superuser that commits each statement."""
    database = sql.Identifier(name)
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}")
    source = sql.Identifier(template or "template1")
    way = sql.SQL("FILE_COPY" if template else "WAL_LOG")  # a filled template is copied file by file
    connection.execute(statement.format(database, sql.Identifier(OWNER), source, way))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for role in (APP, AUDITOR):
        grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}")
        connection.execute(grant.format(database, sql.Identifier(role)))


def drop_database(superuser_url: str, name: str) -> None:
    """Drop database `name` if it is there, ending its connections."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        drop_over(connection, name)


def drop_over(connection: psycopg.Connection, name: str) -> None:
    """`drop_database` over a connection of the superuser that commits each statement."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_exists(superuser_url: str, name: str) -> bool:
    """Whether the cluster has database `name`."""
    with psycopg.connect(superuser_url) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        return found is not None
