"""Attack: a correction, which flows under a suspended agreement too, carries data about other people.

It may put right or remove what was given, and give nothing new: that is a new notice, which the agreement
judges. What passes and is still no notice is shown as unreadable, and stops no page.
"""

from uuid import UUID

import msgspec
import pytest
from tests.sim.federation import NODE, Pair, SimNode
from tests.sim.flows import CONTENT, Desk, conditions, give

from cordillera.foundation.crypto import jws
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.ids import uuid7
from cordillera.trust.records.core import check_correction
from cordillera.trust.records.errors import CorrectionAdds, OrderRefused, RecordUnreadable
from cordillera.trust.records.model import ChangeData, Order
from cordillera.trust.records.orders import sign_order
from cordillera.trust.records.sending import KEEP, Notice, Sender

pytest_plugins = ["tests.sim.fixtures"]
HELD = b'{"aliases":["La Canaria"],"full_name":"Ana Invented","place_of_birth":"","score":0.5}'


def send(node: SimNode, record_id: UUID, body: bytes, version: int = 2) -> None:
    """Send a correction that our own rules would not let out."""
    now = node.clock.now()
    order = Order(
        change_id=uuid7(), record_id=record_id, kind="correct", issuer=node.identity.id, at=now, due_at=now,
        version=version, reason="hidden", digest=sha256(body).hex(),
    )  # fmt: skip
    with node.store.transaction(NODE) as tx:
        key = node.parts.sealer.new_key(tx, "hidden", now + KEEP)
        data = ChangeData(sign_order(node.identity, order), jws.encode(body))
        notice = Notice(
            type="record.correct", peer="us", agreement_id="us-ec-2025", thread=uuid7(),
            agency=node.identity.agency, key=key, data=data,
        )  # fmt: skip
        Sender(node.parts).send(tx, notice)
    node.turn("us")


@pytest.mark.parametrize(
    "corrected",
    [
        b'{"full_name":"Ana Invented","place_of_birth":"Manta"}',
        b'{"full_name":"Ana Invented","facts":"Her cousin lives at an address"}',
        b'{"aliases":["La Canaria","Another Person"],"full_name":"Ana Invented"}',
        b'{"full_name":["Ana Invented","Another Person"]}',
        b'{"full_name":{"first":"Ana","cousin":"Another Person"}}',
        b'{"score":true}',
        b'[{"full_name":"Another Person"}]',
    ],
)
def test_condition_6_a_correction_adds_nothing(corrected: bytes):
    with pytest.raises(CorrectionAdds):
        check_correction(HELD, corrected)


@pytest.mark.parametrize(
    "corrected",
    [
        HELD,
        b'{"aliases":["La Gaviota"],"full_name":"Ana Inventada","place_of_birth":"","score":1}',
        b'{"aliases":[],"full_name":"Ana Inventada"}',
    ],
)
def test_a_correction_may_put_right_and_remove(corrected: bytes):
    check_correction(HELD, corrected)


def test_our_own_officer_cannot_send_more_under_the_name_of_a_correction(pair: Pair):
    ec = Desk(pair.ec)
    notice_id, _ = give(pair, ec, Desk(pair.us))
    pair.ec.suspend()
    more = msgspec.structs.replace(CONTENT, place_of_birth="Manta", aliases=("La Canaria", "Another Person"))
    with pytest.raises(CorrectionAdds):
        ec.do(ec.records.correct, notice_id, "and her cousin", msgspec.json.encode(more))
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox WHERE type = 'record.correct'") == 0


def test_a_partner_that_does_it_anyway_is_refused(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    more = msgspec.structs.replace(CONTENT, place_of_birth="Manta")
    send(pair.ec, notice_id, msgspec.json.encode(more))
    assert pair.ec.scalar("SELECT error FROM exchange_outbox ORDER BY ord DESC LIMIT 1") == OrderRefused.code
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    assert us.do(us.notices.view, notice_id).content == CONTENT


def test_a_notice_corrected_into_nonsense_is_shown_as_unreadable(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    send(pair.ec, notice_id, b'{"full_name":"","grading":"ZZ"}')
    view = us.do(us.notices.view, notice_id)
    assert (view.content, view.closed) == (None, RecordUnreadable.code)
