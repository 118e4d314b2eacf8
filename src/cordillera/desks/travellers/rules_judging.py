"""Active rules before each traveller who comes: the hits join the traveller's one alert.

Which versions are in force is asked in every message's own transaction, so that an activation or a
suspension counts from the next message on in every process; a version never changes, so what was compiled
from the same versions may be used again.

It must hold of a version that judges:
1. it is active, of the agency that the message came to, and its day of review has not come;
2. it can be opened, is what was saved, and compiles under today's law: else it is suspended;
3. it has raised no more travellers today than its ceiling: at the ceiling it is suspended, and raises nobody
   beyond it. Whoever it would raise is counted while it is held, so that messages that come at one moment
   raise nobody beyond it either; one that was suspended meanwhile raises nobody (condition 1).
A traveller whom a version raised already, by an earlier message, is not raised by it again.

Of travellers only those facts are worked out that a version in force reads (`wanted_by`), from what the
intake has in hand where it has it: the outcome and the explanation are those of all facts read again.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Protocol
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import rules_hits_store as sql
from cordillera.desks.travellers.at_hand import NOTHING, AtHand
from cordillera.desks.travellers.raising import Announced
from cordillera.desks.travellers.rules_facts import GROUPED, FlightFacts, Reading, groups_of_facts
from cordillera.desks.travellers.rules_findings import Raising, finding_of
from cordillera.desks.travellers.rules_history_store import Term, terms
from cordillera.desks.travellers.rules_model import Act, RuleVersion
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.engines.rules import Facts, LawfulRule
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.incremental import RuleBook
from cordillera.engines.rules.wanted import EVERYTHING, Wanted, wanted_by
from cordillera.engines.rules.words import Language
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.model import Finding

_KEPT_BOOKS: Final = 8


class Verdict(msgspec.Struct, frozen=True):
    """What rules found of travellers, and what of it is to be kept: whom they raised, whom they judged."""

    findings: Mapping[UUID, tuple[Finding, ...]] = {}
    hits: tuple[sql.Hit, ...] = ()
    judged: tuple[sql.Judged, ...] = ()


class Judge(Protocol):
    """Judges travellers by an agency's rules in force."""

    def judge(
        self, tx: sa.Connection, agency: str, travellers: Sequence[Announced], at_hand: AtHand = NOTHING
    ) -> Verdict:
        """Return what rules find."""
        ...

    def kept(self, tx: sa.Connection, verdict: Verdict, alerts: Mapping[UUID, UUID | None]) -> None:
        """Keep hits with the alerts that they went into, by traveller."""
        ...


class NoRules:
    """A desk without rules."""

    def judge(
        self,
        tx: sa.Connection,  # noqa: ARG002 - the port's shape
        agency: str,  # noqa: ARG002 - the port's shape
        travellers: Sequence[Announced],  # noqa: ARG002 - the port's shape
        at_hand: AtHand = NOTHING,  # noqa: ARG002 - the port's shape
    ) -> Verdict:
        """Find nothing."""
        return Verdict()

    def kept(self, tx: sa.Connection, verdict: Verdict, alerts: Mapping[UUID, UUID | None]) -> None:
        """Keep nothing."""


class Book(msgspec.Struct, frozen=True):
    """The versions in force, compiled together, and the facts that they read."""

    versions: tuple[tuple[RuleVersion, LawfulRule], ...]
    rules: RuleBook
    wanted: Wanted = EVERYTHING

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The versions' ids, in the order of the book."""
        return tuple(version.id for version, _ in self.versions)


