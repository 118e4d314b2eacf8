"""The only place that makes database engines: three roles, one transaction at a time, scope set inside it.

`Store.transaction(scope)` runs as the application role with the officer's agency and declared purpose
set for that transaction, so row-level security sees them; leaving the block commits, an error rolls
back. The auditor reads the ledger only; the owner migrates and does nothing else.

A transaction may gather (`gathered=True`): statements made with `deferred` are sent at once, but their
result is waited for together with that of the next one that returns something, or with the commit.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.store import pooling, swift
from cordillera.foundation.store.swift import Statement

NODE = "node"
_MIGRATIONS = Path(__file__).with_name("migrations")
_MIGRATION_LOCK = 0x636F7264
_migrating = threading.Lock()  # alembic keeps its context in module globals
deferred, savepoint = pooling.deferred, pooling.savepoint
_SET_SCOPE_TEXT = (
    "SELECT set_config('cord.agency', :agency, true), set_config('cord.purpose', :purpose, true),"
    " set_config('cord.actor', :actor, true)"
)
_SET_SCOPE = Statement(_SET_SCOPE_TEXT)
_SET_BUSY = Statement(
    f"{_SET_SCOPE_TEXT}, set_config('enable_seqscan', 'off', true),"
    " set_config('plan_cache_mode', 'force_generic_plan', true)"
)
"""What gathers looks rows up by index, whatever the planner believes of tables that grow fast, and by the
plan made before: over tables in months, one for each execution costs more than it saves (ADR 0085)."""


class StoreUnavailable(Unavailable):
    """PostgreSQL does not answer, is out of space, or ended the transaction; nothing was kept."""

    code = "store.unavailable"


class DatabaseUrls(msgspec.Struct, frozen=True):
    """The same database, seen by its three roles."""

    owner: str
    app: str
    auditor: str


class Scope(msgspec.Struct, frozen=True):
    """For whom and why a transaction runs. Rows of other agencies do not exist in it."""

    agency: str
    purpose: str
    actor: str = NODE

    @classmethod
    def node(cls, purpose: str) -> "Scope":
        """The node's own work, such as retention or answering a partner."""
        return cls(agency=NODE, purpose=purpose)


class Store:
    """Connections to one node's database."""

    def __init__(self, urls: DatabaseUrls, *, pool_size: int = 10) -> None:
        self.urls = urls
        self._app = _engine(urls.app, pool_size)
        self._auditor = _engine(urls.auditor, 2)

    @contextmanager
    def transaction(self, scope: Scope, *, gathered: bool = False) -> Iterator[sa.Connection]:
        """Open a transaction as the application role under `scope`; raise `StoreUnavailable`.

        When it gathers, the error of a `deferred` statement comes with a later statement, at the end
        of the `savepoint` around it, or with the commit; nothing is kept then, as ever.
        """
        with _begin(self._app, gathered=gathered) as connection:
            (_SET_BUSY if gathered else _SET_SCOPE).send(connection, msgspec.structs.asdict(scope))
            yield connection

    @contextmanager
    def auditor_transaction(self) -> Iterator[sa.Connection]:
        """Open a transaction as the auditor, who sees the ledger and nothing else."""
        with _begin(self._auditor) as connection:
            yield connection

    @contextmanager
    def apart(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """Open a connection of its own as the application role, each statement committed by itself.

        It has no scope, so it sees no rows that belong to an agency. Raises `StoreUnavailable`.
        """
        try:
            taken = self._app.raw_connection()
            driver = cast("psycopg.Connection[tuple[Any, ...]]", taken.driver_connection)
            taken.detach()
            with closing(driver):
                driver.autocommit = True
                yield driver
        except psycopg.OperationalError as error:
            raise StoreUnavailable(reason=error.sqlstate or type(error).__name__) from error
        except PoolExhausted as error:
            raise StoreUnavailable(reason="no connection is free") from error

    def close(self) -> None:
        """Give the connections back."""
        self._app.dispose()
        self._auditor.dispose()


def migrate(owner_url: str) -> None:
    """Bring the schema to this version, as the owner; safe when several processes start at once."""
    engine = _engine(owner_url, 1)
    try:
        with _migrating, _begin(engine) as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            if _version(connection) != newest_migration():
                _upgrade(connection)
    finally:
        engine.dispose()


def newest_migration() -> str:
    """Return the number of the newest migration, such as "0010"."""
    return max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - half a second that only a new schema pays
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: str, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,  # an error may be printed; what a statement carried may be personal
        connect_args={"connect_timeout": 10},
    )
    sa.event.listen(engine, "connect", lambda driver, _record: swift.teach(driver))
    pooling.watch(engine)
    return engine


@contextmanager
def _begin(engine: sa.Engine, *, gathered: bool = False) -> Iterator[sa.Connection]:
    try:
        with engine.begin() as connection, pooling.gathering(connection, on=gathered):
            yield connection
    except OperationalError as error:
        raise StoreUnavailable(reason=_reason(error)) from error
    except PoolExhausted as error:
        raise StoreUnavailable(reason="no connection is free") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(reason=_reason(error)) from error
        raise


def _reason(error: DBAPIError) -> str:
    """Name the SQLSTATE or the driver's class; never the statement, which may hold personal data."""
    return getattr(error.orig, "sqlstate", None) or type(error.orig).__name__
