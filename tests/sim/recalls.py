"""What tests of records share: an invented notice, kept, given on with consent, accepted where it arrives."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from tests.sim.federation import NODE, Federation, SimNode, agreement_of, officer

from cordillera.foundation import canonical
from cordillera.foundation.ids import uuid7
from cordillera.trust.exchange.model import LegalGrounds
from cordillera.trust.records.model import Change, NewRecord
from cordillera.trust.records.passing import Shared

PURPOSE = "drug_trafficking"
CANARY = "Quetzalcoatlus Invented"


def content(name: str = CANARY) -> bytes:
    return canonical.dumps(
        {"full_name": name, "facts": f"{name} was seen twice at the pier by night.", "grading": "B2"}
    )


def grounds(one: SimNode, other: str) -> LegalGrounds:
    return LegalGrounds(
        agreement_id=agreement_of(one.identity.id, other), purpose=PURPOSE, offence=PURPOSE,
        max_penalty_months=120, case_ref="CASE-1", ordered_by="chief",
    )  # fmt: skip


def kept(
    node: SimNode, name: str = CANARY, days: int = 300, handling: Mapping[str, str] | None = None
) -> UUID:
    """A record of the node's own."""
    now, record_id = node.clock.now(), uuid7()
    marked = dict({"tlp": "AMBER"} if handling is None else handling)
    with node.store.transaction(NODE) as tx:
        node.records.keep(
            tx,
            NewRecord(
                record_id=record_id, origin=node.identity.id, agreement_id="us-ec-2025",
                subject_category="suspect", kind="notice", handling=marked,
                erase_after=now + timedelta(days=days), review_at=now + timedelta(days=days // 2),
                message_id=uuid7(), body=content(name), subject_ref=str(record_id),
            ),
        )  # fmt: skip
    return record_id


def shared(node: SimNode, record_id: UUID, other: str) -> UUID | None:
    """Give a record to a partner, as two officers do where the agreement takes two."""
    return shared_by_two(node, record_id, other, grounds(node, other)).message_id


def shared_by_two(
    node: SimNode, record_id: UUID, other: str, why: LegalGrounds, role: str = "watch_officer"
) -> Shared:
    """What came of giving a record to a partner, asked for by one officer and agreed to by another."""
    country = node.officer.country
    for who in (officer(country, (role,)), officer(country, (role,), "berta")):
        with node.store.transaction(who.scope) as tx:
            told = node.records.share(tx, who, record_id, other, why)
        if not told.waits:
            break
    return told


def accepted(node: SimNode, record_id: UUID) -> None:
    """Open a record that came sealed."""
    with node.store.transaction(NODE) as tx:
        node.records.unseal(tx, record_id)


def consented(net: Federation, asker: str, origin: str, record_id: UUID, recipient: str) -> UUID:
    """Ask the originator, let two of its officers agree, and bring the grant back."""
    node, first = net[asker], net[origin]
    with node.store.transaction(node.officer.scope) as tx:
        asked = node.records.ask_consent(tx, node.officer, record_id, recipient, PURPOSE, "same ring")
    net.settle()
    for name in ("one", "two"):
        who = officer(origin.upper(), ("agreement_officer",), name)
        with first.store.transaction(who.scope) as tx:
            first.records.grant_consent(tx, who, asked.consent_id)
    net.settle()
    return asked.consent_id


def chain(net: Federation, *names: str, record: UUID | None = None) -> UUID:
    """Give a record of the first node along the others, each with the first one's consent."""
    record_id = record or kept(net[names[0]])
    for at, (one, other) in enumerate(pairwise(names)):
        if at:
            consented(net, one, names[0], record_id, other)
        assert shared(net[one], record_id, other) is not None
        net.settle()
        accepted(net[other], record_id)
    return record_id


def recalled(node: SimNode, record_id: UUID, reason: str = "the wrong person") -> Change:
    with node.store.transaction(node.officer.scope) as tx:
        return node.records.recall(tx, node.officer, record_id, reason)


def holds(node: SimNode, record_id: UUID) -> bool:
    """Whether the node still has the content."""
    return bool(node.scalar("SELECT count(*) FROM record WHERE id = :id AND body IS NOT NULL", id=record_id))


def change_at(node: SimNode, change_id: UUID) -> Change:
    with node.store.transaction(NODE) as tx:
        return node.records.change(tx, change_id)
