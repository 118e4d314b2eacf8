"""Adopting a signed agreement while the node runs: one officer proposes the file, a second one adopts it.

A file is proposed and adopted when all of this holds:

1. the officer holds the permission to change agreements, and states a reason;
2. the file is a signed agreement in canonical form, and each party's root signed exactly its text;
3. this node's country is a party;
4. its parts hold together and it compiles;
5. its version is newer than every one adopted, or gives the signatures to the very text that is held;
6. it is valid on no day together with a version that it does not supersede;
7. the agreement was not terminated;
8. proposer and adopter are two different officers.

All of it is checked both times: what was right when proposed may be wrong when adopted. The adoption's
leaf carries the hash of the text, and the node starts only with what the ledger says was adopted.
"""

from datetime import date

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.trust.agreements import store, version_store
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.core import stated_reason
from cordillera.trust.agreements.errors import (
    NotAParty,
    NothingProposed,
    SecondOfficerMissing,
    StatusForbidsChange,
    UnknownAgreement,
    VersionRolledBack,
)
from cordillera.trust.agreements.leaves import changed
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement, shipped_text
from cordillera.trust.agreements.permission import require_agreement_officer
from cordillera.trust.agreements.ports import Links, Officer
from cordillera.trust.agreements.signatures import SignedAgreement, read_signed, verify
from cordillera.trust.agreements.versions import Version, closed_by, midnight
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.ledger.service import Ledger


class AdoptionOutcome(msgspec.Struct, frozen=True):
    """What became of a file: adopted, or waiting for a second officer."""

    agreement_id: str
    version: int
    agreement_hash: str
    done: bool


class _Offer(msgspec.Struct, frozen=True):
    """A file that passed conditions 2 to 7."""

    signed: SignedAgreement
    loaded: LoadedAgreement
    held: tuple[Version, ...]
    ends: tuple[tuple[Version, date], ...]


