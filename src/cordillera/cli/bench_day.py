"""`cordillera bench day`: a day's travellers read, screened, judged and stored, on the cores of this machine.

Passenger lists of invented people are made flight by flight and never held together. Each process takes its
share of the flights the whole way: the list is read by the desk's own reader, everybody is asked of a list of
invented persons, 500 rules judge what the list tells, message and travellers are stored sealed in the tables
that lie in months, and the facts are filed as sealed Parquet. Every thousandth traveller is on the list.

Not in it: alerts and their queue, links between journeys, ledger leaves. What a message costs with all of
these is measured by `cordillera bench ingest`.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
import structlog
from cyclopts import Parameter, validators

from cordillera.cli.bench_day_made import CAPACITY, passenger_list
from cordillera.cli.bench_rules_made import made_rules
from cordillera.cli.common import JsonOption, console, emit
from cordillera.desks.travellers.archive_core import filed
from cordillera.desks.travellers.archive_files import Files
from cordillera.desks.travellers.flights_store import announce
from cordillera.desks.travellers.model import Channel, MessagePlan, Origin, Period
from cordillera.desks.travellers.reading import plan_message
from cordillera.desks.travellers.rules_facts import facts_by_place
from cordillera.desks.travellers.screening import subject_of
from cordillera.desks.travellers.store import NewTraveller, TravellerStore
from cordillera.desks.travellers.together_core import Arrival
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_bulk import screen_bulk
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.names.synthetic import Invented, invent
from cordillera.engines.rules import Facts
from cordillera.engines.rules.bulk import Rows, bulk_hits
from cordillera.engines.rules.columns import columns_of
from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.parquet_store import written
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.compute.threads import InProcess
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store, migrate
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.runtime.keeper import passing_folder

_LIST_SEED: Final = 11
_RULE_SEED: Final = 681
_AT_ONCE: Final = 40  # flights: one file, and one batch of questions
_AGENCY: Final = "EC-MEASURED"
_SCOPE: Final = Scope(_AGENCY, "border.ingest")
_ZONE: Final = "America/Guayaquil"
_MB: Final = 1 << 20
_T = TypeVar("_T")
Count = Annotated[int, Parameter(validator=validators.Number(gte=1))]


class Share(msgspec.Struct, frozen=True):
    """What one process does: flights `number`, `number + of`, ... of a day."""

    travellers: int
    listed: int
    rules: int
    number: int
    of: int
    folder: str
    urls: DatabaseUrls


class Done(msgspec.Struct, frozen=True):
    """What one process did: wall seconds by step, CPU seconds of all, peak memory in MB."""

    travellers: int
    flights: int
    candidates: int
    rule_hits: int
    seconds: float
    read: float
    screen: float
    rules: float
    store: float
    cpu: float
    rss_mb: int


class DayFigures(msgspec.Struct, frozen=True):
    """The day. Seconds of a step are wall time summed over the processes; `seconds` is the longest process.

    `stored_mb` is tables with their indexes, `filed_mb` the sealed Parquet; `rss_mb` sums the processes,
    without PostgreSQL. `day_hours` is what a million travellers would take at this pace.
    """

    travellers: int
    flights: int
    seconds: float
    travellers_per_second: float
    screened_per_second: float
    read_seconds: float
    screen_seconds: float
    rules_seconds: float
    store_seconds: float
    cpu_seconds: float
    candidates: int
    rule_hits: int
    stored_mb: float
    filed_mb: float
    rss_mb: int
    processes: int
    listed: int
    rules: int
    day_hours: float


def day(
    *,
    travellers: Count = 1_000_000,
    listed: Count = 10_000,
    rules: Count = 500,
    processes: Annotated[int | None, Parameter(validator=validators.Number(gte=1))] = None,
    json: JsonOption = False,
) -> None:
    """Take a day's travellers in from passenger lists: read, screen, judge by rules, store; and time it.

    Parameters
    ----------
    travellers
        How many invented travellers.
    listed
        How many invented persons are on the list.
    rules
        How many rules.
    processes
        How many processes; as many as there are processors unless told.

    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with passing_folder("cordillera-bench-") as folder:
        figures = measure(folder, (travellers, listed, rules), processes or os.cpu_count() or 1)
    if json:
        emit(figures)
        return
    for name in figures.__struct_fields__:
        console.print(f"{name:22} {getattr(figures, name)}", highlight=False)


