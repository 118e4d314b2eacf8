"""`cordillera bench edifact`: carriers' messages read per second of CPU time, and broken ones survived.

The messages are passenger lists and reservations of invented persons. `tokenise_mb_s` is reading with every
byte accounted for, then all values in columns. `validate_mb_s` is reading down to typed records with their
findings, groups checked, both kinds of message together: every traveller, document, leg, bag, seat, ticket,
payment and contact is an object of its own with its bytes when the clock stops, nothing is put off.
`validate_reference_mb_s` is the same by the readers that the compiled ones are compared with; `kept_mb_s` is
the same as `validate_mb_s` plus what may be kept of it, folded into the state of its flight. All are of one
thread. pydifact splits the same bytes, where `benchmarks/edifact/setup` was run or an interpreter that has it
is named. With `--mutate N` broken
messages are read instead (bench_broken.py).
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.bench_broken import BrokenFigures, survive
from cordillera.cli.bench_messages import interchange, list_alone, reservations_alone
from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.engines import edifact
from cordillera.engines.edifact.paxlst import paxlst_messages, read_paxlst_readably
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.pnr_state import FlightState, fold
from cordillera.engines.edifact.pnrgov import pnrgov_messages, read_pnrgov_readably
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.reader import read_readably
from cordillera.engines.edifact.safeguard import allowed_message
from cordillera.engines.edifact.tokens import tokenize

SEED: Final = 9735
_MEGABYTE: Final = 1_000_000
_ROUNDS: Final = 3
_BESIDE: Final = Path(__file__).parents[3] / "benchmarks" / "edifact" / ".venv" / "bin" / "python"
"""Where benchmarks/edifact/setup puts pydifact."""
_PEER: Final = """
import sys, time
from pydifact.segmentcollection import Interchange
text = sys.stdin.read()
began = time.process_time()
print(sum(1 for _ in Interchange.from_str(text).segments), time.process_time() - began)
"""
PeerOption = Annotated[
    Path | None,
    Parameter(
        name="--peer",
        help="A Python that has pydifact, to measure beside; the one of benchmarks/ if not named.",
    ),
]


class EdifactFigures(msgspec.Struct, frozen=True):
    """Megabytes (10^6) a second and core; a peer that was not run is null."""

    tokenise_mb_s: float
    validate_mb_s: float
    validate_paxlst_mb_s: float
    validate_pnrgov_mb_s: float
    validate_reference_mb_s: float
    kept_mb_s: float
    reference_mb_s: float
    pydifact_mb_s: float | None
    megabytes: float
    segments: int


def edifact_bench(
    *,
    megabytes: Annotated[float, Parameter(name="--megabytes", validator=validators.Number(gt=0))] = 8.0,
    mutate: Annotated[int, Parameter(name="--mutate", validator=validators.Number(gte=0))] = 0,
    peer: PeerOption = None,
    seed: int = SEED,
    json: JsonOption = False,
) -> None:
    """Read carriers' messages, and time it; with --mutate N read N broken ones instead.

    Exits 1 when a broken message raised an error that has no type, or was never done with.
    """
    beside = peer or (_BESIDE if _BESIDE.is_file() else None)
    figures = survive(mutate, seed) if mutate else measure(megabytes, beside, seed)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:16} {getattr(figures, name)}", highlight=False)
    if isinstance(figures, BrokenFigures) and (figures.untyped or figures.hangs):
        sys.exit(EXIT_REFUSED)


def measure(megabytes: float, peer: Path | None, seed: int) -> EdifactFigures:
    """Make so many megabytes and read them in each way."""
    chance = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    size = 0
    files = []
    while size < megabytes * _MEGABYTE:
        files.append(interchange(chance, 400))
        size += len(files[-1])
    _tokenise(files[0])  # the first use compiles or loads the kernels
    _keep(interchange(chance, 20))
    few = files[: max(1, len(files) // 8)]
    lists, booked = [list_alone(one) for one in few], [reservations_alone(one) for one in few]
    tokenising = _best(_tokenise, files)
    figures = {
        "validate_mb_s": _speed(_validate, few),
        "validate_paxlst_mb_s": _speed(_validate, lists),
        "validate_pnrgov_mb_s": _speed(_validate, booked),
        "validate_reference_mb_s": _speed(_validate_readably, few[:1]),
        "kept_mb_s": _speed(_keep, few),
        "reference_mb_s": _speed(read_readably, few),
    }
    return EdifactFigures(
        tokenise_mb_s=round(size / _MEGABYTE / tokenising, 1),
        **figures,
        pydifact_mb_s=None if peer is None else _beside(peer, few[0]),
        megabytes=round(size / _MEGABYTE, 2),
        segments=sum(len(message.segments) for one in files for message in edifact.read(one).messages),
    )


def _tokenise(data: bytes) -> None:
    for message in edifact.read(data, few=0).messages:
        tokenize(message.segments.source, message.segments.bounds)


def _validate(data: bytes) -> tuple[tuple[PaxlstMessage, ...], tuple[PnrgovMessage, ...]]:
    reading = edifact.read(data, few=0)
    return paxlst_messages(reading, few=1), pnrgov_messages(reading, few=1)


def _validate_readably(data: bytes) -> None:
    for one in edifact.read(data).interchanges:
        for message in one.messages:
            if message.type == "PAXLST":
                read_paxlst_readably(message, one.prepared)
            else:
                read_pnrgov_readably(message, one.prepared)


def _keep(data: bytes) -> FlightState:
    _, reserved = _validate(data)
    return fold([allowed_message(one) for one in reserved])


def _speed(work: Callable[[bytes], object], files: list[bytes]) -> float:
    return round(sum(map(len, files)) / _MEGABYTE / _best(work, files), 2)


def _best(work: Callable[[bytes], object], files: list[bytes]) -> float:
    return min(_seconds(work, files) for _ in range(_ROUNDS))


def _seconds(work: Callable[[bytes], object], files: list[bytes]) -> float:
    began = time.thread_time()
    for one in files:
        work(one)
    return max(time.thread_time() - began, 1e-9)


def _beside(peer: Path, data: bytes) -> float | None:
    """How fast pydifact splits the same bytes; None when it cannot."""
    command = [str(peer), "-c", _PEER]
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=300)  # noqa: S603 - an interpreter the caller names
    told = done.stdout.split()
    return round(len(data) / _MEGABYTE / float(told[1]), 2) if len(told) == 2 else None
