"""What a request and its decision do to things: freeze, lift, erase, remember a wrong match."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.redress import errand_store
from cordillera.trust.redress import store as sql
from cordillera.trust.redress.model import Applied, Item, Kind, Outcome, Ruling, Ticket
from cordillera.trust.redress.parts import RedressParts
from cordillera.trust.redress.ports import Officer

_YES = frozenset({Outcome.GRANTED, Outcome.PARTLY})


class Applying:
    """Acts through the means of redress."""

    def __init__(self, parts: RedressParts) -> None:
        self._means = parts.means
        self._clock = parts.exchange.clock

    def freeze(
        self, tx: sa.Connection, officer: Officer, cause: UUID, items: Sequence[Item], number: str
    ) -> None:
        """Stop things from scoring; what came from partners, or went to them, is disputed there too."""
        for source, freezer in self._means.freezers.items():
            refs = [item.held.ref for item in items if item.held.source == source]
            if refs:
                freezer.freeze(tx, officer, refs, cause)
        if self._means.records is not None:
            for record in _records(items):
                self._means.records.dispute(tx, officer, record, number)

    def lift_items(self, tx: sa.Connection, officer: Officer, cause: UUID, items: Sequence[Item]) -> None:
        """Let things count again that turned out to be about somebody else."""
        for source, freezer in self._means.freezers.items():
            refs = [item.held.ref for item in items if item.held.source == source]
            if refs:
                freezer.lift(tx, officer, refs, cause)
        sql.mark_frozen(tx, [item.id for item in items], None)

    def apply(self, tx: sa.Connection, officer: Officer, ticket: Ticket, ruling: Ruling) -> Applied:
        """Do what was decided. What is granted stays frozen or goes; all else counts again."""
        granted = _granted(ticket, ruling)
        done = Applied()
        if ticket.row.kind is Kind.ERASURE:
            done = self._erase(tx, officer, ticket, granted)
        elif ticket.row.kind is Kind.WRONG_MATCH:
            done = self._remember(tx, officer, ticket, granted)
        keeps = ticket.row.kind in {Kind.OBJECTION, Kind.ERASURE, Kind.CORRECTION}
        held = {item.id for item in granted} if keeps else set()
        free = [item for item in ticket.items if item.frozen_at is not None and item.id not in held]
        self.lift_items(tx, officer, ticket.row.id, free)
        if not held:
            errand_store.lift(tx, ticket.row.id, self._clock.now())
        return done

    def _erase(self, tx: sa.Connection, officer: Officer, ticket: Ticket, granted: Sequence[Item]) -> Applied:
        erased = 0
        for item in granted:
            eraser = self._means.erasers.get(item.held.source)
            erased += eraser is not None and eraser.erase(tx, officer, item.held.ref, ticket.row.number)
        records = 0
        if self._means.records is not None:
            for record in _records(granted):
                records += self._means.records.erase(tx, officer, record, ticket.row.number)
        return Applied(erased, records)

    def _remember(
        self, tx: sa.Connection, officer: Officer, ticket: Ticket, granted: Sequence[Item]
    ) -> Applied:
        remembered = 0
        for item in granted:
            matches = self._means.matches.get(item.held.source)
            remembered += matches is not None and matches.remember(
                tx, officer, item.held.ref, ticket.row.number
            )
        return Applied(remembered=remembered)


def _granted(ticket: Ticket, ruling: Ruling) -> tuple[Item, ...]:
    """Return what a decision grants: all that concerns the person, or the part that is named."""
    if ruling.outcome not in _YES:
        return ()
    named = set(ruling.items)
    whole = ruling.outcome is Outcome.GRANTED
    return tuple(item for item in ticket.items if item.concerns and (whole or item.id in named))


def _records(items: Sequence[Item]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(record for item in items for record in item.held.records))
