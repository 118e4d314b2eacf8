"""Two real nodes on loopback: real PostgreSQL, real mutual TLS, real ledger and policy.

Work is done when a test says so (`flow`, `turn`), so faults fall where they are aimed. Only the declared
ports are filled by stand-ins: who matches a person, and which officers are active. Each node can also be
made to misbehave: `craft` seals any envelope with the node's own keys, `post` sends any request.
"""

import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import msgspec
import uvicorn

from cordillera.foundation import canonical
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.certificates import client_context, node_certificate
from cordillera.foundation.crypto.hpke import SUITE
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import ExchangeSettings, NodeSettings, Settings
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.runtime.exercise import exercises_among, with_exercises
from cordillera.runtime.flows import Flows, endings_of
from cordillera.runtime.redress import Holdings, means_of
from cordillera.runtime.redress_records import RecordMeans
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.ports import Links
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.attachments.service import GrantsAttachments
from cordillera.trust.exchange import hop
from cordillera.trust.exchange.answering import Answerer
from cordillera.trust.exchange.courier import CONTENT_TYPE, PATH, Courier
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.envelope import (
    GENESIS,
    Header,
    Legal,
    Payload,
    Retention,
    SealedEnvelope,
    open_envelope,
    seal,
)
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.exchange.listener import Listener
from cordillera.trust.exchange.model import (
    AskOutcome,
    LegalGrounds,
    PersonCandidate,
    PersonQuery,
    QueryView,
)
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import Reply, Result, read_reply
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.standing import Standing
from cordillera.trust.ledger.service import Ledger, Sequencer
from cordillera.trust.lookup.model import ExactKey
from cordillera.trust.lookup.service import LookupService
from cordillera.trust.records.service import Records
from cordillera.trust.review.service import ReviewService

AGREEMENT = "us-ec-2025"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NODE = Scope.node("test")
GROUNDS = LegalGrounds(
    agreement_id=AGREEMENT,
    purpose="drug_trafficking",
    offence="drug_trafficking",
    max_penalty_months=120,
    case_ref="CASE-2026-0042",
    ordered_by="chief",
)
KNOWN = "Invented Known Person"
LISTED = PersonCandidate(
    "ref-7f3a",
    0.93,
    (Term("names.family_name_equal", 0.6), Term("names.birth_year_differs", -0.1)),
)