def measure(folder: Path, size: tuple[int, int, int], processes: int) -> DayFigures:
    """Run a day of (travellers, listed persons, rules) in a database of its own below `folder`."""
    server = EmbeddedPostgres(folder / "data")
    server.start()
    try:
        server.create_database("bench")
        urls = server.urls("bench")
        migrate(urls.owner)
        _first_key(folder, urls)
        before = _mb(server.place.data / "base")
        shares = [Share(*size, number, processes, str(folder), urls) for number in range(processes)]
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            done = list(pool.map(take, shares))
        stored = _mb(server.place.data / "base") - before
        return _figures(size, done, stored, _mb(folder / "archive"))
    finally:
        server.destroy()


def take(share: Share) -> Done:
    """Take one share of the day the whole way."""
    return _Taking(share).run()


class _Taking:
    def __init__(self, share: Share) -> None:
        self._share = share
        self._compute = InProcess(1)
        self._index, self._listed = _list(share.listed)
        self._rules: list[LawfulRule] = made_rules(share.rules, _RULE_SEED)
        folder = Path(share.folder)
        self._sealer = FieldSealer(KeyRing(folder / "keys"), SystemClock())
        self._desk = TravellerStore(self._sealer, SystemClock(), Period())
        self._files = Files(folder / "archive")
        self._seconds = dict.fromkeys(("read", "screen", "rules", "store"), 0.0)
        self._candidates = self._hits = 0

    def run(self) -> Done:
        """Take all flights of the share, some at a time."""
        store = Store(self._share.urls, pool_size=2)
        self._warm()
        began, cpu, people, flights = time.perf_counter(), time.process_time(), 0, 0
        for raws in _batches(self._share, self._listed):
            read = self._read(raws)
            self._screen([plan for plan, _ in read])
            facts = [one for _, told in read for one in told]
            self._judge(facts)
            began_store = time.perf_counter()
            self._store(store, raws, read, facts)
            self._seconds["store"] += time.perf_counter() - began_store
            people, flights = people + len(facts), flights + len(raws)
        store.close()
        seconds = time.perf_counter() - began
        spent = time.process_time() - cpu
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return Done(
            people, flights, self._candidates, self._hits, seconds, **self._seconds, cpu=spent, rss_mb=rss
        )

    def _warm(self) -> None:
        """Let compiled code be loaded before time is taken."""
        ((plan, facts),) = self._read([passenger_list(0, self._listed, CAPACITY)])
        self._screen([plan])
        self._judge(facts)
        self._seconds = dict.fromkeys(self._seconds, 0.0)
        self._candidates = self._hits = 0

    def _read(self, raws: Sequence[bytes]) -> list[tuple[MessagePlan, list[Facts]]]:
        def read() -> list[tuple[MessagePlan, list[Facts]]]:
            plans = [plan_message(raw, _ZONE) for raw in raws]
            return [(plan, list(facts_by_place(plan.raw, "message:1").values())) for plan in plans]

        return self._timed("read", read)

    def _screen(self, plans: Sequence[MessagePlan]) -> None:
        people = [one.facts for plan in plans for one in plan.travellers]
        asked = [subject_of(str(at), facts) for at, facts in enumerate(people)]
        subjects = [
            Subject(one.ref, one.full_name, one.given_names, one.family_names, one.date_of_birth)
            for one in asked
        ]

        def screen() -> int:
            return sum(bool(matches) for matches in screen_bulk(self._index, subjects, self._compute))

        self._candidates += self._timed("screen", screen)

    def _judge(self, facts: Sequence[Facts]) -> None:
        def judge() -> list[Rows]:
            return bulk_hits(self._rules, columns_of(facts), compute=self._compute)

        self._hits += sum(len(rows) for rows in self._timed("rules", judge))

    def _store(
        self,
        store: Store,
        raws: Sequence[bytes],
        read: Sequence[tuple[MessagePlan, list[Facts]]],
        facts: Sequence[Facts],
    ) -> None:
        keep, origin = self._desk.keep(180), Origin(Channel.FOLDER, "day.txt", _AGENCY)
        for raw, (plan, _) in zip(raws, read, strict=True):
            with store.transaction(_SCOPE, gathered=True) as tx:
                arrival = Arrival(raw, origin, plan, self._desk.digest(raw))
                (message,) = self._desk.add_messages(tx, [arrival], keep)
                flights = announce(tx, [(message, flight) for flight in plan.flights])
                people = [
                    NewTraveller(
                        uuid7(),
                        flights[t.flight],
                        self._desk.identity(flights[t.flight], t.identity),
                        t.facts,
                    )
                    for t in plan.travellers
                ]
                self._desk.add_travellers(tx, [(message, people)])
        own = {"ref": [self._sealer.blind("traveller_archive.ref", one.subject).hex()[:32] for one in facts]}
        content = written(columns_of(facts), filed(masked=False), own)
        part = uuid7()
        with store.transaction(_SCOPE) as tx:
            key = self._sealer.new_key(tx, f"traveller_archive/{part}", keep.erase_after)
        place = Place("traveller_archive", "file", str(part))
        self._files.write(f"{part}.parquet.sealed", self._sealer.seal(key, place, content))

    def _timed(self, step: str, work: Callable[[], _T]) -> _T:
        began = time.perf_counter()
        found = work()
        self._seconds[step] += time.perf_counter() - began
        return found


