"""Travel history made and unmade: which journeys held here are one person's, and how officers part them.

Travellers are never merged: a link joins two journeys and is taken away again without a trace in either.
Stored of a link are the chance, the ground and the names of the terms (`history_showing` tells the rest).
Links are made when a traveller is announced, so that rules read what was known at that moment.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import history_core as core
from cordillera.desks.travellers import history_store as sql
from cordillera.desks.travellers.at_hand import NOTHING, AtHand
from cordillera.desks.travellers.contacts_core import Kind
from cordillera.desks.travellers.contacts_store import ContactStore
from cordillera.desks.travellers.errors import (
    JourneysNotLinked,
    NotTogether,
    PartingReasonMissing,
    TravellerNotFound,
)
from cordillera.desks.travellers.model import CREW, TravellerFacts
from cordillera.desks.travellers.raising import Announced
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Retention
from cordillera.trust.review.ports import Officer

SHORTEST_REASON: Final = 8
MOST_COMPARED: Final = 4
"""Of journeys behind a journey, those that are told of otherwise: a comparison takes a millisecond."""
_SHARED: Final = frozenset({Kind.PHONE, Kind.EMAIL, Kind.ADDRESS, Kind.CARD})
"""What two people may have in common only when they know each other: an agency or a number is none."""


class History:
    """Links journeys as travellers come, and parts them."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, clock: Clock) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock
        self._contacts = ContactStore(sealer)

    def learn(
        self, tx: sa.Connection, messages: Sequence[Collection[Announced]], at_hand: AtHand = NOTHING
    ) -> None:
        """Look for earlier journeys of travellers just announced, message by message; crew have none here.

        Links that newer facts contradict are taken away; what an officer parted stays parted. Raises
        `NotTogether` when what one of several messages links could change what another does.
        """
        groups = [{one.id for one in people if one.facts.role not in CREW} for people in messages]
        told = {ref for group in groups for ref in group}
        here = told & at_hand.people.keys()
        known = [one for people in messages for one in people if one.id in here]
        found = sql.seen_in_hand(tx, known, at_hand.keep)
        away = told - found.keys()
        found |= sql.seen(tx, self._sealer, away, self._shares(tx, away)) if away else {}
        by_agency: dict[str, list[sql.Seen]] = {}
        for one in found.values():
            by_agency.setdefault(one.agency, []).append(one)
        for agency, people in by_agency.items():
            self._link(tx, agency, people, groups)

    def _link(
        self, tx: sa.Connection, agency: str, people: Sequence[sql.Seen], groups: Sequence[Collection[UUID]]
    ) -> None:
        keys = {one.sighting.id: self._keys(one) for one in people}
        _check_apart(groups, keys)
        near = sql.near(tx, agency, {key for own in keys.values() for key in own})
        self._keep(tx, people, keys)
        candidates = {
            ref: {other for key in own for other in near.get(key, ()) if other != ref}
            for ref, own in keys.items()
        }
        standing = sql.links(tx, keys)
        touched = [ref for ref in keys if candidates[ref] or ref in standing]
        world = self._world(tx, touched, chain.from_iterable(candidates.values()), standing)
        _check_apart(
            groups, {ref: _reach(world, ref, candidates[ref], standing.get(ref, ())) for ref in touched}
        )
        made: list[sql.Link] = []
        for ref in touched:
            self._check(tx, world, world.seen[ref], standing.get(ref, ()))
            made += self._made(world, world.seen[ref], candidates[ref])
        sql.add_links(tx, made)

    def _world(
        self,
        tx: sa.Connection,
        own: Iterable[UUID],
        candidates: Iterable[UUID],
        standing: Mapping[UUID, Sequence[sql.Link]],
    ) -> "_World":
        """Everybody whom the links of some travellers could touch, opened once."""
        near = {*candidates, *(link.beside(ref) for ref, links in standing.items() for link in links)}
        refs = {*own, *near}
        if not refs:
            return _World({}, {}, {}, core.Apart((), ()))
        links = sql.links(tx, near)
        refs |= {link.beside(ref) for ref, found in links.items() for link in found}
        seen = sql.seen(tx, self._sealer, refs, self._shares(tx, refs))
        persons = {ref: self._person(one.facts) for ref, one in seen.items()}
        parted = sql.partings(tx, refs, set(persons.values()))
        apart = core.Apart((row[:2] for row in parted), (row[2:] for row in parted))
        return _World(seen, persons, links, apart)

    def _shares(self, tx: sa.Connection, refs: Collection[UUID]) -> dict[UUID, frozenset[bytes]]:
        """What the reservations of travellers say they are reached or pay by."""
        found: dict[UUID, set[bytes]] = {}
        for one in self._contacts.of(tx, refs, self._clock.now()):
            if one.kind in _SHARED:
                found.setdefault(one.traveller_id, set()).add(one.value)
        return {ref: frozenset(values) for ref, values in found.items()}

    def _keys(self, one: sql.Seen) -> tuple[bytes, ...]:
        more = bool(one.sighting.shares or one.facts.birthplace)
        words = core.search_keys(one.facts, more=more)
        return tuple(self._sealer.blind("traveller_trace.person", word) for word in words)

    def _person(self, facts: TravellerFacts) -> bytes:
        return self._sealer.blind("traveller.person", core.person_key(facts))

    def _keep(
        self, tx: sa.Connection, people: Sequence[sql.Seen], keys: Mapping[UUID, Sequence[bytes]]
    ) -> None:
        now = self._clock.now()
        sql.drop_traces(tx, keys)
        traces = [
            sql.Trace(
                uuid7(), one.agency, one.message_id, one.sighting.id, key,
                now, one.keep.erase_after, one.keep.review_at,
            )
            for one in people
            for key in keys[one.sighting.id]
        ]  # fmt: skip
        sql.keep_traces(tx, traces)

    def _check(self, tx: sa.Connection, world: "_World", one: sql.Seen, standing: Sequence[sql.Link]) -> None:
        """Take away the links of a traveller that newer facts contradict, with what rests on them."""
        gone = []
        for link in standing:
            other = world.seen.get(link.beside(one.sighting.id))
            if other is None or link.ground is core.Ground.THROUGH:
                continue
            if core.weigh(one.sighting, other.sighting) is None:
                gone += [link.id, *_resting(world.links, link)]
        sql.withdraw(tx, gone)

    def _made(self, world: "_World", one: sql.Seen, candidates: Collection[UUID]) -> Iterator[sql.Link]:
        """The links of one traveller: those of their own, then those through them."""
        ref, near = one.sighting.id, {}
        for other in sorted(candidates):
            known = world.seen.get(other)
            if known is not None and not world.parted(ref, other):
                weighed = core.weigh(one.sighting, known.sighting)
                if weighed is not None:
                    near[other] = weighed
        unsure = core.doubtful({other: world.linked(other) for other in near}, world.persons, world.apart)
        kept = {other: weighed for other, weighed in near.items() if other not in unsure}
        for other, weighed in kept.items():
            yield self._stored(one, world.seen[other], weighed)
        compared = 0
        for through, weighed in kept.items():
            for link in world.links.get(through, ()):
                last = link.beside(through)
                known = world.seen.get(last)
                if last in near or last == ref or known is None or world.parted(ref, last):
                    continue
                alike = weighed if world.persons[last] == world.persons[through] else None
                compared += alike is None
                if compared > MOST_COMPARED:
                    continue
                chances = (weighed.probability, link.probability)
                further = core.through(one.sighting, known.sighting, chances, alike)
                if further is not None:
                    yield self._stored(one, known, further, world.seen[through])

    def _stored(
        self, one: sql.Seen, other: sql.Seen, weighed: core.Weighed, through: sql.Seen | None = None
    ) -> sql.Link:
        sides = (one, other) if through is None else (one, other, through)
        ends = sorted((one.sighting.id, other.sighting.id))
        return sql.Link(
            id=uuid7(),
            agency=one.agency,
            one_id=ends[0],
            other_id=ends[1],
            ground=weighed.ground,
            through_id=None if through is None else through.sighting.id,
            probability=weighed.probability,
            bits=weighed.bits,
            terms=tuple((term.name, term.contribution) for term in weighed.terms if term.contribution),
            made_at=self._clock.now(),
            parted_at=None,
            erase_after=min(side.keep.erase_after for side in sides),
            review_at=min(side.keep.review_at for side in sides),
        )

    def part(self, tx: sa.Connection, officer: Officer, link_id: UUID, reason: str) -> sql.Parting:
        """Part two journeys that are not one person's, for good. It must hold.

        1. The link is there, of the officer's agency, and stands: raise `JourneysNotLinked`.
        2. A reason is given in words: raise `PartingReasonMissing`.

        Everything that rests on the link goes with it, and so do the links of either with whoever is told
        of as the other is. Somebody else who was linked with both is linked with neither any more.
        """
        why = checked_reason(reason)
        link = sql.link(tx, link_id)
        if link is None or link.parted_at is not None:
            raise JourneysNotLinked
        return self.remember(tx, officer, (link.one_id, link.other_id), ("history", why))

    def remember(
        self, tx: sa.Connection, officer: Officer, pair: tuple[UUID, UUID], said: tuple[str, str]
    ) -> sql.Parting:
        """Keep that two travellers are two people; `said` is what was joined, and why it was wrong."""
        seen, now = sql.seen(tx, self._sealer, pair), self._clock.now()
        if set(pair) - seen.keys():
            raise TravellerNotFound
        one, other = (seen[ref] for ref in pair)
        keep = Retention(
            max(one.keep.erase_after, other.keep.erase_after), max(one.keep.review_at, other.keep.review_at)
        )
        parting = sql.Parting(
            id=uuid7(),
            agency=one.agency,
            what=said[0],
            one_id=pair[0],
            other_id=pair[1],
            one_person=self._person(one.facts),
            other_person=self._person(other.facts),
            officer_id=officer.officer_id,
            officer_name=officer.name,
            at=now,
            reason=said[1],
            erase_after=keep.erase_after,
            review_at=keep.review_at,
        )
        sql.add_parting(tx, self._sealer, parting)
        self._take_apart(tx, pair, now)
        self._leaf(tx, officer, parting)
        return parting

    def _take_apart(self, tx: sa.Connection, pair: tuple[UUID, UUID], now: datetime) -> None:
        standing = sql.links(tx, pair)
        own = [link for ref in pair for link in standing.get(ref, ())]
        world = self._world(tx, (), pair, standing)
        parted = [link for link in own if world.parted(link.one_id, link.other_id)]
        ends = {frozenset((link.one_id, link.other_id)) for link in parted}
        sides = [
            {
                link.beside(ref)
                for link in standing.get(ref, ())
                if frozenset((link.one_id, link.other_id)) not in ends
            }
            for ref in pair
        ]
        both = (sides[0] & sides[1]) - set(pair)
        unsure = [link.id for link in own if both & {link.one_id, link.other_id}]
        resting = [ref for link in parted for ref in _resting(world.links, link)]
        sql.mark_parted(tx, [link.id for link in parted], now)
        sql.withdraw(tx, [*unsure, *resting])

    def _leaf(self, tx: sa.Connection, officer: Officer, parting: sql.Parting) -> None:
        told = {
            "act": "part",
            "what": parting.what,
            "one": str(parting.one_id),
            "other": str(parting.other_id),
        }
        event = Event(
            kind=LeafKind.DECISION,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "reason": parting.reason}),
            detail={**told, "officer": officer.name},
            subject_ref=str(parting.one_id),
        )
        self._ledger.record(tx, event)


