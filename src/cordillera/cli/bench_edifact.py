"""`cordillera bench edifact`: carriers' messages read per second of CPU time, and broken ones survived.

The messages are passenger lists and reservations of invented persons. `tokenise_mb_s` is reading with every
byte accounted for, then all values in columns. `validate_mb_s` is reading down to typed records with their
findings, groups checked, both kinds of message together: every traveller, document, leg, bag, seat, ticket,
payment and contact is an object of its own with its bytes when the clock stops, nothing is put off.
`validate_reference_mb_s` is the same by the readers that the compiled ones are compared with; `kept_mb_s` is
the same as `validate_mb_s` plus what may be kept of it, folded into the state of its flight. All are of one
thread. pydifact, where an interpreter that has it is named, splits the same bytes.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.engines import edifact
from cordillera.engines.edifact.mutation import mutated
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
_SURNAMES: Final = ("LOOR", "QUISPE", "VERA", "ROJAS", "MERO", "CEDENO", "TAPIA", "O?'HARA")
_PEER: Final = """
import sys, time
from pydifact.segmentcollection import Interchange
text = sys.stdin.read()
began = time.process_time()
print(sum(1 for _ in Interchange.from_str(text).segments), time.process_time() - began)
"""
PeerOption = Annotated[
    Path | None, Parameter(name="--peer", help="A Python that has pydifact, to measure beside.")
]


class EdifactFigures(msgspec.Struct, frozen=True):
    """Megabytes (10^6) a second and core, and what broken messages did; a peer that was not run is null."""

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
    mutated: int
    errors: int
    slowest_ms: float
    grown_mb: float


def edifact_bench(
    *,
    megabytes: Annotated[float, Parameter(name="--megabytes", validator=validators.Number(gt=0))] = 8.0,
    mutate: Annotated[int, Parameter(name="--mutate", validator=validators.Number(gte=0))] = 0,
    peer: PeerOption = None,
    seed: int = SEED,
    json: JsonOption = False,
) -> None:
    """Read carriers' messages, and time it; with --mutate N also read N broken ones.

    Exits 1 when a broken message raised an error.
    """
    figures = measure(megabytes, mutate, peer, seed)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:16} {getattr(figures, name)}", highlight=False)
    if figures.errors:
        sys.exit(EXIT_REFUSED)


def measure(megabytes: float, broken: int, peer: Path | None, seed: int) -> EdifactFigures:
    """Make so many megabytes, read them in each way, then break messages and read those."""
    chance = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    size = 0
    files = []
    while size < megabytes * _MEGABYTE:
        files.append(interchange(chance, 400))
        size += len(files[-1])
    _tokenise(files[0])  # the first use compiles or loads the kernels
    _keep(interchange(chance, 20))
    few = files[: max(1, len(files) // 8)]
    lists, booked = [_list_alone(one) for one in few], [_reservations_alone(one) for one in few]
    tokenising = _best(_tokenise, files)
    figures = {
        "validate_mb_s": _speed(_validate, few),
        "validate_paxlst_mb_s": _speed(_validate, lists),
        "validate_pnrgov_mb_s": _speed(_validate, booked),
        "validate_reference_mb_s": _speed(_validate_readably, few[:1]),
        "kept_mb_s": _speed(_keep, few),
        "reference_mb_s": _speed(read_readably, few),
    }
    errors, slowest, grown = survive(broken, chance)
    return EdifactFigures(
        tokenise_mb_s=round(size / _MEGABYTE / tokenising, 1),
        **figures,
        pydifact_mb_s=None if peer is None else _beside(peer, few[0]),
        megabytes=round(size / _MEGABYTE, 2),
        segments=sum(len(message.segments) for one in files for message in edifact.read(one).messages),
        mutated=broken,
        errors=errors,
        slowest_ms=round(slowest * 1000, 2),
        grown_mb=round(grown, 1),
    )


def survive(count: int, chance: random.Random) -> tuple[int, float, float]:
    """Read broken messages down to what stands: (errors, slowest in seconds, growth in MB)."""
    errors, slowest, before = 0, 0.0, 0.0
    wholes = [interchange(chance, number) for number in (1, 2, 3)]
    for number in range(count):
        if number == min(1_000, count // 10):  # the first ones load what is loaded once
            before = _peak()
        data = mutated(chance.choice(wholes), chance)
        began = time.thread_time()
        try:
            _keep(data)
        except Exception:  # noqa: BLE001 - counting errors of any kind is what this is for
            errors += 1
        slowest = max(slowest, time.thread_time() - began)
    return errors, slowest, _peak() - before if count else 0.0


def interchange(chance: random.Random, travellers: int) -> bytes:
    """An interchange with a passenger list and the reservations of as many invented travellers."""
    people = [(chance.choice(_SURNAMES), f"P{chance.randrange(10**7):07}") for _ in range(travellers)]
    listed = "".join(
        f"NAD+FL+++{name}:ANA'ATT+2++F'DTM+329:800517'LOC+178+UIO'LOC+179+BOG'NAT+2+ECU'RFF+AVF:{number[:6]}'"
        f"DOC+P:110:111+{number}'DTM+36:310218'LOC+91+ECU'\r\n"
        for name, number in people
    )
    head = "BGM+745'TDT+20+XA412'LOC+125+UIO'DTM+189:2611260900:201'LOC+87+BOG'DTM+232:2611261105:201'"
    paxlst = f"UNH+1+PAXLST:D:05B:UN:IATA'{head}{listed}CNT+42:{travellers}'UNT+{travellers * 10 + 9}+1'"
    booked = "".join(_reservation(name, number) for name, number in people)
    head = f"MSG+:22'ORG+XA:UIO'TVL+261126:0900:1105+UIO+BOG+XA+412'EQN+{travellers}'"
    pnrgov = f"UNH+2+PNRGOV:13:1:IA+REF7'{head}{booked}UNT+{travellers * 22 + 6}+2'"
    return f"UNA:+.? 'UNB+UNOA:4+XA+EC+261125:1200+R1'\r\n{paxlst}{pnrgov}UNZ+2+R1'".encode()


def _reservation(name: str, number: str) -> str:
    return (
        f"SRC'RCI+XA:{number[1:7]}::011126:1200'SSR+VGML:HK:1:XA'DAT+700:061126:1010+710:061126:1200'\r\n"
        f"ORG+1A:UIO+12345678:UIO01+QUI++T+EC:USD+AG7'ADD++700:CALLE LARGA 45:CUENCA:AZUAY::EC:010101:593728'"
        f"TIF+{name}+ANAMRS:A:1'FTI+XA:{number}'IFT+4:28::XA+CTCE ANA..{number}//MAIL.EC'REF+:{number}'"
        f"SSR+DOCS:HK:1:XA:::::/P/ECU/{number}/ECU/17MAY80/F/18FEB31/{name}/ANA/MARIA'TKT+462{number}:T:1'"
        f"MON+B:200.00:USD+T:240.00:USD'FOP+CC::240.00:VI:XXXXXXXXXXXX1186:0228'\r\n"
        f"TVL+261126:0900::1105+UIO+BOG+XA+412:Y'RPI+1+HK'SSR+SEAT:HK:1:XA:::UIO:BOG+15A::1'DAT+2:251126:2200'"
        f"TRI++108:::1'TIF+{name}+ANAMRS:A:1'SSD+15A++++Y'TBD++1:21:700+++XA:48521:1:BOG'"
    )


def _list_alone(data: bytes) -> bytes:
    """The interchange without its reservations."""
    return data[: data.index(b"UNH+2+PNRGOV")] + b"UNZ+1+R1'"


def _reservations_alone(data: bytes) -> bytes:
    """The interchange without its passenger list."""
    return data[: data.index(b"UNH+1+PAXLST")] + data[data.index(b"UNH+2+PNRGOV") :]


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
    return fold(FlightState(), [allowed_message(one) for one in reserved])


def _speed(work: Callable[[bytes], object], files: list[bytes]) -> float:
    return round(sum(map(len, files)) / _MEGABYTE / _best(work, files), 2)


def _best(work: Callable[[bytes], object], files: list[bytes]) -> float:
    return min(_seconds(work, files) for _ in range(_ROUNDS))


def _seconds(work: Callable[[bytes], object], files: list[bytes]) -> float:
    began = time.thread_time()
    for one in files:
        work(one)
    return max(time.thread_time() - began, 1e-9)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _beside(peer: Path, data: bytes) -> float | None:
    """How fast pydifact splits the same bytes; None when it cannot."""
    command = [str(peer), "-c", _PEER]
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=300)  # noqa: S603 - an interpreter the caller names
    told = done.stdout.split()
    return round(len(data) / _MEGABYTE / float(told[1]), 2) if len(told) == 2 else None