class TickingClock(FixedClock):
    """A clock that runs, from a moment at which the agreement is in force, whatever today's date is."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)


class SimMatcher:
    """Knows one invented person."""

    def __init__(self) -> None:
        self.asked: list[PersonQuery] = []

    def match_all(
        self, _tx: object, queries: Sequence[PersonQuery], limit: int
    ) -> list[tuple[PersonCandidate, ...]]:
        self.asked.extend(queries)
        return [(LISTED,)[:limit] if query.full_name == KNOWN else () for query in queries]


class SimKeys:
    """The exact keys that partners may look up privately."""

    def __init__(self) -> None:
        self.known = [ExactKey(kind="document", issuer="EC", type="P", value="A1234567")]

    def exact_keys(self, _tx: object) -> list[ExactKey]:
        return self.known


class SimOfficers:
    """Everybody is active but those revoked."""

    def __init__(self) -> None:
        self.revoked: set[str] = set()

    def active(self, _tx: object, officer_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(officer_ids) - self.revoked


def officer(country: str, roles: tuple[str, ...] = ("watch_officer",), name: str = "ana") -> OfficerSession:
    return OfficerSession(
        session_id=uuid7(), officer_id=f"{country}-{name}", login=name, name=name, agency=f"{country}-PN",
        country=country, roles=roles, desks=("travellers",), purpose="drug_trafficking", language="es",
        csrf_token="token",
    )  # fmt: skip


class SimNode:
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
        self.identity = NodeIdentity(whole, keyring, self.clock, self.ledger.note_key.vkey)
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
                records=RecordMeans(self.records),
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

    def craft(self, other: "SimNode", seq: int, prev: str = GENESIS, **changes: object) -> SealedEnvelope:
        """A query of this node, signed and sealed with its real keys, with any value another."""
        msg_id = changes.pop("msg_id", None) or uuid7()
        now = self.clock.now()
        payload_changes = {k[8:]: changes.pop(k) for k in list(changes) if k.startswith("payload_")}
        common: dict[str, object] = {
            "v": 1, "msg_id": msg_id, "sender": self.identity.id, "recipient": other.identity.id,
            "agreement_id": AGREEMENT, "agr_hash": self.agreement_hash, "type": "query.person",
        }  # fmt: skip
        header = Header(
            **(common | {
                "channel_seq": seq, "prev_msg_hash": prev, "created": now,
                "expires": now + timedelta(hours=1),
                "enc_kid": other.kid, "suite": SUITE,
            } | changes)
        )  # fmt: skip
        legal = Legal(
            purpose="drug_trafficking", offence="drug_trafficking", max_penalty_months=120, case_ref="C-1",
            officer_id="0123456789", officer_roles=("watch_officer",), ordered_by="", grounds=("case",),
        )  # fmt: skip
        body: dict[str, object] = common | {
            "legal": legal, "subject_category": "suspect", "handling": {}, "data": {"full_name": KNOWN},
            "retention": Retention(now + timedelta(days=1), now + timedelta(days=1)),
        }  # fmt: skip
        raw = payload_changes.pop("raw", None)
        payload = Payload(**(body | payload_changes))
        content = raw if isinstance(raw, bytes) else canonical.dumps(payload)
        return seal(header, content, self.identity.signing, other.sealing)

    def payload_of(self, other: "SimNode", header: Header) -> bytes:
        """The payload that `craft` signs under that header."""
        sealed = self.craft(other, header.channel_seq, header.prev_msg_hash, msg_id=header.msg_id)
        return open_envelope(sealed, other.identity.id, other.identity.sealing_keys).token.payload

    @property
    def kid(self) -> str:
        return next(iter(self.identity.sealing_keys))

    @property
    def sealing(self):
        return self.identity.sealing_keys[self.kid].public

    @property
    def agreement_hash(self) -> str:
        return PolicyBook.load_shipped().get(AGREEMENT).agreement_hash

    def client(self, other: "SimNode") -> httpx2.Client:
        """A connection of this node to another that a test holds open."""
        context = client_context(self.identity.certificate, [other.identity.certificate.pem])
        return httpx2.Client(verify=context, timeout=10.0, trust_env=False)

    def signed(self, other: "SimNode", body: bytes, nonce: str | None = None) -> hop.Request:
        url, kind = other.identity.url + PATH, {"content-type": CONTENT_TYPE}
        request = hop.Request("POST", urlsplit(url).netloc, url, kind, body)
        now = int(self.clock.now().timestamp())
        return hop.sign(
            request, self.identity.signing, self.identity.kid, now=now, nonce=nonce or uuid7().hex
        )

    def post(
        self, other: "SimNode", content: bytes, client: httpx2.Client | None = None, **changes: object
    ) -> httpx2.Response:
        """Send any bytes in a signed request; `changes` alter the request after it was signed."""
        request = msgspec.structs.replace(self.signed(other, content), **changes)
        if client is not None:
            return client.post(request.target_uri, content=request.body, headers=dict(request.headers))
        with self.client(other) as fresh:
            return fresh.post(request.target_uri, content=request.body, headers=dict(request.headers))

    def deliver(self, other: "SimNode", *envelopes: SealedEnvelope | bytes) -> tuple[Result, ...]:
        """Send envelopes past our own outbox; return the partner's word for each."""
        raws = [e if isinstance(e, bytes) else e.raw for e in envelopes]
        response = self.post(other, b"".join(raws))
        assert response.status_code == 200, response.text
        reply: Reply = read_reply(response.content, len(raws))
        return reply.results

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


