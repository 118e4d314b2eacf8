"""The ledger's ports filled by the exchange: partners' logs, their freezing, and the way to their port."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import channel_store
from cordillera.trust.exchange.directory import ACTIVE, Partner, PartnerDirectory
from cordillera.trust.exchange.line import Line
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.ledger.freshness import POLICY_FILE
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


class Witnesses:
    """Everything about witnesses of one node, made of its exchange parts."""

    def __init__(self, parts: ExchangeParts) -> None:
        self.parts = parts
        self.partners = ExchangePartners(parts)
        self.lines = ExchangeLines(parts)
        self.contradictions = Contradictions(parts.ledger, self.partners)
        self.own = PartnerWitness(parts.ledger, self.contradictions)

    @property
    def routes(self) -> tuple[Route, ...]:
        """What partners may ask of this node's ledger."""
        return (Route(PATH, self._add_checkpoint),)

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
