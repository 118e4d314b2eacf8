"""What is done when keys may be known to others, for real and as a drill; and the proof that it worked.

All message keys end at once, new ones take their place, partners are told, and what was on its way is
sealed and signed anew. Then the old keys are tried: every partner must refuse them, and nothing here may
open what was sealed to them. The seconds are measured; what only people can do is listed.
"""

import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import httpx2
import msgspec
import sqlalchemy as sa

from cordillera.foundation.crypto.certificates import client_context
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.jws import encode, thumbprint
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.crypto.signing import SigningKey
from cordillera.foundation.errors import CordilleraError, NotPermitted
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import hop
from cordillera.trust.exchange import operation_store as waiting
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.courier import CONTENT_TYPE, PATH, Courier
from cordillera.trust.exchange.directory import ACTIVE, Partner
from cordillera.trust.exchange.errors import HopKeyRevoked
from cordillera.trust.exchange.keys import Keys
from cordillera.trust.exchange.line import TIMEOUT
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.ledger.model import Event, LeafKind

DUTIES: Final = (
    "keys.duty.find_out",
    "keys.duty.call_partners",
    "keys.duty.supervisor",
    "keys.duty.preserve",
    "keys.duty.root",
    "keys.duty.passwords",
    "keys.duty.review",
)
"""What only people can do, as message ids."""
_TURNS: Final = 6
_SCOPE: Final = Scope.node("exchange.keys")


class DrillInProduction(NotPermitted):
    """A drill ends real keys: do it in exercise, on a copy of the node; `keys compromise` is for real."""

    code = "exchange.drill_in_production"


