"""`cordillera bench policy`: how fast agreements decide, and whether anything slips through.

Speed: so many agreements, each a shipped one under other parties and another name, are loaded and used
once for each of their words. Then requests that were never asked are decided in one thread, half of them
fitting, half spoilt; each has its own officer, case, fields, counts and moment. The figure counts CPU time
of that one thread, so it is decisions per core and other work on the machine takes nothing from it.

Proof: requests with missing, wrong, unknown, huge and contradictory values, over the shipped agreements in
every standing, decided by the node and by the plain-Python reference. The same seed asks the same.
"""

import gc
import json as text
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import cycle, islice, product
from string import ascii_uppercase
from typing import Annotated, Any, Final

import msgspec
from cyclopts import Parameter, validators
from rich.progress import track

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit, errors
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import SHIPPED, LoadedAgreement, load_shipped, read_agreement
from cordillera.trust.agreements.reference import violations
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.trial import Trial

DECISIONS: Final = 40_000
SEED: Final = 20_250_731
Count = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class PolicyFigures(msgspec.Struct, frozen=True):
    """Decisions a second of CPU time; how many were denials, and how many of these name an article."""

    decisions_per_second: float
    denials: int
    denials_citing_articles: int


class MutationFigures(msgspec.Struct, frozen=True):
    """How many spoilt requests were tried; how many were allowed that the reference denies."""

    requests: int
    false_allows: int


def policy(
    *,
    agreements: Count = 100,
    mutate: Annotated[int, Parameter(validator=validators.Number(gte=0))] = 0,
    seed: Annotated[int | None, Parameter(help="Ask the same requests again.")] = None,
    json: JsonOption = False,
) -> None:
    """Time policy decisions, or with --mutate N try N spoilt requests against the reference.

    Decisions a second are per core: they count the CPU time of the one thread that decides, not the clock.
    Exits 1 when the reference denies a request that was allowed, or when a denial names no article.
    """
    if mutate:
        drawn = secrets.randbelow(2**32) if seed is None else seed
        errors.print(f"seed {drawn}", highlight=False)
        tried = MutationFigures(mutate, false_allows(load_shipped(), mutate, drawn, show=not json))
        _show(tried, json=json)
        failed = tried.false_allows > 0
    else:
        figures = measure(agreements, SEED if seed is None else seed, show=not json)
        _show(figures, json=json)
        failed = figures.denials_citing_articles < figures.denials
    if failed:
        sys.exit(EXIT_REFUSED)


def _show(figures: PolicyFigures | MutationFigures, *, json: bool) -> None:
    if json:
        emit(figures)
        return
    for name in figures.__struct_fields__:
        console.print(f"{name:24} {getattr(figures, name)}", highlight=False)


def measure(count: int, seed: int, *, decisions: int = DECISIONS, show: bool = False) -> PolicyFigures:
    """Load `count` agreements and time decisions of requests that were never asked before."""
    files = islice(renamed(), count)
    loaded = [
        LoadedAgreement(*read_agreement(file)) for file in track(files, "load", count, disable=not show)
    ]
    book, trial = PolicyBook(loaded), Trial(loaded, seed)
    for agreement in track(loaded, "use", disable=not show):
        for request in trial.covering(agreement):
            book.decide(request)
    requests = [trial.mutated() if number % 2 else trial.fitting() for number in range(decisions)]
    gc.collect()
    gc.freeze()  # the pile of requests is the benchmark's own: no node looks through one while it decides
    try:
        return _timed(book, requests)
    finally:
        gc.unfreeze()


def _timed(book: PolicyBook, requests: Sequence[DisclosureRequest]) -> PolicyFigures:
    """Decide each request once; seconds are CPU time of this thread, which is what one core gives."""
    began = time.thread_time()
    denials = citing = 0
    for request in requests:
        decision = book.decide(request)
        if not decision.allow:
            denials += 1
            citing += bool(decision.violated)
    seconds = time.thread_time() - began
    return PolicyFigures(round(len(requests) / seconds, 1), denials, citing)


def renamed() -> Iterator[bytes]:
    """Go through the shipped agreements again and again, each time between two other countries."""
    folder = resources.files("cordillera.trust.agreements") / "shipped"
    files = [(folder / f"{name}.json").read_bytes() for name in SHIPPED]
    pairs = product(ascii_uppercase, repeat=2)
    codes = ("".join(pair) for pair in pairs)
    for number, (file, one) in enumerate(zip(cycle(files), codes, strict=False)):
        yield _between(text.loads(file), number, one)


def _between(value: dict[str, Any], number: int, one: str) -> bytes:
    """Rename an agreement and its parties: the first to `one`, the second to its mirror image."""
    other = one[::-1] if one != one[::-1] else one[0] + ("A" if one[0] != "A" else "B")
    new = dict(zip((party["code"] for party in value["parties"]), (one, other), strict=True))
    value |= {"id": f"{value['id']}-{number}", "code": f"{value['code']}-{number}"}
    for party in value["parties"]:
        party["code"] = new[party["code"]]
    for service in value["services"]:
        service["directions"] = [
            {end: new[code] for end, code in direction.items()} for direction in service["directions"]
        ]
    for place in value.get("liaison", []):
        place["sent_by"] = new[place["sent_by"]]
    return text.dumps(value).encode()


def false_allows(
    agreements: Sequence[LoadedAgreement], count: int, seed: int, *, show: bool = False
) -> int:  # fmt: skip
    """Count the requests, of `count` spoilt ones, that are allowed although the reference denies them."""
    held = {loaded.agreement.id: loaded for loaded in agreements}
    trial = Trial(agreements, seed)
    found = 0
    for _ in track(range(count), "try", disable=not show):
        request = trial.mutated()
        states = {name: trial.state(loaded) for name, loaded in held.items() if name == request.agreement_id}
        if PolicyBook(agreements, states).decide(request).allow:
            found += _reference_denies(held, states, request)
    return found


def _reference_denies(
    held: dict[str, LoadedAgreement], states: dict[str, Any], request: DisclosureRequest
) -> bool:  # fmt: skip
    """Whether no such agreement or text is held, or an article of it would be broken."""
    loaded = held.get(request.agreement_id) if isinstance(request.agreement_id, str) else None
    if loaded is None or request.agreement_hash not in ("", loaded.agreement_hash):
        return True
    return bool(violations(loaded.agreement, states[request.agreement_id], request))