def _batches(share: Share, listed: Sequence[Invented]) -> Iterator[list[bytes]]:
    """Yield the lists of a share, some at a time; only these are in memory."""
    flights = range(share.number, -(-share.travellers // CAPACITY), share.of)
    lists = (passenger_list(flight, listed, share.travellers) for flight in flights)
    while batch := list(islice(lists, _AT_ONCE)):
        yield batch


def _list(size: int) -> tuple[ListIndex, list[Invented]]:
    people = list(invent(size, seed=_LIST_SEED))
    index = ListIndex(_listed(person) for person in people)
    return index, people[:: max(1, size // 100)]


def _listed(person: Invented) -> ListedPerson:
    birth = read_birth(person.birth)
    name = ListedName(person.full, person.given, person.family)
    return ListedPerson(person.ref, (name,), (birth,) if birth else ())


def _first_key(folder: Path, urls: DatabaseUrls) -> None:
    """Make the keys that the processes share, before they would make them at once."""
    sealer = FieldSealer(KeyRing(folder / "keys"), SystemClock())
    store = Store(urls, pool_size=1)
    with store.transaction(_SCOPE) as tx:
        desk = TravellerStore(sealer, SystemClock(), Period())
        sealer.new_key(tx, "first", desk.keep(180).erase_after)
        desk.digest(b"")
    store.close()


def _mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / _MB


def _figures(size: tuple[int, int, int], done: Sequence[Done], stored: float, archived: float) -> DayFigures:
    people = sum(one.travellers for one in done)
    seconds = max(one.seconds for one in done)
    screen = sum(one.screen for one in done)
    return DayFigures(
        travellers=people,
        flights=sum(one.flights for one in done),
        seconds=round(seconds, 2),
        travellers_per_second=round(people / seconds, 1),
        screened_per_second=round(people / screen * len(done), 1),
        read_seconds=round(sum(one.read for one in done), 2),
        screen_seconds=round(screen, 2),
        rules_seconds=round(sum(one.rules for one in done), 2),
        store_seconds=round(sum(one.store for one in done), 2),
        cpu_seconds=round(sum(one.cpu for one in done), 2),
        candidates=sum(one.candidates for one in done),
        rule_hits=sum(one.rule_hits for one in done),
        stored_mb=round(stored, 1),
        filed_mb=round(archived, 2),
        rss_mb=sum(one.rss_mb for one in done),
        processes=len(done),
        listed=size[1],
        rules=size[2],
        day_hours=round(1_000_000 * seconds / people / 3600, 3),
    )
