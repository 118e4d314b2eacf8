"""Searching people: one line, every source the officer may see, candidates explained and not verified.

What was typed is kept sealed under an opaque id, so that a page of results has an address in which nobody
is named; opening the address searches again under the rights of whoever opens it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import search_store as sql
from cordillera.desks.people.asking import actor_of
from cordillera.desks.people.compare_engine import LOWEST, like, listed_of, told
from cordillera.desks.people.errors import SearchEmpty
from cordillera.desks.people.person_errors import SearchNotFound
from cordillera.desks.people.person_lists import item_of_hit
from cordillera.desks.people.person_model import LIST, Found, Item, Likeness, SearchResult, SourceCount
from cordillera.desks.people.person_ports import PersonSource
from cordillera.desks.people.search_core import (
    Part,
    PartKind,
    others_of,
    phones_of,
    plain_phone,
    read_asked,
    read_line,
    subject_of,
)
from cordillera.desks.people.search_index import PersonIndex
from cordillera.desks.people.search_keys import born_keys, document_keys, phone_keys, words_of
from cordillera.desks.people.service import SEARCH_THRESHOLD, WatchlistService
from cordillera.engines.names.documents import normal_number
from cordillera.engines.names.model import Subject, SubjectKind
from cordillera.engines.names.whole_index import KINDS
from cordillera.foundation.clock import Clock
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import FieldSealer, Place
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

KEPT: Final = timedelta(days=30)
SHOWN: Final = 50
_OPENED: Final = 120  # items with most keys in common, opened and compared


class Parts(msgspec.Struct, frozen=True):
    """What the search is built on."""

    sealer: FieldSealer
    ledger: Ledger
    clock: Clock
    people: WatchlistService
    index: PersonIndex
    sources: tuple[PersonSource, ...]


class PersonSearch:
    """Searches of one node."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.stored = tuple(source for source in parts.sources if source.name != LIST)

    def keep(self, tx: sa.Connection, officer: OfficerSession, text: str, kind: str = "search") -> UUID:
        """Keep what was typed, sealed, for 30 days; return its opaque id. Raises `SearchEmpty`."""
        if kind == "search" and not read_line(text):
            raise SearchEmpty
        now, search_id = self.parts.clock.now(), uuid7()
        due = now + KEPT
        key = self.parts.sealer.new_key(tx, f"person_search/{search_id}", due)
        sealed = self.parts.sealer.seal(key, _place(search_id), text.encode())
        row = (search_id, officer.agency, officer.officer_id, kind, now, key.key_id, sealed, due, due)
        sql.add_search(tx, sql.SearchRow(*row))
        return search_id

    def kept(self, tx: sa.Connection, search_id: UUID, kind: str = "search") -> str:
        """Return what was typed; raise `SearchNotFound`, for another agency's too."""
        row = sql.search(tx, search_id)
        if row is None or row.kind != kind:
            raise SearchNotFound
        return self._open(tx, row)

    def recent(
        self, tx: sa.Connection, officer: OfficerSession, limit: int = 8
    ) -> tuple[tuple[UUID, str], ...]:
        """Return the officer's own last searches: id and line."""
        return tuple((row.id, self._open(tx, row)) for row in sql.recent(tx, officer.officer_id, limit))

    def answer(self, tx: sa.Connection, officer: OfficerSession, text: str) -> SearchResult:
        """Search for a line as typed; a machine readable zone in it is told of beside what was found."""
        asked = read_asked(text, self.parts.clock.now().date())
        return msgspec.structs.replace(self.find(tx, officer, asked.parts), zone=asked.zone)

    def find(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        parts: Sequence[Part],
        *,
        but: Item | None = None,
    ) -> SearchResult:
        """Search every source that the officer may see, `but` one item; each item shown is a leaf."""
        subject, kinds = subject_of(parts), _kinds(but)
        phones = tuple(phones_of(parts))
        keys = words_of(subject.full_name) | document_keys(d.number for d in subject.documents)
        keys |= born_keys([subject.full_name], [subject.date_of_birth])
        listed = bool(subject.full_name or subject.documents)
        found = self._lists(tx, officer, parts, kinds) if listed else ()
        people = SubjectKind.PERSON in kinds
        stored = self._stored(tx, officer, keys | phone_keys(phones)) if people else ()
        more = tuple(hit for item in stored if (hit := _judged(item, subject, phones)) is not None)
        best = sorted((*found, *more), key=_best_first)
        best = [one for one in best if but is None or one.item.key != but.key]
        shown = tuple(best[:SHOWN])
        self._leaves(tx, officer, shown, [] if listed else ["people.search"])
        return SearchResult(tuple(parts), shown, self._counts(officer, best), cut=len(best) > SHOWN)

    def alike(self, tx: sa.Connection, officer: OfficerSession, item: Item) -> tuple[Found, ...]:
        """Return what resembles an item, the item itself left out."""
        parts = [Part(PartKind.NAME, item.names[0])] if item.names else []
        parts += [Part(PartKind.BIRTH, text, text) for text in item.births[:1]]
        parts += [Part(PartKind.DOCUMENT, d.number, normal_number(d.number)) for d in item.documents[:8]]
        parts += [Part(PartKind.PHONE, text, plain_phone(text)) for text in item.phones[:4]]
        return self.find(tx, officer, parts, but=item).found if parts else ()

    def _lists(
        self,
        tx: sa.Connection,
        officer: OfficerSession,
        parts: Sequence[Part],
        kinds: Sequence[SubjectKind],
    ) -> tuple[Found, ...]:
        person = [subject_of(parts)] if SubjectKind.PERSON in kinds else []
        others = others_of(parts, [kind for kind in kinds if kind is not SubjectKind.PERSON])
        subject, *more = (*person, *others)
        versions = {version.version_id: version for version in self.parts.people.active(tx)}
        found = []
        for hit in self.parts.people.search(tx, subject, actor_of(officer), others=more):
            item = item_of_hit(hit, versions[hit.version_id])
            exact = _exact(item, subject, ())
            found.append(Found(item, told(hit), exact, alert=hit.strong))
        return tuple(found)

    def _stored(self, tx: sa.Connection, officer: OfficerSession, keys: frozenset[str]) -> tuple[Item, ...]:
        sources = {source.name: source for source in self.stored if source.may(officer)}
        if not keys or not sources:
            return ()
        refs: dict[str, list[str]] = {}
        for source, ref, _ in sql.with_keys(tx, self.parts.index.keys(keys), list(sources), _OPENED):
            refs.setdefault(source, []).append(ref)
        return tuple(
            item for name, wanted in refs.items() for item in sources[name].open(tx, officer, wanted)
        )

    def _counts(self, officer: OfficerSession, found: Sequence[Found]) -> tuple[SourceCount, ...]:
        return tuple(
            SourceCount(
                source.name,
                sum(one.item.source == source.name for one in found),
                asked=source.may(officer),
            )
            for source in self.parts.sources
        )

    def _leaves(
        self, tx: sa.Connection, officer: OfficerSession, shown: Sequence[Found], refs: list[str]
    ) -> None:
        """One leaf for each stored item shown, so that "who has seen this" is whole.

        Searching the lists has written its own; `refs` is what else was searched.
        """
        refs += [looked_at(one.item) for one in shown if one.item.source != LIST]
        self.parts.ledger.record_all(
            tx,
            [
                Event(
                    kind=LeafKind.CONSULTATION,
                    actor=officer.officer_id,
                    agency=officer.agency,
                    purpose=officer.purpose,
                    detail={"what": "search", "officer": officer.name, "found": str(len(shown))},
                    subject_ref=ref,
                )
                for ref in refs
            ],
        )

    def _open(self, tx: sa.Connection, row: sql.SearchRow) -> str:
        key = self.parts.sealer.load_key(tx, row.key_id)
        return self.parts.sealer.open(key, _place(row.id), row.sealed).decode()


