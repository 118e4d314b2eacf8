"""Whoever calls the node-to-node port is met here: certificate, partner, signature, then the messages.

The partner is looked up for every request, so a revocation reaches connections that are already open.
All that a request does, its nonce included, is one transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from cordillera.foundation import canonical
from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange import channel_store, hop, partner_store
from cordillera.trust.exchange.courier import PATH
from cordillera.trust.exchange.directory import Partner, PartnerDirectory
from cordillera.trust.exchange.effects import Effect
from cordillera.trust.exchange.errors import HopKeyRevoked, HopReplayed, HopUnknownKey
from cordillera.trust.exchange.inbox import Inbox
from cordillera.trust.exchange.line import UNREACHABLE
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.receipt import Reply
from cordillera.trust.exchange.routes import Route, RouteAnswer

_SCOPE = Scope.node("exchange.receive")
SOON = timedelta(seconds=2)
"""A partner that is there, and too busy for us, is still not asked more often than this."""
_MARGIN = timedelta(seconds=2 * hop.SKEW)


class Reception:
    """Takes in the requests of partner nodes."""

    def __init__(
        self, parts: ExchangeParts, effects: Mapping[str, Effect], routes: Sequence[Route] = ()
    ) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._inbox = Inbox(parts, effects)
        self._routes = {route.path: route for route in (Route(PATH, self._receive), *routes)}

    @property
    def paths(self) -> frozenset[str]:
        """Where requests are taken."""
        return frozenset(self._routes)

    def take(self, fingerprint: str, request: hop.Request) -> RouteAnswer:
        """Take in one request; return the answer. It must hold.

        1. The certificate of the connection belongs to an active partner, asked now.
        2. The request is signed by that partner, for this node, and fresh (`hop.check`).
        3. Its nonce is new.
        4. The ledger takes leaves in time. (Whether it is witnessed is asked per message: duties flow on.)

        A partner that calls is there: what waits since it was not reached is tried soon.

        Raises `UnknownPartner`, `PartnerRevoked`, a `HopRefused`, `EnvelopeRefused`, `LedgerStalled`.
        """
        route = self._routes[request.target_uri]
        if route.path != PATH:
            return self._take(route, fingerprint, request)
        try:
            return self._take(Route(PATH, partial(self._receive, late=True)), fingerprint, request)
        except (IntegrityError, DataError):  # one message may be at fault: found out with a wait for each
            return self._take(route, fingerprint, request)

    def _take(self, route: Route, fingerprint: str, request: hop.Request) -> RouteAnswer:
        with self._parts.store.transaction(_SCOPE, gathered=True) as tx:
            self._parts.identity.ahead(tx)
            self._parts.ledger.ahead(tx)
            if route.path == PATH:
                self._ahead(tx, request)
            partner = self._directory.holder_of(tx, fingerprint)
            self._parts.identity.refresh(tx)
            checked = self._check(partner, request) if route.signed else None
            if checked:
                self._spend(tx, checked)
            self._parts.ledger.ensure_writable(tx, duty=True)
            channel_store.reached(tx, partner.id, UNREACHABLE, self._parts.clock.now() + SOON)
            return route.handle(tx, partner, request.body)

    def _ahead(self, tx: sa.Connection, request: hop.Request) -> None:
        """Ask with the first packet what does not depend on who calls.

        The nonce of a request whose signature does not hold is forgotten with the transaction.
        """
        PolicyBook.ahead(tx)
        claimed = hop.claimed(request, now=int(self._parts.clock.now().timestamp()))
        if claimed is not None:
            partner_store.add_nonce_ahead(tx, claimed.keyid, claimed.nonce, _until(claimed.expires))

    def _check(self, partner: Partner, request: hop.Request) -> hop.VerifiedHop:
        """Verify the signature of a request by the key it names, one of those that speak for the partner."""
        now = int(self._parts.clock.now().timestamp())
        kid = hop.keyid_of(request)
        if kid in partner.revoked_kids:
            raise HopKeyRevoked(keyid=kid[:64])
        if kid not in partner.verify_keys:
            raise HopUnknownKey(keyid=kid[:64])
        return hop.check(self._own_address(request), partner.verify_keys[kid], kid, now=now)

    def _receive(
        self, tx: sa.Connection, partner: Partner, body: bytes, *, late: bool = False
    ) -> RouteAnswer:
        results = self._inbox.receive(tx, partner, body, late=late)
        reply = canonical.dumps(msgspec.to_builtins(Reply(tuple(results))))
        return RouteAnswer(200, "application/json", reply)

    def _own_address(self, request: hop.Request) -> hop.Request:
        """The target is what partners call us, not what a proxy or a `Host` header says."""
        url = self._parts.identity.url.rstrip("/")
        path = request.target_uri
        authority = url.partition("://")[2].partition("/")[0]
        return msgspec.structs.replace(request, authority=authority, target_uri=url + path)

    def _spend(self, tx: sa.Connection, checked: hop.VerifiedHop) -> None:
        if not partner_store.add_nonce(tx, checked.keyid, checked.nonce, _until(checked.expires)):
            raise HopReplayed


def _until(expires: int) -> datetime:
    """How long a nonce is remembered."""
    return datetime.fromtimestamp(expires, UTC) + _MARGIN
