"""A transaction's line to the server: statements go into the driver's buffer and leave together.

The driver's own pipeline sends each statement as soon as it is executed, which wakes the server for every
one of them. Here they wait in libpq's buffer until somebody reads a result, or the transaction ends: one
packet there, one packet back. It works beneath the driver's pipeline (its `result_queue`), so statements
of SQLAlchemy in the same transaction keep their order. Parts of the driver that are used and not public:
`Connection._pipeline`, `Pipeline.result_queue`, `Pipeline.command_queue`, `Pipeline._fetch_gen`; the version
is pinned by hash.
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

_NAMES: Final = "wire_names"
_NUMBERS: Final = "wire_numbers"
_OK: Final = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)
Info = dict[Any, Any]


class Wire:
    """The line of one transaction that gathers."""

    def __init__(self, driver: Any, pipeline: Any, info: Info) -> None:
        self._driver = driver
        self._pipeline = pipeline
        self._names: dict[tuple[bytes, tuple[int, ...]], bytes] = info.setdefault(_NAMES, {})
        self._numbers: Iterator[int] = info.setdefault(_NUMBERS, itertools.count())
        self._adapter = Transformer.from_context(driver)
        self._ahead: dict[bytes, tuple[Sequence[object], _Answer]] = {}

    def say(self, words: bytes) -> None:
        """Send a command without parameters or result."""
        self._driver.pgconn.send_query_params(words, None)
        self._pipeline.result_queue.append(None)

    def rollback_to_savepoint(self, name: str, info: Info) -> None:
        """Go back; nothing is believed prepared any more, since the server may have skipped it."""
        self.say(f"ROLLBACK TO SAVEPOINT {name}".encode())
        self._ahead.clear()
        prepared = self._driver._prepared  # noqa: SLF001 - see above
        prepared.clear()
        self._driver.wait(prepared.maintain_gen(self._driver))
        while self._pipeline.command_queue:  # the driver would send it after what is sent here next
            self._pipeline.command_queue.popleft()()
        forget(info)
        self._names = info[_NAMES]

    def send(self, text: bytes, values: Sequence[object]) -> None:
        """Send a statement; nobody reads a result."""
        self._send(text, values)
        self._pipeline.result_queue.append(None)

    def ahead(self, text: bytes, values: Sequence[object]) -> None:
        """Send a statement whose rows are soon asked for, so that they come with the next answer.

        Nothing that the statement reads may be written in between.
        """
        self._ahead[text] = (values, self._asked(text, values))

    def went_ahead(self, text: bytes, values: Sequence[object]) -> bool:
        """Whether a statement with these values was sent ahead and not asked for yet."""
        sent, _ = self._ahead.get(text, (None, None))
        return sent is not None and sent == values

    def rows(self, text: bytes, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Send a statement, unless it went ahead, and return its rows, after all that was sent before."""
        sent, answer = self._ahead.pop(text, (None, None))
        if answer is None or sent != values:
            answer = self._asked(text, values)
        if answer.result is None:
            self._driver.wait(self._pipeline._fetch_gen(flush=True))  # noqa: SLF001 - see above
        self._adapter.set_pgresult(answer.result, format=pq.Format.BINARY)
        return self._adapter.load_rows(0, answer.result.ntuples, tuple)

    def _asked(self, text: bytes, values: Sequence[object]) -> "_Answer":
        answer = _Answer()
        self._send(text, values)
        self._pipeline.result_queue.append((answer, None))
        return answer

    def _send(self, text: bytes, values: Sequence[object]) -> None:
        adapter, server = self._adapter, self._driver.pgconn
        given = adapter.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
        types = (adapter.types or ()) if values else ()
        name = self._names.get((text, types))
        if name is None:
            name = self._names[text, types] = f"cord_{next(self._numbers)}".encode()
            server.send_prepare(name, text, types)
            self._pipeline.result_queue.append(None)
        formats = adapter.formats if values else None
        server.send_query_prepared(name, given, formats, pq.Format.BINARY)


def forget(info: Info) -> None:
    """Forget what was prepared on a connection: the driver discards it all after a rollback."""
    info[_NAMES] = {}


class _Answer:
    """What the driver's pipeline hands a result to, as it does to a cursor."""

    result: Any = None

    def _check_results(self, results: Sequence[Any]) -> None:
        (result,) = results
        if result.status == pq.ExecStatus.PIPELINE_ABORTED:
            raise errors.PipelineAborted("pipeline aborted")
        if result.status not in _OK:
            raise errors.error_from_result(result)

    def _set_results(self, results: Sequence[Any]) -> None:
        (self.result,) = results
