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


def test_a_third_party_cannot_recall_what_it_never_gave(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe")
    send(
        joined["us"],
        "pe",
        ChangeData(sign_order(joined["us"].identity, order(joined["us"], record_id, "us"))),
    )
    joined.settle()
    assert holds(joined["pe"], record_id)
    assert outcome(joined["us"]) == OrderRefused.code
    assert joined["pe"].leaves("message.refused") >= 1


def test_a_partner_in_the_middle_cannot_sign_for_the_originator(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    send(
        joined["pe"],
        "us",
        ChangeData(sign_order(joined["pe"].identity, order(joined["pe"], record_id, "ec"))),
    )
    joined.settle()
    assert holds(joined["us"], record_id)
    assert outcome(joined["pe"]) == OrderRefused.code


def test_a_partner_in_the_middle_cannot_recall_in_its_own_name(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe", "us")
    send(
        joined["pe"],
        "us",
        ChangeData(sign_order(joined["pe"].identity, order(joined["pe"], record_id, "pe"))),
    )
    joined.settle()
    assert holds(joined["us"], record_id)


def test_the_kind_of_message_must_be_that_of_the_signed_order(joined: Federation) -> None:
    record_id = chain(joined, "ec", "pe")
    signed = sign_order(joined["ec"].identity, order(joined["ec"], record_id, "ec", kind="unblock"))
    send(joined["ec"], "pe", ChangeData(signed), "record.erase")
    joined.settle()
    assert holds(joined["pe"], record_id)


def test_a_holder_has_no_button_to_recall_with(joined: Federation) -> None:
    record_id, pe = chain(joined, "ec", "pe"), joined["pe"]
    with pe.store.transaction(pe.officer.scope) as tx, pytest.raises(NotOriginator):
        pe.records.recall(tx, pe.officer, record_id, "we do not like it")


def test_an_early_recall_by_a_stranger_keeps_nothing_from_arriving(joined: Federation) -> None:
    record_id = kept(joined["ec"])
    send(
        joined["us"],
        "pe",
        ChangeData(sign_order(joined["us"].identity, order(joined["us"], record_id, "us"))),
    )
    joined.settle()
    chain(joined, "ec", "pe", record=record_id)
    assert holds(joined["pe"], record_id)
