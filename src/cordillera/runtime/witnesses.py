"""The ledger's ports filled by the exchange: partners' logs, their freezing, and the way to their port."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.crypto import jws
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import channel_store, reconcile_store
from cordillera.trust.exchange.directory import ACTIVE, Partner, PartnerDirectory
from cordillera.trust.exchange.line import Line
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.ledger.freshness import POLICY_FILE
from cordillera.trust.ledger.peer_proofs import PATH as PROOFS
from cordillera.trust.ledger.peer_proofs import ProofGiver, ProofKeeper
from cordillera.trust.ledger.ports import SentMessage
from cordillera.trust.ledger.reconciling import PATH as RECONCILE
from cordillera.trust.ledger.reconciling import Around, Reconciler
from cordillera.trust.ledger.submission import Submitter
from cordillera.trust.ledger.witness import Answer
from cordillera.trust.ledger.witness_client import ask_over_http
from cordillera.trust.ledger.witnessing import PATH, Contradictions, PartnerWitness

NODE_URL: Final = "node:"
BYTES: Final = "application/octet-stream"
_SCOPE = Scope.node("ledger.witness")


def policy_path(settings: Settings) -> Path:
    """Return where the node's witness policy is."""
    named = settings.ledger.witness_policy
    return Path(named).expanduser() if named else settings.home / POLICY_FILE


class ExchangePartners:
    """Fills the ledger's `Partners` with the partner directory and the channels."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)

    def log_keys(self, tx: sa.Connection) -> Mapping[str, str]:
        """Return the verifier key of the log of each active partner."""
        return {one.id: one.ledger_vkey for one in self._directory.all(tx) if one.status == ACTIVE}

    def freeze(self, tx: sa.Connection, partner: str) -> None:
        """Freeze the channels of every agreement with a partner, both ways, used or not."""
        names = sorted(held.agreement.id for held in self._parts.policies(tx))
        for direction in ("in", "out"):
            for name in channel_store.lock_channels(tx, direction, partner, names):
                channel_store.freeze_channel(tx, direction, partner, name, self._parts.clock.now())


class ExchangeLines:
    """Fills the ledger's `PartnerLine`: signed requests to partners' ports, over lines that stay open."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._lines: dict[str, Line] = {}

    def send(self, partner: str, path: str, body: bytes) -> Answer:
        """Send one request to an active partner; raise `UnknownPartner`, `PartnerRevoked`, `NotTaken`."""
        with self._parts.store.transaction(_SCOPE) as tx:
            active = self._directory.active(tx, partner)
        status, content = self._line(active).send(path, BYTES, body)
        return Answer(status, "", content)

    def _line(self, partner: Partner) -> Line:
        line = self._lines.get(partner.id)
        if line is None or line.partner != partner:
            if line is not None:
                line.close()
            line = self._lines[partner.id] = Line(self._parts.identity, partner, self._parts.clock)
        return line


class ExchangeMessages:
    """Fills the ledger's `Messages` with outbox and inbox."""

    def known(self, tx: sa.Connection, partner: str, ids: Collection[str]) -> Mapping[str, SentMessage]:
        """Return what is kept of these messages; the leaf is the one that the partner's receipt names."""
        found = {}
        for one in reconcile_store.known(tx, partner, [name for name in ids if _is_uuid(name)]):
            found[one.message_id] = SentMessage(
                one.message_id,
                one.agreement_id,
                one.seq,
                one.direction,
                one.envelope_hash,
                _leaf_of(one.receipt),
            )
        return found


class Witnesses:
    """Everything about witnesses of one node, made of its exchange parts."""

    def __init__(self, parts: ExchangeParts) -> None:
        self.parts = parts
        self.partners = ExchangePartners(parts)
        self.lines = ExchangeLines(parts)
        self.contradictions = Contradictions(parts.ledger, self.partners)
        self.own = PartnerWitness(parts.ledger, self.contradictions)
        around = Around(self.partners, ExchangeMessages(), self.lines, parts.identity.id)
        self.reconciler = Reconciler(parts.store, parts.ledger, around)
        self._giver = ProofGiver(parts.ledger)
        self.proofs = ProofKeeper(
            parts.store,
            parts.ledger,
            self.partners,
            (ExchangeMessages(), self.lines),
            lambda: parts.ledger.watch.policy().keys,
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """What partners may ask of this node's ledger."""
        return (
            Route(PATH, self._add_checkpoint),
            Route(RECONCILE, self._reconcile),
            Route(PROOFS, self._give_proofs),
        )

    def submitter(self) -> Submitter:
        """Return the worker that keeps this node's log cosigned."""
        ledger = self.parts.ledger
        return Submitter(self.parts.store, ledger, ledger.watch, self.ask, self.contradictions)

    def ask(self, url: str, body: bytes) -> Answer:
        """Send a checkpoint to the witness at `url`: `node:ID` for a partner, else its submission prefix."""
        if url.startswith(NODE_URL):
            return self.lines.send(url.removeprefix(NODE_URL), PATH, body)
        return ask_over_http(url, body)

    def _add_checkpoint(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        answer = self.own.add_checkpoint(tx, partner.id, partner.ledger_vkey, body)
        return RouteAnswer(answer.status, answer.content_type, answer.body)

    def _reconcile(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        answer = self.reconciler.answer(tx, partner.id, body)
        return RouteAnswer(answer.status, answer.content_type, answer.body)

    def _give_proofs(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        answer = self._giver.answer(tx, partner.id, body)
        return RouteAnswer(answer.status, answer.content_type, answer.body)


class _Leaf(msgspec.Struct):
    leaf: str = ""


def _leaf_of(receipt: str) -> str:
    """Return the leaf that a stored receipt names; its signature was verified when it was stored."""
    if not receipt:
        return ""
    return shapes.decode(jws.read_compact(receipt).payload, _Leaf).leaf


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
