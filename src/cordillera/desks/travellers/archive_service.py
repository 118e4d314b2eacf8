"""History as files: months that are over are filed, part by part, and rules are asked of the files.

Each file is Parquet (zstd) under a data key of its own. It expires with the first message that told of
anybody in it, and with the day from which they are no longer named; the runner of retention destroys its
key on that day, a redress at once. Then what is left is filed again. A file that is missing, broken or not
true any more is not used: the store answers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.desks.travellers import archive_store as sql
from cordillera.desks.travellers.archive_core import (
    COMPANY,
    HORIZON,
    MOST,
    Part,
    answers,
    facts_of,
    filed,
)
from cordillera.desks.travellers.archive_files import Files
from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.rules_facts import FlightFacts
from cordillera.desks.travellers.rules_history_store import Span
from cordillera.engines.rules import Facts
from cordillera.engines.rules.columns import Columns, columns_of
from cordillera.engines.rules.legality import LawfulRule
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.errors import KeyUnavailable, SealBroken
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.partitions import Month
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed, Place

_SCOPE: Final = Scope.node("rules.history")
_BEGIN: Final = Month(2020, 1)

log = structlog.get_logger()


class Filed(msgspec.Struct, frozen=True):
    """The travellers of one file: facts as columns, and by row the flight and the hash of who they are.

    `facts` are those that the file has a place for.
    """

    part: Part
    columns: Columns
    flights: tuple[str, ...]
    refs: tuple[str, ...]
    facts: frozenset[str]


class ArchiveReport(msgspec.Struct, frozen=True):
    """What a run did: files made, taken away because they were not true any more, and swept."""

    made: int = 0
    untrue: int = 0
    swept: int = 0
    travellers: int = 0


class History(Protocol):
    """Where rules find history beside the store."""

    def run_once(self, store: Store, clock: Clock) -> ArchiveReport:
        """File what is over."""
        ...

    def filed(self, store: Store, scope: Scope, span: Span, rule: LawfulRule) -> Iterator[Filed]:
        """Yield the files that may answer for a rule."""
        ...

    def who(self, tx: sa.Connection, filed: Filed, rows: list[int]) -> list[UUID]:
        """Return the travellers of some rows of a file."""
        ...


class NoFiles:
    """Nothing is filed: the store answers for all."""

    def run_once(self, _store: Store, _clock: Clock) -> ArchiveReport:
        """Do nothing."""
        return ArchiveReport()

    def filed(self, _store: Store, _scope: Scope, _span: Span, _rule: LawfulRule) -> Iterator[Filed]:
        """Yield nothing."""
        return iter(())

    def who(self, _tx: sa.Connection, _filed: Filed, _rows: list[int]) -> list[UUID]:
        """Return nobody."""
        return []


class Archive:
    """The files of a node."""

    def __init__(self, sealer: FieldSealer, folder: Path) -> None:
        self._sealer = sealer
        self._files = Files(folder)
        self._facts = FlightFacts(sealer)

    def run_once(self, store: Store, clock: Clock, most: int = MOST) -> ArchiveReport:
        """Sweep what is gone, take away what is not true, file what is over; twice changes nothing."""
        now = clock.now()
        with store.transaction(_SCOPE) as tx:
            untrue = sql.untrue(tx)
            sql.remove(tx, self._sealer, untrue)
        with store.transaction(_SCOPE) as tx:
            swept = self._files.sweep(sql.names(tx))
            agencies = sql.agencies(tx)
        made = [part for agency in agencies for part in self._file(store, agency, now, most)]
        return ArchiveReport(len(made), len(untrue), swept, sum(part.travellers for part in made))

    def filed(self, store: Store, scope: Scope, span: Span, rule: LawfulRule) -> Iterator[Filed]:
        """Yield the files of a span that hold all a rule reads, opened; one that cannot be read is left."""
        with store.transaction(scope) as tx:
            parts = sql.usable(tx, span.agency, span.since, span.until)
        for part in parts:
            if answers(rule, masked=part.masked):
                with store.transaction(scope) as tx:
                    opened = self._opened(tx, part)
                if opened is not None and answers(rule, masked=part.masked, held=opened.facts):
                    yield opened

    def who(self, tx: sa.Connection, filed: Filed, rows: list[int]) -> list[UUID]:
        """Return the travellers of some rows of a file, by the hash of everybody on their flights."""
        flights = {UUID(filed.flights[row]) for row in rows}
        known = {self._ref(who): who for _, who in sql.travellers_of(tx, flights)}
        return [known[filed.refs[row]] for row in rows if filed.refs[row] in known]

    def _opened(self, tx: sa.Connection, part: Part) -> Filed | None:
        from cordillera.engines.rules.parquet_store import facts_in, read  # noqa: PLC0415 - as in `_write`

        raw = self._files.read(part.name)
        if raw is None:
            return None
        try:
            key = self._sealer.load_key(tx, part.key_id)
            told = self._sealer.open(key, _place(part.id), raw)
        except (KeyDestroyed, KeyUnavailable, SealBroken) as error:
            log.warning("travellers.archive_unreadable", part=str(part.id), reason=error.code)
            return None
        columns, own = read(told)
        flights, refs = own["flight"].tolist(), own["ref"].tolist()
        return Filed(part, columns, tuple(flights), tuple(refs), facts_of(facts_in(told), own))

    def _file(self, store: Store, agency: str, now: datetime, most: int) -> Iterator[Part]:
        """File the flights of every month that is over."""
        last, until = _BEGIN.first, Month.of(now).first
        while True:
            with store.transaction(_SCOPE) as tx:
                flights, people = self._gather(tx, agency, (last, until), (now, most))
                if not flights:
                    return
                last = flights[-1]
                part = self._write(tx, agency, flights, people, now)
            yield part

    def _gather(
        self, tx: sa.Connection, agency: str, span: tuple[UUID, UUID], how: tuple[datetime, int]
    ) -> tuple[list[UUID], list[tuple[UUID, UUID, Facts]]]:
        """Return flights in a row, all of one month and in no file, and who is on them."""
        (last, until), (now, most) = span, how
        flights: list[UUID] = []
        people: list[tuple[UUID, UUID, Facts]] = []
        while len(people) < most:
            found = sql.unfiled(tx, agency, (last, until), now + HORIZON)
            if not flights and found:
                reach = sql.barrier(tx, agency, (found[0], until), now + HORIZON)
                until = min(reach, _month(found[0]).next.first)
            kept = [flight for flight in found if flight < until]
            for flight in kept:
                people += [(flight, who, facts) for who, facts in self._facts.on_flight(tx, flight).items()]
            flights += kept
            if len(kept) < sql.BATCH:
                break
            last = kept[-1]
        return flights, people

    def _write(
        self,
        tx: sa.Connection,
        agency: str,
        flights: list[UUID],
        people: list[tuple[UUID, UUID, Facts]],
        now: datetime,
    ) -> Part:
        from cordillera.engines.rules.parquet_store import written  # noqa: PLC0415 - DuckDB when it is needed

        told = sql.terms(tx, flights)
        masked = told.first_at + AFTER <= now + HORIZON
        erase_after = told.erase_after if masked else min(told.erase_after, told.first_at + AFTER)
        part_id = uuid7()
        key = self._sealer.new_key(tx, f"traveller_archive/{part_id}", erase_after)
        part = Part(
            id=part_id,
            agency=agency,
            month=f"{_month(flights[0]).year:04}-{_month(flights[0]).number:02}",
            first_flight=flights[0],
            last_flight=flights[-1],
            travellers=len(people),
            messages=told.messages,
            masked=masked,
            told_from=told.told_from,
            made_at=now,
            key_id=key.key_id,
            erase_after=erase_after,
        )
        own = {
            "flight": [str(flight) for flight, _, _ in people],
            "ref": [self._ref(who) for _, who, _ in people],
            COMPANY: ["list"] * len(people),
        }
        raw = written(columns_of([facts for _, _, facts in people]), filed(masked=masked), own)
        sql.add(tx, part)
        self._files.write(part.name, self._sealer.seal(key, _place(part.id), raw))
        return part

    def _ref(self, traveller: UUID) -> str:
        return self._sealer.blind("traveller_archive.ref", str(traveller)).hex()[:32]


def _place(part: UUID) -> Place:
    return Place("traveller_archive", "file", str(part))


def _month(flight: UUID) -> Month:
    return Month.of(datetime.fromtimestamp((flight.int >> 80) / 1000, UTC))
