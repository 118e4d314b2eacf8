"""Requests that wait at the same time are worked on together, and each gets its own answer."""

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from cordillera.web.gathered import MOST, Gathered


class Refused(Exception):
    """What one request fails with."""


class Works:
    """Notes which requests were worked on at once; the first turn waits until it may go on."""

    def __init__(self) -> None:
        self.turns: list[list[Any]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, requests: Sequence[Any]) -> list[Any]:
        self.turns.append(list(requests))
        self.begun.set()
        assert self.go_on.wait(30)
        return [outcome(one) for one in requests]


def outcome(request: Any) -> Any:
    if request == "bad":
        return Refused()
    if request == "long":
        return lambda: f"{threading.get_ident()}"
    return f"answer to {request}"


async def while_the_first_is_at_work(works: Works, first: Any, others: Sequence[Any]) -> list[Any]:
    """Send one, then all others while it is worked on; the answers in order."""
    gathered = Gathered(works)
    tasks = [asyncio.create_task(gathered.take(first))]
    await asyncio.to_thread(works.begun.wait, 30)
    tasks += [asyncio.create_task(gathered.take(one)) for one in others]
    await asyncio.sleep(0.05)
    works.go_on.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_who_comes_meanwhile_is_taken_together_next():
    works = Works()
    answers = asyncio.run(while_the_first_is_at_work(works, 0, range(1, 6)))
    assert works.turns == [[0], [1, 2, 3, 4, 5]]
    assert answers == [f"answer to {at}" for at in range(6)]


def test_what_was_read_of_the_network_at_one_moment_is_taken_together():
    async def at_once(works: Works) -> list[Any]:
        gathered = Gathered(works)
        return await asyncio.gather(*(gathered.take(at) for at in range(4)))

    works = Works()
    works.go_on.set()
    asyncio.run(at_once(works))
    assert works.turns == [[0, 1, 2, 3]]


def test_who_was_answered_with_others_goes_with_who_came_meanwhile():
    """Two connections that send again at once, and one that came while they were at work."""

    async def lines(works: Works) -> None:
        gathered = Gathered(works)

        async def line(name: str) -> None:
            for turn in range(2):
                await gathered.take(f"{name}{turn}")

        both = [asyncio.create_task(line(name)) for name in "ab"]
        await asyncio.to_thread(works.begun.wait, 30)
        third = asyncio.create_task(gathered.take("c"))
        await asyncio.sleep(0.1)
        works.go_on.set()
        await asyncio.gather(*both, third)

    works = Works()
    asyncio.run(lines(works))
    assert [sorted(turn) for turn in works.turns] == [["a0", "b0"], ["a1", "b1", "c"]]


def test_no_more_are_taken_at_once_than_fit_a_transaction():
    works = Works()
    asyncio.run(while_the_first_is_at_work(works, 0, range(1, MOST + 8)))
    assert [len(turn) for turn in works.turns] == [1, MOST, 7]


def test_each_is_told_its_own_error_and_nobody_else():
    answers = asyncio.run(while_the_first_is_at_work(Works(), 0, ["bad", 1]))
    assert isinstance(answers[1], Refused)
    assert answers[2] == "answer to 1"


def test_what_is_left_to_do_alone_has_a_turn_of_its_own_and_holds_up_nobody():
    async def with_a_long_one() -> tuple[Any, bool]:
        held = threading.Event()
        gathered = Gathered(lambda requests: [held.wait if one == "long" else one for one in requests])
        long = asyncio.create_task(gathered.take("long"))
        answer = await gathered.take("short")
        waits = not long.done()
        held.set()
        return (answer, await long), waits

    assert asyncio.run(with_a_long_one()) == (("short", True), True)


def test_when_all_fails_each_is_told():
    def fails(_requests: Sequence[Any]) -> list[Any]:
        raise Refused

    async def once() -> Any:
        return await Gathered(fails).take(1)

    for _ in range(2):
        with pytest.raises(Refused):
            asyncio.run(once())


def test_who_hangs_up_spoils_no_answer():
    async def with_one_gone(works: Works) -> list[Any]:
        gathered = Gathered(works)
        first = asyncio.create_task(gathered.take(0))
        await asyncio.to_thread(works.begun.wait, 30)
        gone, stays = (asyncio.create_task(gathered.take(at)) for at in (1, 2))
        await asyncio.sleep(0.05)
        gone.cancel()
        works.go_on.set()
        return await asyncio.gather(first, stays)

    assert asyncio.run(with_one_gone(Works())) == ["answer to 0", "answer to 2"]
