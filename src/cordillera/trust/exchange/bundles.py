"""Bundles between nodes: told at once when something changed, asked for again after an hour.

One operation does both: a node brings its bundle and gets its partner's. The connection's certificate
says who calls; the bundle proves itself, so that it also arrives after every message key was revoked.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import msgspec
import sqlalchemy as sa
import structlog

from cordillera.foundation import canonical
from cordillera.foundation.crypto.certificates import NodeCertificate
from cordillera.foundation.errors import CordilleraError, Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import partner_store as sql
from cordillera.trust.exchange.bundle import MAX_BUNDLE, REFRESH_SECONDS, read_bundle
from cordillera.trust.exchange.directory import ACTIVE, NODE, Partner, PartnerDirectory
from cordillera.trust.exchange.errors import BundleFork, BundleRefused
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.exchange.line import Line, NotTaken
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.routes import Route, RouteAnswer
from cordillera.trust.exchange.thawing import Thaws

PATH: Final = "/exchange/v1/bundle"
CONTENT_TYPE: Final = "application/vnd.cordillera.bundle+json"
LOOK_SECONDS: Final = 1.0
TICK_SECONDS: Final = 60
THAW_SECONDS: Final = 10
_PAUSE: Final = timedelta(seconds=30)
_REFRESH: Final = timedelta(seconds=REFRESH_SECONDS)
_AT_ONCE: Final = 8
_SCOPE: Final = Scope.node("exchange.bundles")
_log = structlog.get_logger(__name__)


class Told(msgspec.Struct, frozen=True):
    """How the telling of one partner went."""

    partner: str
    seq: int
    error: str = ""


class Bundles:
    """Takes in partners' bundles and tells them ours."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        rooted = parts.identity.environment == "production"
        self.directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id, rooted=rooted)

    @property
    def route(self) -> Route:
        """The operation of the node-to-node port."""
        return Route(PATH, self._handle, signed=False)

    def waiting(self, tx: sa.Connection) -> Sequence[str]:
        """Return the partners that do not know our newest bundle, or were not heard for an hour."""
        now, seq = self._parts.clock.now(), self._parts.identity.seq
        return [row.id for row in self.directory.rows(tx) if _is_due(row, seq, now - _REFRESH, now - _PAUSE)]

    def tell(self, partner_id: str) -> Told:
        """Bring our bundle to one partner and take in its own; never raises for what the partner does."""
        with self._parts.store.transaction(_SCOPE) as tx:
            self._parts.identity.refresh(tx)
            partner = self.directory.active(tx, partner_id)
        seq = self._parts.identity.seq
        try:
            given = self._bring(partner)
            with self._parts.store.transaction(_SCOPE) as tx:
                error = self._take(tx, partner, given)
                sql.set_told(tx, partner_id, seq, self._parts.clock.now(), error)
        except CordilleraError as failed:
            error = failed.code
            with self._parts.store.transaction(_SCOPE) as tx:
                sql.set_told(tx, partner_id, seq, self._parts.clock.now(), error)
        return Told(partner_id, seq, error)

    def tell_all(self) -> list[Told]:
        """Tell everybody who is due, several at once."""
        with self._parts.store.transaction(_SCOPE) as tx:
            self._parts.identity.refresh(tx)
            names = self.waiting(tx)
        if not names:
            return []
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self.tell, names))

    def _bring(self, partner: Partner) -> bytes:
        """Call with our certificate; who does not know it yet is called with the one before it."""
        own = self._parts.identity
        try:
            return self._call(partner, own.certificate)
        except NotTaken:
            if own.former is None:
                raise
            return self._call(partner, own.former)

    def _call(self, partner: Partner, certificate: NodeCertificate) -> bytes:
        line = Line(self._parts.identity, partner, self._parts.clock, certificate)
        try:
            status, content = line.send(PATH, CONTENT_TYPE, self._parts.identity.signed_bundle())
        finally:
            line.close()
        if status != 200:
            raise NotTaken(status=status)
        return content

    def _handle(self, tx: sa.Connection, partner: Partner, body: bytes) -> RouteAnswer:
        error = self._take(tx, partner, body)
        if error:
            problem = {"type": f"urn:cordillera:problem:{error}", "status": 409, "code": error}
            return RouteAnswer(409, "application/problem+json", canonical.dumps(problem))
        return RouteAnswer(200, CONTENT_TYPE, self._parts.identity.signed_bundle())

    def _take(self, tx: sa.Connection, partner: Partner, raw: bytes) -> str:
        """Take in what a partner brought; a fork is kept as evidence and returned as a code."""
        if len(raw) > MAX_BUNDLE or read_bundle(raw).id != partner.id:
            raise BundleRefused(reason="another node's bundle")
        try:
            self.directory.add(tx, raw, NODE)
        except BundleFork as error:
            self.directory.keep_fork(tx, raw)
            _log.error("exchange.bundle_fork", partner=partner.id)
            return error.code
        return ""


class KeyWorker:
    """Turns keys over by the clock, tells partners, and agrees with them on thaws, until the node ends."""

    def __init__(self, keys: Keys, bundles: Bundles, thaws: Thaws) -> None:
        self._keys = keys
        self._bundles = bundles
        self._thaws = thaws

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; a store that fails is waited for."""
        turns = 0
        while not stop.is_set():
            try:
                if turns % TICK_SECONDS == 0:
                    self._keys.tick()
                self._bundles.tell_all()
                if turns % THAW_SECONDS == 0:
                    self._thaws.carry_all()
            except Unavailable as error:
                _log.warning("exchange.keys_wait", error=error.code)
            turns += 1
            stop.wait(LOOK_SECONDS)


def _is_due(row: sql.PartnerRow, seq: int, heard_before: datetime, tried_before: datetime) -> bool:
    if row.status != ACTIVE:
        return False
    if row.told_error and row.told_at is not None and row.told_at > tried_before:
        return False
    return row.told_seq < seq or row.heard_at is None or row.heard_at <= heard_before
