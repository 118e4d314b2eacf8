"""The use cases of redress at the node that a person asked: open, find, judge, decide, answer.

The caller opens the transaction in the officer's scope; each act and its ledger leaf stand or fall
together. There is no search without a ticket, and no ticket without a checked identity.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.redress import core, errand_store
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.applying import Applying
from cordillera.trust.redress.errors import NotDecided
from cordillera.trust.redress.letter import Place, letters
from cordillera.trust.redress.messages import Letter, Post
from cordillera.trust.redress.model import (
    DISPUTES,
    Applied,
    Find,
    Item,
    NewTicket,
    Ruling,
    Standing,
    Status,
    Ticket,
    TicketRow,
)
from cordillera.trust.redress.parts import RedressParts
from cordillera.trust.redress.ports import Officer
from cordillera.trust.redress.search import partners_of, search
from cordillera.trust.redress.store import Searcher, StoredTicket, TicketStore

_MOST_SEEN = 500


class RedressService:
    """Tickets of the people who ask."""

    def __init__(self, parts: RedressParts) -> None:
        self._parts = parts.exchange
        self._means = parts.means
        self._store = TicketStore(parts.exchange.sealer)
        self._post = Post(parts.exchange)
        self._applying = Applying(parts)

    @property
    def country(self) -> str:
        """The country of the node."""
        return self._parts.identity.country

    @property
    def authority(self) -> str:
        """The authority that answers here, by its name."""
        own = self._parts.identity
        return own.bundle().name or own.agency

    def open(self, tx: sa.Connection, officer: Officer, new: NewTicket) -> UUID:
        """Take a request in; the conditions and their errors are those of `core.check_opening`."""
        core.check_officer(officer)
        now = self._parts.clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        core.check_opening(new, sql.opened_since(tx, officer.officer_id, today))
        ticket_id = uuid7()
        due = now + core.KEEP
        key = self._parts.sealer.new_key(tx, f"redress_ticket/{ticket_id}", due)
        agreement, days = self._shortest_term(tx)
        subject = self._parts.sealer.seal(
            key, self._store.place("redress_ticket", "subject", ticket_id), msgspec.json.encode(new.about)
        )
        values = {
            "id": ticket_id,
            "number": sql.next_number(tx, officer.agency, now.year),
            "agency": officer.agency,
            "kind": new.kind.value,
            "status": Status.OPEN.value,
            "agreement_id": agreement,
            "language": new.language,
            "tell_partners": new.tell_partners,
            "opened_by": officer.officer_id,
            "opened_at": now,
            "deadline_at": core.deadline(now, days),
            "key_id": key.key_id,
            "subject": subject,
            "erase_after": due,
            "review_at": now + core.REVIEW,
        }
        sql.insert_row(tx, "redress_ticket", values)
        self._keep_applicant(tx, officer, ticket_id, new)
        self._record(tx, officer, ticket_id, {"act": "open", "kind": new.kind.value})
        return ticket_id

    def want_search(self, tx: sa.Connection, officer: Officer, ticket_id: UUID) -> Ticket:
        """Have the node searched by the worker (`searching.Searches`), as this officer; return the ticket."""
        core.check_officer(officer)
        who = Searcher(
            officer.officer_id, officer.name, officer.agency, officer.purpose, tuple(officer.roles)
        )
        self._store.want(tx, ticket_id, who, self._parts.clock.now())
        self._record(tx, officer, ticket_id, {"act": "search wanted"})
        return self._whole(tx, ticket_id)

    def searcher(self, tx: sa.Connection, ticket_id: UUID) -> Searcher:
        """Return who wants a ticket searched."""
        return self._store.searcher(tx, ticket_id)

    def find(self, tx: sa.Connection, officer: Officer, ticket_id: UUID) -> Ticket:
        """Search the node, freeze what is disputed, and ask every partner something was shared with.

        Running it again adds what is new and asks nobody twice.
        """
        core.check_officer(officer)
        stored = self._store.get(tx, ticket_id, lock=True)
        for held in search(tx, self._means, self._store.about(stored)):
            self._store.add_item(tx, stored, held, core.standing_of(certain=held.certain))
        items = self._store.items(tx, stored)
        if stored.row.kind in DISPUTES and stored.row.outcome is None:
            self._freeze(tx, officer, stored, core.disputed(items))
        self._ask(tx, officer, stored, items)
        if stored.row.status is Status.OPEN:
            sql.update_row(tx, "redress_ticket", ticket_id, status=Status.FOUND.value)
        sql.update_row(tx, "redress_ticket", ticket_id, searched_at=self._parts.clock.now())
        sql.search_ended(tx, ticket_id)
        self._record(tx, officer, ticket_id, {"act": "find", "items": str(len(items))})
        return self._whole(tx, ticket_id)

    def show(self, tx: sa.Connection, officer: Officer, ticket_id: UUID) -> Ticket:
        """Open a ticket for an officer, and write down that they saw it."""
        ticket = self._whole(tx, ticket_id)
        self._record(tx, officer, ticket_id, {"act": "show"}, LeafKind.CONSULTATION)
        return ticket

    def queue(self, tx: sa.Connection, limit: int = 200) -> tuple[TicketRow, ...]:
        """Return the tickets, the nearest deadline first; nobody is named."""
        return sql.queue(tx, limit)

    def to_answer(self, tx: sa.Connection) -> tuple[int, int]:
        """Return how many tickets are not answered, and how many of them past their deadline."""
        return sql.to_answer(tx, self._parts.clock.now())

    def by_number(self, tx: sa.Connection, number: str) -> UUID:
        """Return the id of a ticket by its number; raise `TicketNotFound`."""
        return sql.by_number(tx, number)

    def judge_item(
        self, tx: sa.Connection, officer: Officer, ticket_id: UUID, item_id: UUID, *, same: bool
    ) -> Ticket:
        """Write that a named officer found a thing to be about the person, or about somebody else."""
        core.check_officer(officer)
        stored = self._store.get(tx, ticket_id, lock=True)
        item = self._store.item(tx, stored, item_id)
        standing = Standing.SAME if same else Standing.OTHER
        now = self._parts.clock.now()
        sql.update_row(
            tx,
            "redress_item",
            item.id,
            standing=standing.value,
            judged_by=officer.officer_id,
            judged_at=now,
        )
        if standing is Standing.OTHER and item.frozen_at is not None:
            self._applying.lift_items(tx, officer, stored.row.id, (item,))
        told = {"act": "judge", "source": item.held.source, "ref": item.held.ref, "standing": standing.value}
        self._record(tx, officer, ticket_id, told)
        return self._whole(tx, ticket_id)

    def decide(self, tx: sa.Connection, officer: Officer, ticket_id: UUID, ruling: Ruling) -> Ticket:
        """Decide a ticket; conditions and errors are those of `core.check_ruling`.

        A first officer's refusal waits for a second. What is granted is done in this transaction.
        """
        stored = self._store.get(tx, ticket_id, lock=True)
        ticket = self._store.open(tx, stored)
        status = core.check_ruling(ticket, officer, ruling)
        self._keep_decision(tx, officer, stored, ruling)
        changes: dict[str, object] = {"status": status.value}
        applied = Applied()
        if status is Status.DECIDED:
            applied = self._applying.apply(tx, officer, ticket, ruling)
            self._tell_lifted(tx, officer, stored)
            changes |= {
                "outcome": ruling.outcome.value,
                "letters": self._sealed_letters(tx, stored, ticket, ruling),
            }
        sql.update_row(tx, "redress_ticket", ticket_id, **changes)
        told = {
            "act": "decide",
            "outcome": ruling.outcome.value,
            "article": ruling.article,
            "leads_to": status.value,
        }
        counts = {name: str(value) for name, value in msgspec.structs.asdict(applied).items()}
        self._record(tx, officer, ticket_id, told | counts)
        return self._whole(tx, ticket_id)

    def answer(self, tx: sa.Connection, officer: Officer, ticket_id: UUID) -> Ticket:
        """Write that the letter was handed over; raise `NotDecided`. Only this ends the deadline."""
        core.check_officer(officer)
        stored = self._store.get(tx, ticket_id, lock=True)
        if stored.row.status is not Status.DECIDED:
            raise NotDecided
        now = self._parts.clock.now()
        sql.update_row(tx, "redress_ticket", ticket_id, status=Status.ANSWERED.value, answered_at=now)
        late = str(now > stored.row.deadline_at).lower()
        self._record(tx, officer, ticket_id, {"act": "answer", "late": late})
        return self._whole(tx, ticket_id)

    def _whole(self, tx: sa.Connection, ticket_id: UUID) -> Ticket:
        ticket = self._store.open(tx, self._store.get(tx, ticket_id))
        items = tuple(
            msgspec.structs.replace(item, seen_by=self._seen(tx, item.held.ref)) for item in ticket.items
        )
        return msgspec.structs.replace(ticket, items=items)

    def _seen(self, tx: sa.Connection, ref: str) -> int:
        """How many people have looked at a thing, by the ledger's own account."""
        rows = self._parts.ledger.events(tx, subject_ref=ref, kind=LeafKind.CONSULTATION, limit=_MOST_SEEN)
        return len({row.actor for row in rows if row.actor})

    def _shortest_term(self, tx: sa.Connection) -> tuple[str, list[int]]:
        own = self._parts.identity.country
        bound = [one.agreement for one in self._parts.policies(tx) if own in one.agreement.countries]
        if not bound:
            return "", []
        first = min(bound, key=lambda agreement: (agreement.redress.deadline_days, agreement.id))
        return first.id, [first.redress.deadline_days]

    def _keep_applicant(self, tx: sa.Connection, officer: Officer, ticket_id: UUID, new: NewTicket) -> None:
        """Who applied is sealed under a key of its own, which goes earlier than the ticket's."""
        now = self._parts.clock.now()
        row_id = uuid7()
        due = now + core.KEEP_APPLICANT
        key = self._parts.sealer.new_key(tx, f"redress_applicant/{ticket_id}", due)
        place = self._store.place("redress_applicant", "sealed", row_id)
        values = {
            "id": row_id,
            "ticket_id": ticket_id,
            "agency": officer.agency,
            "key_id": key.key_id,
            "sealed": self._parts.sealer.seal(key, place, msgspec.json.encode(new.applicant)),
            "erase_after": due,
            "review_at": due,
        }
        sql.insert_row(tx, "redress_applicant", values)

    def _freeze(
        self, tx: sa.Connection, officer: Officer, stored: StoredTicket, items: Sequence[Item]
    ) -> None:
        fresh = [item for item in items if item.frozen_at is None]
        now = self._parts.clock.now()
        self._applying.freeze(tx, officer, stored.row.id, fresh, stored.row.number)
        rows = [
            errand_store.FrozenRow(
                stored.agency,
                item.held.source,
                item.held.ref,
                stored.row.id,
                now,
                stored.row.erase_after,
                stored.review_at,
            )
            for item in fresh
        ]
        errand_store.freeze(tx, rows)
        sql.mark_frozen(tx, [item.id for item in fresh], now)

    def _ask(self, tx: sa.Connection, officer: Officer, stored: StoredTicket, items: Sequence[Item]) -> None:
        asked = {(one.peer, one.agreement_id) for one in self._store.partners(tx, stored)}
        about = self._store.about(stored) if stored.row.tell_partners else None
        held = [item.held for item in items if item.standing is not Standing.OTHER]
        for (peer, agreement_id), shared in partners_of(held).items():
            if (peer, agreement_id) in asked:
                continue
            find = Find(
                stored.row.id,
                stored.row.kind,
                stored.row.kind in DISPUTES,
                tuple(one.message_id for one in shared[:500]),
                about,
            )
            self._ask_one(tx, officer, stored, (peer, agreement_id), find)

    def _tell_lifted(self, tx: sa.Connection, officer: Officer, stored: StoredTicket) -> None:
        """Where nothing is disputed any more, partners let things count again as well."""
        items = self._store.items(tx, stored)
        if stored.row.kind not in DISPUTES or any(item.frozen_at for item in items):
            return
        asked = {(one.peer, one.agreement_id) for one in self._store.partners(tx, stored)}
        for (peer, agreement_id), shared in partners_of(item.held for item in items).items():
            if (peer, agreement_id) in asked:
                messages = tuple(one.message_id for one in shared[:500])
                find = Find(stored.row.id, stored.row.kind, dispute=False, messages=messages)
                self._send(tx, officer, stored, (peer, agreement_id), find)

    def _send(
        self, tx: sa.Connection, officer: Officer, stored: StoredTicket, route: tuple[str, str], find: Find
    ) -> UUID | None:
        peer, agreement_id = route
        letter = Letter(
            type="redress.find",
            peer=peer,
            agreement_id=agreement_id,
            thread=stored.row.id,
            reference=stored.row.number,
            agency=stored.agency,
            key=stored.key,
            data=find,
        )
        return self._post.send(tx, officer, letter)

    def _ask_one(
        self, tx: sa.Connection, officer: Officer, stored: StoredTicket, route: tuple[str, str], find: Find
    ) -> None:
        peer, agreement_id = route
        msg_id = self._send(tx, officer, stored, route, find)
        values = {
            "id": uuid7(),
            "ticket_id": stored.row.id,
            "agency": stored.agency,
            "peer": peer,
            "agreement_id": agreement_id,
            "msg_id": msg_id or uuid7(),
            "state": "asked" if msg_id else "refused",
            "asked_at": self._parts.clock.now(),
            "key_id": stored.key.key_id,
            "erase_after": stored.row.erase_after,
            "review_at": stored.review_at,
        }
        sql.insert_row(tx, "redress_partner", values)

    def _keep_decision(
        self, tx: sa.Connection, officer: Officer, stored: StoredTicket, ruling: Ruling
    ) -> None:
        row_id = uuid7()
        place = self._store.place("redress_decision", "reason", row_id)
        values = {
            "id": row_id,
            "ticket_id": stored.row.id,
            "agency": stored.agency,
            "outcome": ruling.outcome.value,
            "article": ruling.article,
            "officer_id": officer.officer_id,
            "officer_name": officer.name,
            "decided_at": self._parts.clock.now(),
            "key_id": stored.key.key_id,
            "reason": self._parts.sealer.seal(stored.key, place, ruling.reason.strip().encode()),
            "erase_after": stored.row.erase_after,
            "review_at": stored.review_at,
        }
        sql.insert_row(tx, "redress_decision", values)

    def _sealed_letters(
        self, tx: sa.Connection, stored: StoredTicket, ticket: Ticket, ruling: Ruling
    ) -> bytes:
        made = letters(ticket, ruling.outcome, ruling.article, self._place(tx, ticket))
        place = self._store.place("redress_ticket", "letters", stored.row.id)
        return self._parts.sealer.seal(stored.key, place, msgspec.json.encode(made))

    def _place(self, tx: sa.Connection, ticket: Ticket) -> Place:
        book = {one.agreement.id: one.agreement for one in self._parts.policies(tx)}
        concerned = sorted({partner.agreement_id for partner in ticket.partners} | {ticket.row.agreement_id})
        remedy = tuple(dict.fromkeys(book[name].redress.authority for name in concerned if name in book))
        peers = {partner.peer for partner in ticket.partners}
        names = {one.id: one.name for one in self._post.partners(tx) if one.id in peers}
        return Place(self.authority, remedy, names)

    def _record(
        self,
        tx: sa.Connection,
        officer: Officer,
        ticket_id: UUID,
        told: dict[str, str],
        kind: LeafKind = LeafKind.REDRESS,
    ) -> None:
        event = Event(
            kind=kind,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({"ticket": str(ticket_id), **told}),
            detail={"ticket": str(ticket_id), **told},
            subject_ref=str(ticket_id),
        )
        self._parts.ledger.record(tx, event)
