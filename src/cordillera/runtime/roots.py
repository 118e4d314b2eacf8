"""Whose root signatures the node knows: its own organisation's and those of its active partners."""

from collections.abc import Callable

import sqlalchemy as sa

from cordillera.foundation import shapes
from cordillera.foundation.crypto.root import RootPublic
from cordillera.trust.agreements.ports import Roots
from cordillera.trust.exchange import key_store
from cordillera.trust.exchange.bundle import SignedDelegation
from cordillera.trust.exchange.directory import ACTIVE, PartnerDirectory


def known_roots(country: str, directory: PartnerDirectory) -> Callable[[sa.Connection], Roots]:
    """Return how the roots are read that speak for each country, as they are known in a transaction."""

    def read(tx: sa.Connection) -> Roots:
        found: dict[str, list[RootPublic]] = {}
        written = key_store.newest_delegation(tx)
        if written:
            own = shapes.decode(written, SignedDelegation)
            found.setdefault(country, []).append(RootPublic.from_text(own.root))
        for partner in directory.all(tx):
            if partner.status == ACTIVE and partner.root is not None:
                found.setdefault(partner.country, []).append(partner.root)
        return found

    return read
