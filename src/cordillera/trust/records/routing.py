"""Whom a change must reach: those we gave the record, those our consent led it to, and its source."""

import msgspec
import sqlalchemy as sa

from cordillera.trust.exchange.directory import ACTIVE, Partner, PartnerDirectory
from cordillera.trust.records import consent_store
from cordillera.trust.records import store as sql
from cordillera.trust.records.holding import Holding
from cordillera.trust.records.model import Order


class Route(msgspec.Struct, frozen=True):
    """A holder to be told, and the agreement under which it was given the record."""

    holder: str
    agreement_id: str


class Routing:
    """Finds the ways to holders."""

    def __init__(self, holding: Holding) -> None:
        self._holding = holding
        self._parts = holding.parts
        self._directory = PartnerDirectory(self._parts.ledger, self._parts.clock, holding.own)

    def active(self, tx: sa.Connection, partner_id: str) -> Partner:
        """Return an active partner; raise `UnknownPartner` or `PartnerRevoked`."""
        return self._directory.active(tx, partner_id)

    def partners(self, tx: sa.Connection) -> dict[str, Partner]:
        """Return every partner this node knows, revoked ones too: their old signatures still count."""
        return {partner.id: partner for partner in self._directory.all(tx)}

    def routes(
        self, tx: sa.Connection, order: Order, row: sql.RecordRow | None, received_from: str
    ) -> list[Route]:
        """Return whom to tell: those we gave it, those our consent led it to, for a dispute its source."""
        given = sql.holders(tx, [order.record_id])
        if order.consent_id is not None:
            given = [one for one in given if one.consent_id == order.consent_id]
        routes = {one.holder: Route(one.holder, one.agreement_id) for one in given}
        if row is not None and row.origin == self._holding.own:
            routes |= {one.holder: one for one in self._consented(tx, order, set(routes))}
        elif row is not None and order.kind == "dispute":
            routes |= {giver: Route(giver, row.agreement_id) for giver in row.givers}
        skip = {received_from, order.issuer, self._holding.own}
        return [route for name, route in sorted(routes.items()) if name not in skip]

    def _consented(self, tx: sa.Connection, order: Order, exclude: set[str]) -> list[Route]:
        """Return the onward recipients that the originator can reach itself, and the askers of a consent."""
        routes = []
        known = self.partners(tx)
        for consent in consent_store.of_record(tx, order.record_id):
            if consent.side != "asked_of" or consent.state not in {"granted", "revoked"}:
                continue
            if order.consent_id is not None and consent.id != order.consent_id:
                continue
            if order.consent_id is not None and consent.peer not in exclude:
                routes.append(Route(consent.peer, consent.agreement_id))
            partner = known.get(consent.recipient)
            direct = self.agreement_with(tx, partner) if partner else ""
            if direct and consent.recipient not in exclude:
                routes.append(Route(consent.recipient, direct))
        return routes

    def agreement_with(self, tx: sa.Connection, partner: Partner) -> str:
        """Return an agreement under which a duty reaches a partner, "" where there is none."""
        if partner.status != ACTIVE:
            return ""
        found = self._parts.policies(tx).between(self._parts.identity.country, partner.country)
        return next((loaded.agreement.id for loaded in found), "")

    def is_middle(self, tx: sa.Connection, order: Order, row: sql.RecordRow | None) -> bool:
        """Whether a withdrawn consent concerns only those after us: we asked for it, or gave it."""
        if row is None:
            return False
        if row.origin == self._holding.own or order.issuer in row.givers:
            return True
        return any(one.id == order.consent_id for one in consent_store.of_record(tx, order.record_id))