class PartnerProof(msgspec.Struct, frozen=True):
    """How one partner took it: told after so many seconds, and what it said to the old key."""

    partner: str
    told: bool
    seconds: float
    old_key_refused: bool
    answer: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, and what was proved. `unproved` names what did not hold or could not be tried.

    Of a rehearsal on a copy, `not_tried` are the partners that were left alone, `scratch_seconds` how long
    the copy took to make.
    """

    drill: bool
    node: str
    reason: str
    revoked: tuple[str, ...]
    made: tuple[str, ...]
    destroyed: tuple[str, ...]
    bundle_seq: int
    old_sealing_keys_gone: bool
    sealed_anew: int
    waiting: int
    partners: tuple[PartnerProof, ...]
    seconds: float
    unproved: tuple[str, ...]
    not_tried: tuple[str, ...] = ()
    scratch_seconds: float = 0.0
    duties: tuple[str, ...] = DUTIES


class Emergency:
    """Ends the message keys of a node and proves it."""

    def __init__(self, parts: ExchangeParts, keys: Keys, bundles: Bundles) -> None:
        self._parts = parts
        self._keys = keys
        self._bundles = bundles

    def drill(self, actor: str) -> Report:
        """Do it as a drill; raise `DrillInProduction`."""
        if self._parts.identity.environment == "production":
            raise DrillInProduction(node=self._parts.identity.id)
        return self._run(actor, "drill", drill=True)

    def rehearse(self, actor: str) -> Report:
        """Do it on a throw-away copy of the node, also of one in production: no partner is called.

        What partners say to the old keys, and what waits for them, is not tried and not told as unproved.
        """
        return self._run(actor, "rehearsal", drill=True, alone=True)

    def compromise(self, actor: str, reason: str) -> Report:
        """Do it for real."""
        return self._run(actor, reason, drill=False)

    def record(self, actor: str, report: Report) -> None:
        """Write down at this node what was rehearsed on a copy of it."""
        with self._parts.store.transaction(_SCOPE) as tx:
            self._record(tx, actor, report)

    def _run(self, actor: str, reason: str, *, drill: bool, alone: bool = False) -> Report:
        began, own = time.monotonic(), self._parts.identity
        old = own.signing
        with self._parts.store.transaction(_SCOPE) as tx:
            before = {row.kid for row in self._keys.all(tx)}
            ended = [r for r in self._keys.all(tx) if r.use in ("signing", "sealing") and r.usable]
            staged = waiting.staged_ids(tx)
            bundle = self._keys.revoke(tx, actor, [row.kid for row in ended], reason)
        gone = self._keys.destroy_due()
        with self._parts.store.transaction(_SCOPE) as tx:
            own.use(tx)
            made = [row.kid for row in self._keys.all(tx) if row.kid not in before]
            active = [one for one in self._bundles.directory.all(tx) if one.status == ACTIVE]
            partners = [] if alone else active
        proofs = tuple(self._prove(one, old, began) for one in partners)
        self._send_again([proof.partner for proof in proofs if proof.told and staged])
        with self._parts.store.transaction(_SCOPE) as tx:
            left = waiting.staged_ids(tx)
            report = Report(
                drill=drill,
                node=own.id,
                reason=reason,
                revoked=tuple(row.kid for row in ended),
                made=tuple(made),
                destroyed=gone,
                bundle_seq=bundle.seq if bundle else 0,
                old_sealing_keys_gone=self._are_gone(
                    [row.place for row in ended if row.holder == "file"], {row.kid for row in ended}
                ),
                sealed_anew=len(set(staged) - set(left)),
                waiting=len(left),
                partners=proofs,
                not_tried=tuple(one.id for one in active) if alone else (),
                seconds=round(time.monotonic() - began, 3),
                unproved=(),
            )
            report = msgspec.structs.replace(report, unproved=_unproved(report))
            self._record(tx, actor, report)
        return report

    def _prove(self, partner: Partner, old: SigningKey, began: float) -> PartnerProof:
        told = self._bundles.tell(partner.id)
        seconds = round(time.monotonic() - began, 3)
        if told.error:
            return PartnerProof(
                partner.id, told=False, seconds=seconds, old_key_refused=False, answer=told.error
            )
        answer = self._knock(partner, old)
        refused = answer in (HopKeyRevoked.code, KeyUnavailable.code)  # a token no longer has the key
        return PartnerProof(partner.id, told=True, seconds=seconds, old_key_refused=refused, answer=answer)

    def _knock(self, partner: Partner, old: SigningKey) -> str:
        """Send an empty batch signed with the old key; return the partner's refusal."""
        url, now = partner.url.rstrip("/") + PATH, int(self._parts.clock.now().timestamp())
        kid = thumbprint(old.public_bytes)
        plain = hop.Request("POST", urlsplit(url).netloc, url, {"content-type": CONTENT_TYPE}, b"")
        try:
            signed = hop.sign(plain, old, kid, now=now, nonce=encode(token_bytes(18)))
        except KeyUnavailable as error:
            return error.code
        context = client_context(self._parts.identity.certificate, partner.certificates)
        try:
            with httpx2.Client(verify=context, timeout=TIMEOUT, trust_env=False) as client:
                told = client.post(url, content=b"", headers=dict(signed.headers))
                return str(msgspec.json.decode(told.content[:4096]).get("code", told.status_code))
        except (httpx2.HTTPError, OSError, msgspec.DecodeError) as error:
            return type(error).__name__

    def _send_again(self, partners: Sequence[str]) -> None:
        """Carry what was on its way once more, now, so that it is refused and sealed anew."""
        for name in partners:
            with self._parts.store.transaction(_SCOPE) as tx:
                waiting.hurry(tx, name, self._parts.clock.now())
            courier = Courier(self._parts, name)
            try:
                for _ in range(_TURNS):
                    if not courier.turn():
                        break
            except CordilleraError:
                continue  # the node's own courier goes on; the report says how many still wait
            finally:
                courier.close()

    def _are_gone(self, places: Sequence[str], kids: set[str]) -> bool:
        """Whether no old private key can be read any more, neither from the key ring nor from memory."""
        for place in places:
            try:
                self._parts.identity.keyring.kept(place)
            except KeyUnavailable:
                continue
            return False
        return not kids & set(self._parts.identity.sealing_keys) and self._parts.identity.kid not in kids

    def _record(self, tx: sa.Connection, actor: str, report: Report) -> None:
        detail = {
            "what": _what(report),
            "seconds": str(report.seconds),
            "revoked": str(len(report.revoked)),
            "refused": str(sum(one.old_key_refused for one in report.partners)),
            "partners": str(len(report.partners)),
            "unproved": ",".join(report.unproved)[:400],
        }
        event = Event(
            kind=LeafKind.DRILL,
            actor=actor,
            agency="node",
            payload=msgspec.json.encode(report),
            detail=detail,
        )
        self._parts.ledger.record(tx, event)


def _what(report: Report) -> str:
    if report.scratch_seconds:
        return "rehearsal"
    return "drill" if report.drill else "compromise"


def _unproved(report: Report) -> tuple[str, ...]:
    """Name what must hold and does not.

    1. Every old private key is gone here.
    2. Every partner was told.
    3. Every partner refuses the old key.
    4. Nothing signed by the old keys still waits.
    """
    found = [] if report.old_sealing_keys_gone else ["1 old private keys"]
    found += [f"2 {one.partner} not told: {one.answer}" for one in report.partners if not one.told]
    found += [
        f"3 {one.partner} did not refuse: {one.answer}"
        for one in report.partners
        if one.told and not one.old_key_refused
    ]
    waits = report.waiting and not report.not_tried
    return tuple(found + ([f"4 {report.waiting} messages wait"] if waits else []))
