"""What flows during a chaos run: officers who ask, and a nuisance who sends old envelopes again."""

import random
import threading
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import httpx2

from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.runtime.chaos import ledger_store as sql
from cordillera.runtime.chaos.nodes import SCOPE, officer_of, parts_of
from cordillera.runtime.exercise import exercise_between
from cordillera.runtime.node import Node
from cordillera.trust.exchange.courier import post
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.line import Line
from cordillera.trust.exchange.model import LegalGrounds, PersonQuery
from cordillera.trust.exchange.service import ExchangeService

ASK_SECONDS: Final = 0.04
KEPT: Final = 400


class Asker:
    """An officer of one node who asks its partners in turn; remembers only what was acknowledged."""

    def __init__(self, node: Node, partners: tuple[str, ...]) -> None:
        self.acknowledged: list[UUID] = []
        self._node = node
        self._partners = partners
        self._officer = officer_of(node)
        self._service = ExchangeService(parts_of(node))

    def run(self, stop: threading.Event) -> None:
        """Ask until told to stop; a store that fails is waited for."""
        number = 0
        while not stop.wait(ASK_SECONDS):
            number += 1
            try:
                self._ask(number, self._partners[number % len(self._partners)])
            except Unavailable:
                stop.wait(0.1)

    def _ask(self, number: int, partner: str) -> None:
        country = self._node.settings.node.country
        grounds = LegalGrounds(
            exercise_between(country, partner.upper()).agreement.id,
            "drug_trafficking",
            "drug_trafficking",
            120,
            f"CHAOS-{number}",
            "chief",
        )
        person = PersonQuery(f"Invented Person {country} {number}", date_of_birth="1980-05-17")
        with self._node.store.transaction(self._officer.scope, gathered=True) as tx:
            outcome = self._service.ask_person(tx, self._officer, partner, f"chaos-{number}", person, grounds)
        if outcome.query_id is not None:
            self.acknowledged.append(outcome.query_id)


class Nuisance:
    """Sends envelopes that are on their way, or were, again: in other orders, and more than once."""

    def __init__(self, nodes: Mapping[str, Node], dice: random.Random) -> None:
        self.sent = 0
        self._nodes = nodes
        self._dice = dice
        self._seen: list[tuple[str, str, bytes]] = []

    def run(self, stop: threading.Event) -> None:
        """Be a nuisance until told to stop."""
        while not stop.wait(0.2):
            country = self._dice.choice(sorted(self._nodes))
            try:
                self._collect(country)
                self._send()
            except (CordilleraError, httpx2.HTTPError, OSError):
                continue  # cut, refused, or down: there is always another one

    def _collect(self, country: str) -> None:
        with self._nodes[country].store.transaction(SCOPE) as tx:
            found = sql.envelopes(tx, 20)
        self._seen += [(country, peer, envelope) for peer, envelope in found]
        del self._seen[:-KEPT]

    def _send(self) -> None:
        if not self._seen:
            return
        country, peer, _ = self._dice.choice(self._seen)
        same = [envelope for *way, envelope in self._seen if way == [country, peer]]
        chosen = self._dice.choices(same, k=min(5, len(same)))
        node = self._nodes[country]
        parts = parts_of(node)
        with node.store.transaction(SCOPE) as tx:
            partner = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id).active(tx, peer)
        line = Line(parts.identity, partner, parts.clock)
        try:
            post(line, b"".join(chosen), len(chosen))
            self.sent += len(chosen)
        finally:
            line.close()
