"""The operations of the node-to-node port beside the messages: path, and what is done for whom.

Every request is admitted the same way before (certificate, active partner, signature, nonce); what a
route does for the partner runs in that transaction.
"""

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from cordillera.trust.exchange.directory import Partner


class RouteAnswer(msgspec.Struct, frozen=True):
    """What a route answers."""

    status: int
    content_type: str
    body: bytes


class Route(msgspec.Struct, frozen=True):
    """One operation: POST to `path`, done by `handle` for an admitted partner.

    `signed=False` leaves the signature of the request aside: what is brought proves itself, and must
    arrive even when every key that could sign the request was just revoked.
    """

    path: str
    handle: Callable[[sa.Connection, Partner, bytes], RouteAnswer]
    signed: bool = True
