"""What the processes of a node call out to each other, through the database they share (LISTEN, NOTIFY).

A call is heard once the transaction that made it has committed, and never if it rolls back. Who was not
listening has missed it, so whoever hears calls also looks for itself from time to time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
from psycopg import sql

from cordillera.foundation.store.database import Store
from cordillera.foundation.store.swift import Statement

_CALL: Final = Statement("SELECT pg_notify(:channel, :word)")
Hear = Callable[[float], list[str]]
"""Waits at most so many seconds for calls and returns their words; raises `StoreUnavailable`."""


def call(tx: sa.Connection, channel: str, word: str) -> None:
    """Call `word` out on a channel when this transaction commits; the same word twice is heard once."""
    _CALL.send(tx, {"channel": channel, "word": word})


@contextmanager
def listening(store: Store, channel: str) -> Iterator[Hear]:
    """Listen on a channel over a connection of its own while the block runs; raise `StoreUnavailable`."""
    with store.apart() as driver:

        def hear(seconds: float) -> list[str]:
            return [heard.payload for heard in driver.notifies(timeout=seconds, stop_after=1)]

        driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield hear