def _kinds(but: Item | None) -> tuple[SubjectKind, ...]:
    """Return as what a line is asked: as everything, or when an item is compared, as what that is."""
    return KINDS if but is None else (but.compared_as,)


def looked_at(item: Item) -> str:
    """Return the name under which the ledger has the desk's looks at an item."""
    return f"person:{item.source}/{item.ref}"


def _judged(item: Item, subject: Subject, phones: Sequence[str]) -> Found | None:
    """Return a stored item as found: alike enough by name, or with a document or phone in common."""
    exact = _exact(item, subject, phones)
    person = listed_of(item.ref, item.names, item.births, item.documents)
    likeness = like(subject, person) if subject.full_name and item.names else None
    if not exact and (likeness is None or not _worth_a_look(likeness)):
        return None
    return Found(item, likeness, exact)


def _worth_a_look(likeness: Likeness) -> bool:
    """Whether the names are alike, or all that is known speaks for one person: one surname and a year."""
    return likeness.similarity >= LOWEST or likeness.score >= SEARCH_THRESHOLD


def _exact(item: Item, subject: Subject, phones: Sequence[str]) -> tuple[str, ...]:
    numbers = {normal_number(d.number) for d in subject.documents} - {""}
    held = {normal_number(d.number) for d in item.documents}
    same = ["document"] if numbers & held else []
    if set(phones) & {plain_phone(phone) for phone in item.phones}:
        same.append("phone")
    return tuple(same)


def _best_first(found: Found) -> tuple[int, float, float, str, str]:
    """Exact agreement comes before any likeness; then what name, date and documents say together."""
    score = 0.0 if found.likeness is None else found.likeness.score
    likeness = 0.0 if found.likeness is None else found.likeness.similarity
    return -len(found.exact), -score, -likeness, found.item.source, found.item.ref


def _place(search_id: UUID) -> Place:
    return Place("person_search", "sealed", str(search_id))
