"""Composes a bundle from the keys of a node: which are told to partners, and which are told as revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cordillera.foundation.crypto.hpke import SUITE
from cordillera.foundation.crypto.rotation import GRACE
from cordillera.trust.exchange.bundle import (
    LOG_CHANGE,
    VERSION,
    Bundle,
    BundleKey,
    Excluded,
    Published,
    Revoked,
    SignedDelegation,
    read_delegation,
)
from cordillera.trust.exchange.key_store import KeyRow

if TYPE_CHECKING:
    from cordillera.trust.exchange.identity import NodeIdentity

LISTED: Final = GRACE + timedelta(days=30)
"""For so long after its term a signing key stays in the bundle, for partners that were away."""


def compose(
    identity: "NodeIdentity",
    rows: Sequence[KeyRow],
    now: datetime,
    delegation: SignedDelegation | None = None,
    excluded: Sequence[tuple[str, datetime]] = (),
) -> Bundle:
    """Return the bundle of these keys, without `seq` and `prev`; what it tells.

    1. signing keys that are not revoked, the next, the current, and for a while the retired ones;
    2. sealing keys that are not revoked and whose term has not ended;
    3. certificates that are not revoked and may still be shown;
    4. every revocation, and every node that this node revoked.
    """
    alive = [row for row in rows if row.revoked_from is None]
    signer = next(row for row in reversed(rows) if row.use == "bundle" and row.usable)
    return Bundle(
        v=VERSION,
        seq=0,
        id=identity.id,
        country=identity.country,
        name=identity.node.name,
        url=identity.url,
        issued=now,
        signer=signer.public if delegation is None else _signer_of(delegation, rows),
        signing_keys=_keys(alive, "signing", now - LISTED, "Ed25519"),
        sealing_keys=_keys(alive, "sealing", now, SUITE),
        certificates=tuple(row.public for row in alive if row.use == "tls" and row.destroyed_at is None),
        ledger_vkey=identity.ledger_vkey,
        witness_vkeys=tuple(row.public for row in alive if row.use == "witness"),
        published=(
            *(Published(row.kid, row.public) for row in alive if row.use == "oprf" and row.not_after > now),
            *(Published(f"{LOG_CHANGE}{at}", note) for at, note in enumerate(identity.log_changes)),
        ),
        revoked=_revoked(rows),
        excluded=tuple(Excluded(node, since) for node, since in excluded),
        delegation=delegation,
    )


def _signer_of(delegation: SignedDelegation, rows: Sequence[KeyRow]) -> str:
    named = read_delegation(delegation).signer
    return next(row.public for row in rows if row.use == "bundle" and row.public == named)


def _keys(rows: Sequence[KeyRow], use: str, ended_after: datetime, suite: str) -> tuple[BundleKey, ...]:
    chosen = [row for row in rows if row.use == use and row.not_after > ended_after]
    return tuple(
        BundleKey(row.kid, row.public, row.not_before, row.not_after, suite)
        for row in sorted(chosen, key=lambda row: row.not_before)[-16:]
    )


def _revoked(rows: Sequence[KeyRow]) -> tuple[Revoked, ...]:
    gone = [
        Revoked(row.kid, row.revoked_from, row.reason)
        for row in rows
        if row.revoked_from is not None and row.use in ("signing", "sealing", "tls")
    ]
    return tuple(sorted(gone, key=lambda one: one.effective_from)[-256:])
