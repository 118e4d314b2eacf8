"""What the engines add to the driver: a cheap look at pooled connections, and gathered statements.

A pooled connection whose server hung up is readable while it is idle, which costs one system call to see;
one that was idle for long is asked. Gathering is PostgreSQL's pipeline mode: statements marked `deferred`
do not wait for their result; every other statement waits for all that went before it.

>>> deferred("SELECT pg_advisory_xact_lock(1)").get_execution_options()["deferred"]
True
"""

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

from cordillera.foundation.store.wire import Wire, forget

ASK_AFTER_SECONDS: Final = 10.0
_GATHERING: Final = "gathering"
_LINE: Final = "line"
_IDLE_SINCE: Final = "idle_since"


def deferred(statement: str) -> sa.TextClause:
    """Return a statement that nobody reads a result of: no row and no row count."""
    return sa.text(statement).execution_options(deferred=True)


@contextmanager
def gathering(connection: sa.Connection, *, on: bool) -> Iterator[None]:
    """Let `deferred` statements wait for the next other one while the block runs; then commit.

    The commit is sent with what still waits, so that a transaction ends in one round trip. The caller's
    own commit finds nothing more to do.
    """
    if not on:
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline() as pipeline:
            line = connection.info[_LINE] = Wire(driver, pipeline, connection.info)
            connection.info[_GATHERING] = pipeline
            try:
                line.say(b"BEGIN")
                yield
                line.say(b"COMMIT")
            finally:
                if not connection.invalidated:
                    connection.info.pop(_GATHERING, None)
                    connection.info.pop(_LINE, None)
    except psycopg.Error as error:
        raise _as_ours(error, connection, lost=driver.closed) from error


def line_of(connection: sa.Connection) -> Wire | None:
    """Return the line of a transaction that gathers."""
    found: Wire | None = connection.info.get(_LINE)
    return found


@contextmanager
def savepoint(connection: sa.Connection, *, late: bool = False) -> Iterator[None]:
    """Undo only what the block did when it fails; errors of what it deferred come at its end.

    With `late` they come with the commit, which saves a wait: nothing may be read in between, and whoever
    began the transaction has to be ready to do all of it again.
    """
    line = line_of(connection)
    if line is None:
        with connection.begin_nested():
            yield
        return
    line.say(b"SAVEPOINT cord")
    try:
        yield
        if not late:
            _settled(connection)
    except BaseException:
        if not (connection.invalidated or connection.closed):
            _settled(connection)
            line.rollback_to_savepoint("cord", connection.info)
        raise
    line.say(b"RELEASE SAVEPOINT cord")


def failed(connection: sa.Connection, error: psycopg.Error) -> BaseException:
    """Return SQLAlchemy's error for one of the driver, with the connection fit for the rollback."""
    pipeline = connection.info.get(_GATHERING)
    driver: Any = connection.connection.driver_connection
    if pipeline is not None:
        with suppress(psycopg.Error):
            pipeline.sync()
    ours = _as_ours(error, connection, lost=driver.closed)
    if driver.closed:
        connection.invalidate(error)
    return ours


def _settled(connection: sa.Connection) -> None:
    """Wait for everything that was sent."""
    pipeline = connection.info.get(_GATHERING)
    try:
        if pipeline is not None:
            pipeline.sync()
    except psycopg.Error as error:
        raise failed(connection, error) from error


def watch(engine: sa.Engine) -> None:
    """Look at pooled connections of `engine` before they are used, and wait for what was gathered."""

    def check(driver: Any, record: Any, _proxy: Any) -> None:
        if _is_gone(driver) or (_idle(record) and not _replies(engine, driver)):
            raise InvalidatePoolError

    sa.event.listen(engine, "checkin", _note_idle)
    sa.event.listen(engine, "checkout", check)
    sa.event.listen(engine, "after_cursor_execute", _settle)
    sa.event.listen(engine, "handle_error", _recover)
    sa.event.listen(engine, "rollback", _forget)


def _forget(connection: sa.Connection, *_: Any) -> None:
    if not (connection.closed or connection.invalidated):
        forget(connection.info)


def _note_idle(_driver: Any, record: Any) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _idle(record: Any) -> bool:
    since: float = record.info.get(_IDLE_SINCE, time.monotonic())
    return time.monotonic() - since > ASK_AFTER_SECONDS


def _is_gone(driver: Any) -> bool:
    """Whether an idle connection has something to read: the end of the line, or words that nobody awaits."""
    try:
        waiting = select.poll()
        waiting.register(driver.fileno(), select.POLLIN)
        return bool(waiting.poll(0))
    except (psycopg.Error, OSError):
        return True


def _replies(engine: sa.Engine, driver: Any) -> bool:
    try:
        return engine.dialect.do_ping(driver)
    except psycopg.Error:
        return False


def _settle(connection: sa.Connection, *execution: Any) -> None:
    """Wait for everything that was sent, unless nothing is asked of this statement."""
    pipeline = connection.info.get(_GATHERING)
    _cursor, _statement, _parameters, context, _many = execution
    if pipeline is not None and not context.execution_options.get("deferred"):
        pipeline.sync()


def _as_ours(error: psycopg.Error, connection: sa.Connection, *, lost: bool) -> BaseException:
    """Return what SQLAlchemy would have raised for an error of the driver."""
    return DBAPIError.instance(
        "",
        {},
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )


def _recover(context: sa.engine.ExceptionContext) -> None:
    """After an error the server skips what follows until a synchronisation: it must not skip the rollback."""
    connection = context.connection
    if connection is None or connection.closed or connection.invalidated:
        return
    pipeline = connection.info.get(_GATHERING)
    if pipeline is not None:
        with suppress(psycopg.Error):
            pipeline.sync()
