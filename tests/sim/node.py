"""One simulated node: real store, TLS, ledger and policy; work is done when a test says so."""

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from tests.sim.hostile import Hostile
from tests.sim.parts import AGREEMENT, GROUNDS, KNOWN, NODE, NOON, SimKeys, SimMatcher, SimOfficers, officer

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.certificates import node_certificate
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.settings import ExchangeSettings, NodeSettings, Settings
from cordillera.foundation.store.database import DatabaseUrls, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.exercise import exercises_among, with_exercises
from cordillera.runtime.flows import Flows, endings_of
from cordillera.runtime.redress import Holdings, means_of
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.ports import Links
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.attachments.service import GrantsAttachments
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.courier import Courier
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.model import (
    AskOutcome,
    LegalGrounds,
    PersonQuery,
    QueryView,
)
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.standing import Standing
from cordillera.trust.ledger.service import Ledger, Sequencer
from cordillera.trust.lookup.service import LookupService
from cordillera.trust.records.service import Records
from cordillera.trust.review.service import ReviewService


class SimNode(Hostile):
    """One node; `misbehave` is what `craft` and `post` are for."""

    def __init__(
        self,
        urls: DatabaseUrls,
        home: Path,
        country: str,
        settings: ExchangeSettings,
        clock: FixedClock | None = None,
        among: tuple[str, ...] = (),
    ) -> None:
        self.home = home
        exercises = exercises_among(among)
        self.clock = clock or FixedClock(NOON)
        self.officers = SimOfficers()
        self.matcher = SimMatcher()
        self.officer = officer(country)
        keyring = KeyRing(home / "keys")
        node = NodeSettings(
            id=country.lower(), country=country, agency=f"{country}-PN", name=f"Node {country}"
        )
        hosts = ("localhost", "127.0.0.1")
        node_certificate(keyring.directory / "exchange", node.id, hosts, datetime.now(UTC))
        self.store = Store(urls, pool_size=10)
        self.ledger = Ledger(keyring, self.clock, f"cordillera/{node.id}")
        self.sequencer = Sequencer(self.store, self.ledger)
        whole = Settings(home=home, node=node, exchange=settings)
        self.identity = NodeIdentity(whole, keyring, self.clock, self.ledger.keys.line)
        self.keys = Keys(self.identity, self.store, self.ledger, self.clock)
        self.keys.open()
        links = Links(country=country, announce=lambda tx: self.standing.announce(tx) and None)
        self.agreements = AgreementService(self.ledger, self.clock, links)
        self.parts = ExchangeParts(
            identity=self.identity,
            settings=settings,
            store=self.store,
            ledger=self.ledger,
            sealer=FieldSealer(keyring, self.clock),
            clock=self.clock,
            policies=lambda tx: (
                with_exercises(self.agreements.book(tx), exercises) if exercises else self.agreements.book(tx)
            ),
            officers=self.officers,
            matcher=self.matcher,
            endings=endings_of(),
            followers=(GrantsAttachments(),),
        )
        self.service = ExchangeService(self.parts)
        self.standing = Standing(self.parts)
        self.directory = PartnerDirectory(self.ledger, self.clock, node.id)
        self.answerer = Answerer(self.parts)
        self.review = ReviewService(self.ledger, self.parts.sealer, self.clock)
        self.records = Records(self.parts)
        self.means = means_of(
            Holdings(
                sealer=self.parts.sealer, ledger=self.ledger, review=self.review, clock=self.clock,
                records=self.records,
            )
        )  # fmt: skip
        self.reference_keys = SimKeys()
        self.lookups = LookupService(self.parts, keyring, self.reference_keys)
        self.flows = Flows(self.parts, self.means, self.records, self.lookups)
        self.listener = Listener(self.parts, self.flows.effects, self.flows.routes)
        self._server: uvicorn.Server | None = None
        self._couriers: dict[str, Courier] = {}

    def issue(self) -> bytes:
        """Our bundle as it should be now."""
        with self.store.transaction(NODE) as tx:
            self.keys.issue(tx, "operator")
            self.identity.use(tx)
        return self.identity.signed_bundle()

    def trust(self, other: "SimNode") -> None:
        raw = other.issue()
        with self.store.transaction(NODE) as tx:
            self.directory.add(tx, raw, "operator")
        self.listener.refresh()

    def revoke(self, partner: str) -> None:
        with self.store.transaction(NODE) as tx:
            self.directory.revoke(tx, partner, "operator")

    def ask(
        self,
        name: str = KNOWN,
        partner: str = "us",
        grounds: LegalGrounds = GROUNDS,
        by: OfficerSession | None = None,
    ) -> AskOutcome:
        person = PersonQuery(name, date_of_birth="1980-05-17")
        who = by or self.officer
        with self.store.transaction(who.scope) as tx:
            return self.service.ask_person(tx, who, partner, "alert-1", person, grounds)

    def view(self, outcome: AskOutcome) -> QueryView:
        assert outcome.query_id is not None
        with self.store.transaction(self.officer.scope) as tx:
            return self.service.sent_detail(tx, self.officer, outcome.query_id)

    def suspend(self) -> None:
        lawyer = officer(self.identity.country, ("agreement_officer",), "lawyer")
        with self.store.transaction(lawyer.scope) as tx:
            self.agreements.suspend(tx, lawyer, AGREEMENT, "drill")

    def courier(self, partner: str) -> Courier:
        if partner not in self._couriers:
            self._couriers[partner] = Courier(self.parts, partner)
        return self._couriers[partner]

    def turn(self, partner: str) -> int:
        """Carry one batch to `partner`."""
        return self.courier(partner).turn()

    def answer(self) -> int:
        """Answer what has arrived, at the next common moment."""
        self.clock.advance(timedelta(seconds=1))
        return self.answerer.run_once()

    def scalar(self, statement: str, **values: object) -> object:
        import sqlalchemy as sa

        with self.store.transaction(NODE) as tx:
            return tx.execute(sa.text(statement), values).scalar()

    def execute(self, statement: str, **values: object) -> None:
        import sqlalchemy as sa

        with self.store.transaction(NODE) as tx:
            tx.execute(sa.text(statement), values)

    def leaves(self, kind: str) -> int:
        """How many leaves of a kind this node has recorded."""
        return int(str(self.scalar("SELECT count(*) FROM ledger_detail WHERE kind = :kind", kind=kind)))

    def listen(self) -> None:
        self._server = uvicorn.Server(self.listener.config())
        threading.Thread(target=self._server.run, daemon=True).start()
        deadline = time.monotonic() + 10
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._server.started

    def close(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
            deadline = time.monotonic() + 5
            while self._server.started and self._server.servers and time.monotonic() < deadline:
                time.sleep(0.01)
                if not any(server.is_serving() for server in self._server.servers):
                    break
        for courier in self._couriers.values():
            courier.close()
        self.store.close()
