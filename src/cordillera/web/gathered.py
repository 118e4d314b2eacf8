"""Requests that wait at the same time are worked on together, in one turn of a thread.

Whoever comes while nobody is at work is taken at once, with what was read of the network at that moment.
Who comes meanwhile waits, and all that wait are taken next. After a turn of several the next begins a little
later, so that those who were just answered can go along with what they send next: else they and those who
came meanwhile would take turns, each in half the number. Who comes when it is quiet waits for nobody.
ADR 0076 says why.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import anyio.to_thread

Work = Callable[[Sequence[Any]], Sequence[Any]]
"""Returns for each in order what it is answered with: a result, an error to raise, or a function without
parameters that returns the result and takes a turn of a thread of its own."""
MOST: Final = 32
"""Requests that are taken at once."""
_SHARE: Final = 0.1
_LONGEST: Final = 0.005
"""How much later, of what the turn took, and at most in seconds."""


class Gathered:
    """Takes requests of one kind, on one event loop."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._waiting: list[tuple[Any, asyncio.Future[Any]]] = []
        self._at_work: asyncio.Task[None] | None = None

    async def take(self, request: Any) -> Any:
        """Return what the work makes of a request, or raise its error."""
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._take_all())
        outcome = await answer
        if callable(outcome):
            outcome = await anyio.to_thread.run_sync(outcome)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def _take_all(self) -> None:
        now = asyncio.get_running_loop().time
        while self._waiting:
            taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            began = now()
            for (_, answer), outcome in zip(taken, await self._outcomes(taken), strict=True):
                if not answer.done():  # nobody waits for it any more
                    answer.set_result(outcome)
            if len(taken) > 1:
                await asyncio.sleep(min(_LONGEST, _SHARE * (now() - began)))

    async def _outcomes(self, taken: Sequence[tuple[Any, Any]]) -> Sequence[Any]:
        try:
            return await anyio.to_thread.run_sync(self._work, [request for request, _ in taken])
        except Exception as error:  # noqa: BLE001 - each raises it to whom it belongs
            return [error] * len(taken)
