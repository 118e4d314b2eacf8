"""`cordillera bench mrz`: zones validated per second of CPU time, all five formats, compiled and readable.

A third of the zones are whole, a third have one confused character, a third are random letters. The kernel's
verdicts must equal the reference's on every zone that both judge. CPU time of one thread, so figures are per
core; `per_second` counts packing text into rows as well as judging.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit
from cordillera.engines.mrz import Document, MrzFormat, parse, write_zone
from cordillera.engines.mrz.bulk import pack, verdicts
from cordillera.engines.mrz.core import verdict
from cordillera.engines.mrz.layouts import format_of

SEED: Final = 9303
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_CONFUSED: Final = str.maketrans("O0I1S5B8Z2", "0O1I5S8B2Z")
_NAMES: Final = ("LOOR<ANA", "QUISPE<JOSE", "ERIKSSON<ANNA", "MUNOZ<MARIA", "DE LA CRUZ<LUIS")
_DISTINCT: Final = 3_000


class MrzFigures(msgspec.Struct, frozen=True):
    """Zones a second and core, and whether both judges agreed; `formats` counts zones judged by format."""

    per_second: float
    kernel_per_second: float
    reference_per_second: float
    read_per_second: float
    zones: int
    compared: int
    differing: int
    formats: dict[str, int]


def mrz(
    *,
    zones: Annotated[int, Parameter(validator=validators.Number(gte=1_000))] = 1_000_000,
    seed: int = SEED,
    json: JsonOption = False,
) -> None:
    """Validate machine readable zones of all five formats, and time it.

    Exits 1 when the compiled judge and the readable one differ on any zone.
    """
    figures = measure(zones, seed)
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:22} {getattr(figures, name)}", highlight=False)
    if figures.differing:
        sys.exit(EXIT_REFUSED)


def measure(count: int, seed: int) -> MrzFigures:
    """Make `count` zones (a few thousand different ones, repeated), judge them in both ways."""
    rng = random.Random(seed)  # noqa: S311 - test data, the same for the same seed
    distinct = [_zone(rng, number) for number in range(min(count, _DISTINCT))]
    zones = [distinct[at % len(distinct)] for at in range(count)]
    verdicts(pack(distinct[:1]))  # the first use compiles or loads the kernel
    packing = _seconds(lambda: pack(zones))
    rows = pack(zones)
    judging = _seconds(lambda: verdicts(rows))
    found = verdicts(pack(distinct)).tolist()
    expected: list[int] = []
    reading = _seconds(lambda: expected.extend(verdict(zone) for zone in distinct))
    few = distinct[: len(distinct) // 3]
    return MrzFigures(
        per_second=round(count / (packing + judging), 1),
        kernel_per_second=round(count / judging, 1),
        reference_per_second=round(len(distinct) / reading, 1),
        read_per_second=round(len(few) / _seconds(lambda: [parse(zone) for zone in few]), 1),
        zones=count,
        compared=len(distinct),
        differing=sum(one != other for one, other in zip(found, expected, strict=True)),
        formats=_formats(zones),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return max(time.thread_time() - began, 1e-9)


def _zone(rng: random.Random, number: int) -> str:
    """A zone of the next format: whole, with one confused character, or of random letters."""
    kind = list(MrzFormat)[number % 5]
    surname, given = rng.choice(_NAMES).split("<")
    born, until = rng.randrange(1930, 2020), rng.randrange(2027, 2036)
    document = Document(
        surname=surname,
        given_names=given,
        document_number="".join(rng.choice(_LETTERS[:36]) for _ in range(9)),
        issuer=rng.choice(("ECU", "PER", "CHL", "D", "GBR")),
        nationality=rng.choice(("ECU", "PER", "CHL", "XXB", "USA")),
        date_of_birth=f"{born}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        sex=rng.choice("FM"),
        expires=f"{until}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
    )
    zone = "".join(write_zone(document, kind))
    if number % 3 == 0:
        return zone
    if number % 3 == 1:
        at = rng.randrange(len(zone))
        return zone[:at] + zone[at].translate(_CONFUSED) + zone[at + 1 :]
    return zone[0] + "".join(rng.choice(_LETTERS) for _ in zone[1:])


def _formats(zones: Sequence[str]) -> dict[str, int]:
    kinds = Counter(format_of(zone) for zone in zones)
    return {kind.value: kinds[kind] for kind in MrzFormat}
