"""Orders and proofs: what the originator signs, and what a holder shows when it has carried it out.

An order is a compact JWS by the node's signing key; holders pass the very bytes on, so a partner in the
middle cannot make one up for a signer whose key is known. A proof is a leaf of the holder's ledger with
the path to a checkpoint that the ledger's key signed: a claim without it counts for nothing.
"""

from collections.abc import Collection
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.foundation import canonical
from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.errors import BadSignature
from cordillera.foundation.crypto.signing import VerifyKey
from cordillera.foundation.errors import BadInput, CordilleraError
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.ledger import store as ledger_store
from cordillera.trust.ledger.errors import NotYetSigned
from cordillera.trust.ledger.leaf import read_leaf
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.note import parse_vkey
from cordillera.trust.ledger.proof import verify_proof
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.ledger.tree import leaf_hash
from cordillera.trust.records.errors import DoneRefused, OrderRefused
from cordillera.trust.records.model import HolderDone, Order

TYP: Final = "cordillera-order+jws"


def sign_order(identity: NodeIdentity, order: Order) -> str:
    """Return the order as a compact JWS by this node's current key."""
    return jws.sign_compact(identity.signing, canonical.dumps(order), typ=TYP)


def read_order(signed: str) -> tuple[Order, jws.Unverified]:
    """Read an order, verifying nothing yet; raise `OrderRefused`."""
    try:
        token = jws.read_compact(signed)
        order = canonical.to_struct(token.payload, Order)
    except BadInput as error:
        raise OrderRefused(condition=0, reason=error.code) from error
    if token.typ != TYP:
        raise OrderRefused(condition=0, reason="typ")
    return order, token


def signed_by(token: jws.Unverified, partner: Partner, then: VerifyKey | None = None) -> bool:
    """Whether a key of `partner` made this signature: one of now, or the one that spoke for it `then`."""
    key = partner.verify_keys.get(token.kid) or then
    if key is None:
        return False
    try:
        jws.verify(token, key)
    except (BadSignature, BadInput):
        return False
    return True


def prove(tx: sa.Connection, ledger: Ledger, hashed: str, message_id: str) -> tuple[str, str] | None:
    """Return a leaf and its proof as text; None while no checkpoint covers it yet."""
    for row in ledger_store.leaves_of_message(tx, message_id):
        if row.leaf_hash.hex() == hashed:
            try:
                proof = ledger.proof(tx, row.index)
            except NotYetSigned:
                return None
            return row.leaf.decode(), proof.encode().decode()
    return None


def check_done(done: HolderDone, change_id: str, kind: str, vkeys: Collection[str]) -> str:
    """Return the hash of a holder's leaf once its proof holds. It must hold.

    1. The leaf says that this change, of this kind, was carried out.
    2. The proof leads from the leaf to a checkpoint that the holder's ledger signed; of a holder that is
       no partner of ours no key is known, and its word is on record with the partner that vouches for it.

    Raises `DoneRefused`; a done without a leaf, or with another's, ends here.
    """
    raw = done.leaf.encode()
    try:
        leaf = read_leaf(raw)
    except (CordilleraError, msgspec.MsgspecError, ValueError) as error:
        raise DoneRefused(condition=1, holder=done.holder) from error
    if (leaf.kind, leaf.msg_id, leaf.purpose) != (LeafKind.HOLDER_DONE, change_id, f"record.{kind}"):
        raise DoneRefused(condition=1, holder=done.holder)
    if not vkeys:
        return leaf_hash(raw).hex()
    try:
        keys = [parse_vkey(vkey) for vkey in vkeys]
        verify_proof(done.proof.encode(), raw, keys)
    except (CordilleraError, ValueError) as error:
        raise DoneRefused(condition=2, holder=done.holder) from error
    return leaf_hash(raw).hex()