class Pair(msgspec.Struct, frozen=True):
    """EC asks, US answers; or the other way."""

    ec: SimNode
    us: SimNode

    def flow(self) -> None:
        """Carry everything there and back once."""
        self.ec.turn("us")
        self.us.answer()
        self.us.turn("ec")
        self.sequence()

    def advance(self, step: timedelta) -> None:
        for node in (self.ec, self.us):
            node.clock.advance(step)

    def sequence(self) -> None:
        for node in (self.ec, self.us):
            while node.sequencer.run_once():
                pass


@contextmanager
def two_nodes(cluster, home: Path, *, ticking: bool = False) -> Iterator[Pair]:
    """Two nodes that trust each other, listening on loopback."""
    names = [f"sim_{uuid7().hex[-16:]}" for _ in range(2)]
    nodes: list[SimNode] = []
    try:
        for name, country in zip(names, ("EC", "US"), strict=True):
            cluster.create_database(name, template="cordillera_template")
            exchange = ExchangeSettings(port=free_port(), answer_bucket_ms=100)
            clock = TickingClock() if ticking else None
            nodes.append(SimNode(cluster.urls(name), home / country, country, exchange, clock))
        ec, us = nodes
        ec.trust(us)
        us.trust(ec)
        pair = Pair(ec, us)
        pair.sequence()
        for node in nodes:
            node.listen()
        yield pair
    finally:
        for node in nodes:
            node.close()
        for name in names:
            cluster.drop_database(name)


class Federation(msgspec.Struct, frozen=True):
    """Any number of nodes, every two of them joined by an exercise agreement; links can be cut."""

    nodes: dict[str, SimNode]
    cut: set[frozenset[str]] = msgspec.field(default_factory=set)

    def __getitem__(self, name: str) -> SimNode:
        return self.nodes[name]

    def advance(self, step: timedelta) -> None:
        for node in self.nodes.values():
            node.clock.advance(step)

    def sequence(self) -> None:
        for node in self.nodes.values():
            node.sequencer.catch_up()

    def round(self) -> int:
        """Carry what waits over every link that is not cut, prove and remind; return how much moved."""
        moved = 0
        for node in self.nodes.values():
            for name in self.nodes:
                revoked = self._revoked(node, name)
                if (
                    name != node.identity.id
                    and not revoked
                    and frozenset((node.identity.id, name)) not in self.cut
                ):
                    moved += node.turn(name)
        self.sequence()
        return moved + sum(node.records.duties.run_once() for node in self.nodes.values())

    def settle(self, most: int = 40) -> None:
        """Go on until nothing moves any more."""
        for _ in range(most):
            if not self.round():
                return
        raise AssertionError("the federation does not come to rest")

    def _revoked(self, node: SimNode, name: str) -> bool:
        with node.store.transaction(NODE) as tx:
            return any(one.id == name and one.status != "active" for one in node.directory.all(tx))


def agreement_of(one: str, other: str) -> str:
    """The id of the exercise agreement of two nodes."""
    return exercises_among((one.upper(), other.upper()))[0].agreement.id


@contextmanager
def federation(cluster, home: Path, countries: Sequence[str]) -> Iterator[Federation]:
    """Nodes that all trust each other, listening on loopback; ids are countries in small letters."""
    names = [f"sim_{uuid7().hex[-16:]}" for _ in countries]
    nodes: list[SimNode] = []
    try:
        for name, country in zip(names, countries, strict=True):
            cluster.create_database(name, template="cordillera_template")
            exchange = ExchangeSettings(port=free_port(), answer_bucket_ms=100)
            nodes.append(
                SimNode(cluster.urls(name), home / country, country, exchange, among=tuple(countries))
            )
        for node in nodes:
            for other in nodes:
                if other is not node:
                    node.trust(other)
        joined = Federation({node.identity.id: node for node in nodes})
        joined.sequence()
        for node in nodes:
            node.listen()
        yield joined
    finally:
        for node in nodes:
            node.close()
        for name in names:
            cluster.drop_database(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
