"""Attack: a partner recalls, or lets a third party recall, what neither of them made (reference 7)."""

import msgspec
import pytest
from tests.sim.federation import NODE, Federation, SimNode, agreement_of
from tests.sim.recalls import chain, holds, kept

from cordillera.foundation.ids import uuid7
from cordillera.trust.records.errors import NotOriginator, OrderRefused
from cordillera.trust.records.model import ChangeData, Order
from cordillera.trust.records.orders import sign_order
from cordillera.trust.records.sending import KEEP, Notice, Sender

pytest_plugins = ("tests.sim.fixtures",)


def order(node: SimNode, record_id, issuer: str, **changes: object) -> Order:
    now = node.clock.now()
    plain = Order(
        change_id=uuid7(), record_id=record_id, kind="recall", issuer=issuer, at=now, due_at=now, version=1,
        reason="forged",
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def send(node: SimNode, other: str, data: ChangeData, kind: str = "record.recall") -> None:
    """Send what our own rules would not let out."""
    with node.store.transaction(NODE) as tx:
        key = node.parts.sealer.new_key(tx, "forged", node.clock.now() + KEEP)
        Sender(node.parts).send(
            tx,
            Notice(type=kind, peer=other, agreement_id=agreement_of(node.identity.id, other), thread=uuid7(),
                   agency=node.identity.agency, key=key, data=data),
        )  # fmt: skip


def outcome(node: SimNode) -> object:
    return node.scalar("SELECT error FROM exchange_outbox ORDER BY ord DESC LIMIT 1")


def test_a_third_party_cannot_recall_what_it_never_gave(three: Federation) -> None:
    record_id = chain(three, "ec", "pe")
    send(three["us"], "pe", ChangeData(sign_order(three["us"].identity, order(three["us"], record_id, "us"))))
    three.settle()
    assert holds(three["pe"], record_id)
    assert outcome(three["us"]) == OrderRefused.code
    assert three["pe"].leaves("message.refused") == 1


def test_a_partner_in_the_middle_cannot_sign_for_the_originator(three: Federation) -> None:
    record_id = chain(three, "ec", "pe", "us")
    send(three["pe"], "us", ChangeData(sign_order(three["pe"].identity, order(three["pe"], record_id, "ec"))))
    three.settle()
    assert holds(three["us"], record_id)
    assert outcome(three["pe"]) == OrderRefused.code


def test_a_partner_in_the_middle_cannot_recall_in_its_own_name(three: Federation) -> None:
    record_id = chain(three, "ec", "pe", "us")
    send(three["pe"], "us", ChangeData(sign_order(three["pe"].identity, order(three["pe"], record_id, "pe"))))
    three.settle()
    assert holds(three["us"], record_id)


def test_the_kind_of_message_must_be_that_of_the_signed_order(three: Federation) -> None:
    record_id = chain(three, "ec", "pe")
    signed = sign_order(three["ec"].identity, order(three["ec"], record_id, "ec", kind="unblock"))
    send(three["ec"], "pe", ChangeData(signed), "record.erase")
    three.settle()
    assert holds(three["pe"], record_id)


def test_a_holder_has_no_button_to_recall_with(three: Federation) -> None:
    record_id, pe = chain(three, "ec", "pe"), three["pe"]
    with pe.store.transaction(pe.officer.scope) as tx, pytest.raises(NotOriginator):
        pe.records.recall(tx, pe.officer, record_id, "we do not like it")


def test_an_early_recall_by_a_stranger_keeps_nothing_from_arriving(three: Federation) -> None:
    record_id = kept(three["ec"])
    send(three["us"], "pe", ChangeData(sign_order(three["us"].identity, order(three["us"], record_id, "us"))))
    three.settle()
    chain(three, "ec", "pe", record=record_id)
    assert holds(three["pe"], record_id)