class _World(msgspec.Struct, frozen=True):
    """Travellers whom links could touch: opened, by index, with their links and who was parted."""

    seen: Mapping[UUID, sql.Seen]
    persons: Mapping[UUID, bytes]
    links: Mapping[UUID, tuple[sql.Link, ...]]
    apart: core.Apart

    def parted(self, one: UUID, other: UUID) -> bool:
        """Whether two are known to be two people."""
        nobody = b""
        sides = ((one, self.persons.get(one, nobody)), (other, self.persons.get(other, nobody)))
        return self.apart.parts(*sides)

    def linked(self, ref: UUID) -> tuple[UUID, ...]:
        """With whom of those opened somebody is linked."""
        ends = (link.beside(ref) for link in self.links.get(ref, ()))
        return tuple(end for end in ends if end in self.persons)


def checked_reason(reason: str) -> str:
    """Return a reason without margins; raise `PartingReasonMissing` when it says nothing."""
    if sum(sign.isalnum() for sign in reason) < SHORTEST_REASON:
        raise PartingReasonMissing(minimum=SHORTEST_REASON)
    return reason.strip()


def _resting(links: Mapping[UUID, Sequence[sql.Link]], gone: sql.Link) -> Iterator[UUID]:
    """The links that rest on one that goes: through one of its ends, and at the other."""
    for through, end in ((gone.one_id, gone.other_id), (gone.other_id, gone.one_id)):
        for link in links.get(end, ()):
            if link.through_id == through:
                yield link.id


def _check_apart(groups: Sequence[Collection[UUID]], reached: Mapping[UUID, Collection[object]]) -> None:
    """Raise `NotTogether` when people of two messages reach the same."""
    if len(groups) > 1:
        sets = [{one for ref in group for one in reached.get(ref, ())} for group in groups]
        if len(set[object]().union(*sets)) < sum(map(len, sets)):
            raise NotTogether


def _reach(world: _World, ref: UUID, candidates: Collection[UUID], standing: Sequence[sql.Link]) -> set[UUID]:
    """Whom the links of a traveller could touch, the traveller among them."""
    near = {*candidates, *(link.beside(ref) for link in standing)}
    return {ref, *near, *(link.beside(one) for one in near for link in world.links.get(one, ()))}