class RuleJudging:
    """The rules of a node before its travellers."""

    def __init__(
        self, rules: RuleService, sealer: FieldSealer, clock: Clock, language: Language = "es"
    ) -> None:
        self._rules = rules
        self._sealer = sealer
        self._facts = FlightFacts(sealer)
        self._clock = clock
        self._language = language
        self._books: dict[tuple[UUID, ...], Book] = {}

    def judge(
        self, tx: sa.Connection, agency: str, travellers: Sequence[Announced], at_hand: AtHand = NOTHING
    ) -> Verdict:
        """Judge travellers just stored by the versions in force now (conditions 1 to 3)."""
        in_force = sql.in_force(tx, agency, self._clock.now().astimezone(UTC).date())
        book = self._book(tx, in_force) if in_force and travellers else None
        if book is None or not book.versions:
            return Verdict()
        messages = self._terms(tx, {one.message_id for one in travellers}, at_hand)
        told = self._told(tx, travellers, Reading(book.wanted, at_hand))
        known = [one for one in told if one[0].message_id in messages]
        raised = {one.id: book.rules.raised(facts) for one, facts in known}
        allowed = self._allowed(tx, book, raised)
        found = [(one, facts, at) for one, facts in known for at in allowed.get(one.id, ())]
        findings: dict[UUID, tuple[Finding, ...]] = {}
        for one, facts, at in found:
            findings[one.id] = (*findings.get(one.id, ()), self._finding(book, at, one, facts))
        hits = tuple(_hit(book.ids[at], one, facts, messages[one.message_id]) for one, facts, at in found)
        first = _First(
            _first_seen(tx, messages, {one.id for one, _ in known}, at_hand),
            sql.flights_judged(tx, book.ids, {one.flight_id for one, _ in known}),
        )
        return Verdict(findings, hits, tuple(_judged(book, messages, known, first)))

    def kept(self, tx: sa.Connection, verdict: Verdict, alerts: Mapping[UUID, UUID | None]) -> None:
        """Keep hits with their alerts, and whom the versions judged."""
        now = self._clock.now()
        hits = [msgspec.structs.replace(hit, alert_id=alerts.get(hit.traveller_id)) for hit in verdict.hits]
        sql.keep_hits(tx, hits, now)
        sql.keep_judged(tx, verdict.judged, now)

    def _terms(self, tx: sa.Connection, messages: set[UUID], at_hand: AtHand) -> dict[UUID, Term]:
        known = {ref: Term(ref, at_hand.keep[ref]) for ref in messages & at_hand.keep.keys()}
        away = messages - known.keys()
        return known | terms(tx, self._sealer, away) if away else known

    def _told(
        self, tx: sa.Connection, travellers: Sequence[Announced], how: Reading
    ) -> Iterator[tuple[Announced, Facts]]:
        """Travellers with the facts that lists and reservations tell of them together."""
        by_flight: dict[UUID, dict[UUID, Announced]] = {}
        for one in travellers:
            by_flight.setdefault(one.flight_id, {})[one.id] = one
        newer = {
            flight_id: {ref: (one.message_id, one.facts.start) for ref, one in people.items()}
            for flight_id, people in by_flight.items()
        }
        told = self._facts.on_flights(tx, newer, how)
        for flight_id, people in by_flight.items():
            facts = told.get(flight_id, {})
            yield from ((one, facts[ref]) for ref, one in people.items() if ref in facts)

    def _book(self, tx: sa.Connection, in_force: tuple[UUID, ...]) -> Book:
        book = self._books.get(in_force)
        if book is None:
            versions = self._rules.compiled(tx, in_force)
            rules = [rule for _, rule in versions]
            book = Book(versions, RuleBook(rules), wanted_by(rules).and_also(GROUPED))
            if len(self._books) >= _KEPT_BOOKS:
                self._books = {}
            if len(versions) == len(in_force):  # one that was suspended may come back: it is read again
                self._books[in_force] = book
        return book

    def _allowed(
        self, tx: sa.Connection, book: Book, raised: Mapping[UUID, Collection[int]]
    ) -> dict[UUID, list[int]]:
        """Leave out who was raised before; stop a version at its ceiling (condition 3)."""
        found = {book.ids[at] for which in raised.values() for at in which}
        asking = sql.held(tx, found) if found else frozenset()
        if not asking:
            return {}
        before = sql.raised_before(tx, asking, raised)
        today = Counter(sql.hits_since(tx, asking, _midnight(self._clock.now())))
        allowed: dict[UUID, list[int]] = {}
        stopped: set[UUID] = set()
        for traveller, which in raised.items():
            for at in which:
                version = book.versions[at][0]
                if version.id not in asking or (version.id, traveller) in before:
                    continue
                if today[version.id] >= version.limits.hits_per_day:
                    stopped.add(version.id)
                    continue
                today[version.id] += 1
                allowed.setdefault(traveller, []).append(at)
        for rule_id in sorted(stopped):  # always in one order: two messages do not wait for each other
            self._rules.stop(tx, rule_id, Act.CEILING)
        return allowed

    def _finding(self, book: Book, at: int, one: Announced, facts: Facts) -> Finding:
        version, rule = book.versions[at]
        by = Raising(version.name, version.version, str(one.flight_id))
        return finding_of(by, explain(rule, facts, self._language), self._language)


def _first_seen(
    tx: sa.Connection, messages: Mapping[UUID, Term], people: Collection[UUID], at_hand: AtHand
) -> frozenset[UUID]:
    """Which of some travellers messages were the first to announce."""
    here = {ref for ref in people if ref in at_hand.people}
    away = [ref for ref in people if ref not in here]
    return frozenset(here) | (sql.first_seen_in(tx, messages, away) if away else frozenset())


def _hit(rule_id: UUID, one: Announced, facts: Facts, message: Term) -> sql.Hit:
    return sql.Hit(rule_id, one.id, one.agency, message.id, groups_of_facts(facts), message.keep)


def _judged(
    book: Book,
    messages: Mapping[UUID, Term],
    known: Sequence[tuple[Announced, Facts]],
    first: "_First",
) -> Iterator[sql.Judged]:
    """Count of each message those whom a version judges for the first time, so that nobody counts twice."""
    flights = {one.flight_id for one, _ in known}
    alike: dict[frozenset[UUID], list[UUID]] = {}  # versions by the flights that are new to them
    for rule_id in book.ids:
        unseen = frozenset(flight for flight in flights if (rule_id, flight) not in first.flights)
        alike.setdefault(unseen, []).append(rule_id)
    for message in messages.values():
        told = [pair for pair in known if pair[0].message_id == message.id]
        for unseen, rules in alike.items():
            counted = [pair for pair in told if pair[0].id in first.people or pair[0].flight_id in unseen]
            if counted:
                yield _counted(message, counted, tuple(rules))


class _First(msgspec.Struct, frozen=True):
    """Who was announced by these messages first, and which versions judged which flights before."""

    people: Collection[UUID]
    flights: Collection[tuple[UUID, UUID]]


def _counted(message: Term, people: Sequence[tuple[Announced, Facts]], rules: tuple[UUID, ...]) -> sql.Judged:
    groups: dict[str, Counter[str]] = {}
    for _, facts in people:
        for kind, name in groups_of_facts(facts).items():
            groups.setdefault(kind, Counter())[name] += 1
    return sql.Judged(message.id, people[0][0].agency, rules, len(people), groups, message.keep)


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
