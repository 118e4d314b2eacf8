"""Answering partners' searches, and passing them on to nodes that hold the asker's records through us.

The first answer goes out when our own checks are made; it goes out again, whole, when a node farther on
has answered. So the one whom the person asked learns of every holder without knowing the way there.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import DataKey, Place
from cordillera.trust.redress import errand_store
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.errand_store import ErrandRow
from cordillera.trust.redress.messages import Letter, Post
from cordillera.trust.redress.model import Find, Found, FoundItem, OnwardFound, Shared
from cordillera.trust.redress.parts import RedressParts
from cordillera.trust.redress.search import search

BATCH: Final = 20
SCOPE: Final = Scope.node("redress")
_MOST_NODES: Final = 64  # as many as `Found.onward` takes


class Errands:
    """Does what partners asked for."""

    def __init__(self, parts: RedressParts) -> None:
        self._parts = parts
        self._post = Post(parts.exchange)

    def run_once(self, store: Store) -> int:
        """Answer the searches that wait; return how many were answered."""
        with store.transaction(SCOPE) as tx:
            rows = errand_store.received(tx, BATCH)
            for row in rows:
                self._answer(tx, row)
        return len(rows)

    def _answer(self, tx: sa.Connection, row: ErrandRow) -> None:
        key = self._parts.exchange.sealer.load_key(tx, row.key_id)
        find = _opened(self._parts, key, row)
        if find.about is not None:
            search(tx, self._parts.means, find.about)  # the check that the answer speaks of, never tells
        further = self._pass_on(tx, row, key, find)
        found = Found(
            find.ticket_id,
            self._items(tx, row, find),
            "checks_made" if find.about is not None else "not_asked",
            tuple(OnwardFound(node, answered=False) for node in further),
        )
        _send_found(tx, self._parts, self._post, row, key, found)

    def _items(self, tx: sa.Connection, row: ErrandRow, find: Find) -> tuple[FoundItem, ...]:
        known = errand_store.known_messages(tx, row.peer, find.messages)
        return tuple(
            FoundItem(message, held=held, frozen=held and find.dispute, erase_after=known.get(message))
            for message in find.messages
            for held in [message in known or bool(self._records(tx, message, row.peer))]
        )

    def _records(self, tx: sa.Connection, message: UUID, peer: str) -> tuple[UUID, ...]:
        records = self._parts.means.records
        return () if records is None else records.of_message(tx, message, peer)

    def _pass_on(self, tx: sa.Connection, row: ErrandRow, key: DataKey, find: Find) -> tuple[str, ...]:
        """Ask the nodes that were given the asker's records by us; return which."""
        given: dict[tuple[str, str], list[Shared]] = {}
        for message in find.messages:
            for record in self._records(tx, message, row.peer):
                for one in self._onward(tx, record, row.peer):
                    given.setdefault((one.peer, one.agreement_id), []).append(one)
        return tuple(
            peer
            for (peer, agreement), shared in given.items()
            if self._ask(tx, row, key, (peer, agreement), find, shared)
        )

    def _onward(self, tx: sa.Connection, record: UUID, origin: str) -> tuple[Shared, ...]:
        records = self._parts.means.records
        return () if records is None else records.onward(tx, record, origin)

    def _ask(  # noqa: PLR0913 - one search sent on: for which errand, to whom, about what
        self,
        tx: sa.Connection,
        row: ErrandRow,
        key: DataKey,
        route: tuple[str, str],
        find: Find,
        shared: Sequence[Shared],
    ) -> bool:
        peer, agreement_id = route
        messages = tuple(dict.fromkeys(one.message_id for one in shared))[:500]
        further = msgspec.structs.replace(find, ticket_id=row.id, messages=messages)
        letter = Letter(
            type="redress.find",
            peer=peer,
            agreement_id=agreement_id,
            thread=row.id,
            reference=str(row.id),
            agency=row.agency,
            key=key,
            data=further,
        )
        msg_id = self._post.send(tx, None, letter)
        if msg_id is None:
            return False
        values = {
            "id": uuid7(),
            "ticket_id": row.id,
            "agency": row.agency,
            "peer": peer,
            "agreement_id": agreement_id,
            "msg_id": msg_id,
            "state": "asked",
            "asked_at": self._parts.exchange.clock.now(),
            "key_id": row.key_id,
            "erase_after": row.erase_after,
            "review_at": row.review_at,
        }
        return sql.insert_row(tx, "redress_partner", values)


def pass_back(tx: sa.Connection, parts: RedressParts, thread: UUID, peer: str, told: Found) -> None:
    """Send our answer again with what a node farther on said; nothing to do where the thread is a ticket."""
    row = errand_store.errand(tx, thread)
    if row is None or row.found is None:
        return
    key = parts.exchange.sealer.load_key(tx, row.key_id)
    place = Place("redress_errand", "found", str(row.id))
    before = shapes.decode(parts.exchange.sealer.open(key, place, row.found), Found)
    held = sum(item.held for item in told.items)
    frozen = sum(item.frozen for item in told.items)
    others = [one for one in before.onward if one.node != peer and one.node not in _nodes(told)]
    onward = (*others, OnwardFound(peer, answered=True, held=held, frozen=frozen), *told.onward)[:_MOST_NODES]
    if onward == before.onward:
        return  # nothing new for the one who asked
    _send_found(tx, parts, Post(parts.exchange), row, key, msgspec.structs.replace(before, onward=onward))


def _send_found(  # noqa: PLR0913 - what one answer consists of
    tx: sa.Connection, parts: RedressParts, post: Post, row: ErrandRow, key: DataKey, found: Found
) -> None:
    sealed = parts.exchange.sealer.seal(
        key, Place("redress_errand", "found", str(row.id)), msgspec.json.encode(found)
    )
    errand_store.answer(tx, row.id, sealed, parts.exchange.clock.now())
    letter = Letter(
        type="redress.found",
        peer=row.peer,
        agreement_id=row.agreement_id,
        thread=row.id,
        reference=str(row.ticket_ref),
        agency=row.agency,
        key=key,
        data=found,
    )
    post.send(tx, None, letter)


def _nodes(found: Found) -> set[str]:
    return {one.node for one in found.onward}


def _opened(parts: RedressParts, key: DataKey, row: ErrandRow) -> Find:
    place = Place("redress_errand", "asked", str(row.id))
    return shapes.decode(parts.exchange.sealer.open(key, place, row.asked), Find)