class Adoption:
    """Takes signed agreements in."""

    def __init__(self, ledger: Ledger, clock: Clock, links: Links) -> None:
        self._ledger = ledger
        self._clock = clock
        self._links = links

    def offer(self, tx: sa.Connection, officer: Officer, raw: bytes, reason: str) -> AdoptionOutcome:
        """Propose a signed file, or adopt it when another officer proposed the same text.

        Raises the typed refusal of the condition that does not hold.
        """
        require_agreement_officer(officer)
        stated = stated_reason(reason)
        store.lock_standing(tx)
        offer = self._examine(tx, raw)
        words = version_store.drafts(tx, offer.loaded.agreement_hash)
        others = [word.officer_id for word in words if word.officer_id != officer.officer_id]
        if words and not others:
            raise SecondOfficerMissing(agreement_hash=offer.loaded.agreement_hash)
        if others:
            self._adopt(tx, officer, offer, others[0], stated)
        else:
            self._propose(tx, officer, offer, stated)
        agreement = offer.loaded.agreement
        return AdoptionOutcome(agreement.id, agreement.version, offer.loaded.agreement_hash, bool(others))

    def adopt(self, tx: sa.Connection, officer: Officer, agreement_hash: str, reason: str) -> AdoptionOutcome:
        """Adopt what another officer proposed; raise `NothingProposed` when no such text waits."""
        require_agreement_officer(officer)
        words = version_store.drafts(tx, agreement_hash) if agreement_hash else ()
        if not words:
            raise NothingProposed(agreement_hash=agreement_hash[:64])
        return self.offer(tx, officer, words[0].file, reason)

    def withdraw(self, tx: sa.Connection, officer: Officer, agreement_hash: str, reason: str) -> None:
        """Put a proposal aside: one officer's word is enough not to open anything."""
        require_agreement_officer(officer)
        stated = stated_reason(reason)
        words = version_store.drafts(tx, agreement_hash) if agreement_hash else ()
        if not words:
            raise NothingProposed(agreement_hash=agreement_hash[:64])
        version_store.forget_drafts(tx, agreement_hash)
        loaded = load_agreement(read_signed(words[0].file).text)
        self._ledger.record(tx, changed(officer, loaded, {"step": "withdraw", "reason": stated}))

    def _examine(self, tx: sa.Connection, raw: bytes) -> _Offer:
        """Check conditions 2 to 7."""
        signed = read_signed(raw)
        agreement = verify(signed, self._links.roots(tx))
        if self._links.country not in ("", *agreement.countries):
            raise NotAParty(party=self._links.country)
        loaded = load_agreement(signed.text)
        book = PolicyBook.from_store(tx, self._clock.now())
        held = _held(book, agreement.id)
        same = [one for one in held if one.number == agreement.version]
        if same and (same[0].signed or same[0].loaded.agreement_hash != loaded.agreement_hash):
            raise VersionRolledBack(given=agreement.version, held=max(one.number for one in held))
        ends = closed_by(agreement, held)
        if held and book.state(agreement.id).status is Status.TERMINATED:
            raise StatusForbidsChange(step="adopt", status=str(Status.TERMINATED))
        return _Offer(signed, loaded, held, ends)

    def _propose(self, tx: sa.Connection, officer: Officer, offer: _Offer, reason: str) -> None:
        agreement = offer.loaded.agreement
        row = version_store.DraftRow(
            agreement_hash=offer.loaded.agreement_hash,
            officer_id=officer.officer_id,
            agreement_id=agreement.id,
            version=agreement.version,
            file=offer.signed.write(),
            reason=reason,
            proposed_at=self._clock.now(),
        )
        version_store.add_draft(tx, row)
        self._ledger.record(tx, changed(officer, offer.loaded, {"step": "propose", "reason": reason}))

    def _adopt(self, tx: sa.Connection, officer: Officer, offer: _Offer, proposer: str, reason: str) -> None:
        facts = {"step": "adopt", "state": "done", "proposed_by": proposer, "reason": reason}
        leaf = self._ledger.record(tx, changed(officer, offer.loaded, facts, adopted=True))
        self._keep_shipped(tx, offer)
        for version, last_day in offer.ends:
            version_store.end_version(tx, offer.loaded.agreement.id, version.number, last_day)
        agreement, now = offer.loaded.agreement, self._clock.now()
        row = version_store.VersionRow(
            agreement_id=agreement.id,
            version=agreement.version,
            agreement_hash=offer.loaded.agreement_hash,
            signed=True,
            valid_from=agreement.valid.from_,
            valid_to=agreement.valid.to,
            file=offer.signed.write(),
            leaf=leaf.leaf_hash.hex(),
            proposed_by=proposer,
            adopted_by=officer.officer_id,
            reason=reason,
            adopted_at=now,
        )
        version_store.add_version(tx, row)
        status = PolicyBook.from_store(tx, now).state(agreement.id).status
        step = store.PastStep(
            agreement_id=agreement.id,
            version=agreement.version,
            step="adopt",
            status=status,
            ends_on=None,
            officer_id=officer.officer_id,
            second_officer=proposer,
            partner="",
            reason=reason,
            at=now,
        )
        store.add_step(tx, step)

    def _keep_shipped(self, tx: sa.Connection, offer: _Offer) -> None:
        """Keep the text that came with the software in the history, when this one follows it."""
        number = offer.loaded.agreement.version
        rows = {(row.agreement_id, row.version) for row in version_store.versions(tx)}
        for version in offer.held:
            agreement = version.loaded.agreement
            if version.signed or version.number == number or (agreement.id, version.number) in rows:
                continue
            row = version_store.VersionRow(
                agreement_id=agreement.id,
                version=agreement.version,
                agreement_hash=version.loaded.agreement_hash,
                signed=False,
                valid_from=agreement.valid.from_,
                valid_to=agreement.valid.to,
                file=shipped_text(agreement.id),
                leaf="",
                proposed_by="",
                adopted_by="",
                reason="",
                adopted_at=midnight(agreement.valid.from_),
            )
            version_store.add_version(tx, row)


def _held(book: PolicyBook, agreement_id: str) -> tuple[Version, ...]:
    try:
        return book.versions(agreement_id)
    except UnknownAgreement:
        return ()
