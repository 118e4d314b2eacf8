"""`cordillera bench edifact --mutate N`: broken messages read in a process of their own, which is watched.

Message n of a seed is the same on every machine: passenger lists, reservations, answers (CUSRES), control
messages (CONTRL) and reservations in XML, with other service characters and repertoires, each broken in one
to six places. Each is read down to what would stand and be answered:

1. an error that is not of the tree of this program is `untyped`, as is a process that dies;
2. a byte without a place, and an answer that cannot be read again, are `untyped` too;
3. a message that takes longer than ten seconds is a hang; reading goes on behind it in a new process;
4. `peak_mb` is how far the memory of a process grew behind its first thousand messages.
"""

import multiprocessing
import random
import resource
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

import msgspec
from rich.progress import Progress

from cordillera.cli.bench_messages import interchange, list_alone, reservations_alone, xml_message
from cordillera.cli.common import errors
from cordillera.engines import edifact
from cordillera.engines.edifact.contrl import contrl_messages, write_contrl
from cordillera.engines.edifact.contrl_answer import answers
from cordillera.engines.edifact.cusres import answer, cusres_messages, write_cusres
from cordillera.engines.edifact.mutation import mutated
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.pnr_state import FlightState, fold
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.pnrgov_xml import begins_xml, read_pnrgov_xml
from cordillera.engines.edifact.safeguard import allowed_message
from cordillera.engines.edifact.writer import Envelope
from cordillera.foundation.errors import BadInput

HANG_SECONDS: Final = 10.0
_PREPARED: Final = "2026-11-25T12:00"
_WARM: Final = 1_000
_LOOK_SECONDS: Final = 0.2
_AT, _UNTYPED, _REFUSED, _SLOWEST_US, _GROWN_KB, _BEGUN = range(6)
_OTHER_MARKS: Final = bytes.maketrans(b"+:'?", b"|^~\\")
_BY_CONTROLS: Final = bytes.maketrans(b"+:'", b"\x1d\x1f\x1c")


class BrokenFigures(msgspec.Struct, frozen=True):
    """How many messages were broken and what reading them did; `refused` are typed errors."""

    mutated: int
    untyped: int
    hangs: int
    peak_mb: float
    refused: int
    slowest_ms: float
    seed: int


class Unaccounted(AssertionError):
    """A byte of a file has no place, or what was written cannot be read."""


def survive(count: int, seed: int, hang_seconds: float = HANG_SECONDS) -> BrokenFigures:
    """Break and read so many messages in processes that are watched."""
    context = multiprocessing.get_context("spawn")
    hangs, died, peak, at = 0, 0, 0, 0
    told = context.Array("q", 6, lock=False)
    with Progress(console=errors, transient=True) as progress:
        task = progress.add_task("", total=count)
        while at < count:
            told[_AT] = at
            worker = context.Process(target=_work, args=(told, seed, at, count))
            worker.start()
            hung = watch(worker, told, hang_seconds, lambda done: progress.update(task, completed=done))
            peak = max(peak, told[_GROWN_KB])
            at = told[_AT]
            if at < count:
                errors.print(f"message {at} of seed {seed}: {'hangs' if hung else 'ends the process'}")
                hangs, died, at = hangs + hung, died + (not hung), at + 1
    return BrokenFigures(
        mutated=count,
        untyped=told[_UNTYPED] + died,
        hangs=hangs,
        peak_mb=round(peak / 1024, 1),
        refused=told[_REFUSED],
        slowest_ms=round(told[_SLOWEST_US] / 1000, 2),
        seed=seed,
    )


def watch(worker: Any, told: Any, hang_seconds: float, show: Callable[[int], object]) -> bool:
    """Wait until a process ends; True when it was ended because one message took too long."""
    at, since = -1, time.monotonic()
    while worker.exitcode is None:
        worker.join(_LOOK_SECONDS)
        show(told[_AT])
        if told[_AT] != at or not told[_BEGUN]:
            at, since = told[_AT], time.monotonic()
        elif time.monotonic() - since > hang_seconds:
            worker.kill()
            worker.join()
            return True
    return False


def _work(told: Any, seed: int, first: int, count: int) -> None:
    """Read messages from number `first` on; `told` says what came of them."""
    told[_BEGUN] = 0
    whole = wholes(seed)
    for one in whole:
        read_down(one)
    told[_BEGUN] = 1
    before = 0
    for number in range(first, count):
        if number - first == min(_WARM, (count - first) // 10):  # the first ones load what is loaded once
            before = _peak_kb()
        data = broken(whole, seed, number)
        began = time.thread_time()
        try:
            read_down(data)
        except BadInput:
            told[_REFUSED] += 1
        except Exception:  # noqa: BLE001 - counting errors of any kind is what this is for
            told[_UNTYPED] += 1
            errors.print(f"message {number} of seed {seed}:", traceback.format_exc(limit=-4))
        told[_SLOWEST_US] = max(told[_SLOWEST_US], int(1e6 * (time.thread_time() - began)))
        told[_AT] = number + 1
        if before and not number % 64:
            told[_GROWN_KB] = max(told[_GROWN_KB], _peak_kb() - before)
    told[_GROWN_KB] = max(told[_GROWN_KB], _peak_kb() - before)


def broken(whole: list[bytes], seed: int, number: int) -> bytes:
    """Message `number` of a seed."""
    chance = random.Random(seed << 32 | number)  # noqa: S311 - test data, the same for the same seed
    data = mutated(chance.choice(whole), chance)
    other = chance.randrange(8)
    if other == 0:
        return data.translate(_OTHER_MARKS)
    if other == 1:
        return data.replace(b"UNA:+.? '", b"").translate(_BY_CONTROLS).replace(b"UNOA", b"UNOB")
    return data.replace(b"UNOA", b"UNOW") if other == 2 else data


def wholes(seed: int) -> list[bytes]:
    """What is broken: messages of every kind, as they should be."""
    chance = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    both = [interchange(chance, number) for number in (1, 2, 3)]
    reading = edifact.read(both[1])
    envelope = Envelope("EC", "XA", _PREPARED, "A1")
    advice = write_cusres(answer(paxlst_messages(reading)[0], {}, envelope))
    control = write_contrl(answers(reading), _PREPARED)
    accented = both[0].replace(b"ANA", "ÁÑÅ".encode()).replace(b"UNOA", b"UNOW")
    xml = [xml_message(chance, number) for number in (1, 2)]
    return [*both, *map(list_alone, both), *map(reservations_alone, both), advice, control, accented, *xml]


def read_down(data: bytes) -> FlightState:
    """Read a file of any kind down to what stands and is answered; raises `BadInput`, `Unaccounted`."""
    if begins_xml(data):
        return _stands([read_pnrgov_xml(data)])
    reading = edifact.read(data, few=0)
    counted = reading.bytes
    if not counted.segments + counted.separators + counted.findings == counted.total == len(data):
        raise Unaccounted(counted)
    cusres_messages(reading)
    contrl_messages(reading)
    for one in paxlst_messages(reading, few=1):
        _is_answered(write_cusres(answer(one, {}, Envelope("EC", "XA", _PREPARED, "A1"))))
    if controls := answers(reading):
        _is_answered(write_contrl(controls, _PREPARED))
    return _stands(pnrgov_messages(reading, few=1))


def _is_answered(written: bytes) -> None:
    if len(edifact.read(written).messages) < 1:
        raise Unaccounted(written)


def _stands(messages: list[PnrgovMessage] | tuple[PnrgovMessage, ...]) -> FlightState:
    return fold([allowed_message(one) for one in messages])


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
