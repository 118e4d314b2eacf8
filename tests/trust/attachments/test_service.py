"""An attachment goes with a notice: sealed, fetched once conditions are accepted, checked in parts."""

import os
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import Pair
from tests.sim.flows import CONTENT, Desk, conditions, give

from cordillera.foundation.store.database import Scope
from cordillera.trust.attachments.core import CHUNK
from cordillera.trust.attachments.errors import AttachmentBroken, AttachmentIncomplete, NoSuchAttachment
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange.line import NotTaken
from cordillera.trust.records.errors import RecordErased, RecordSealed

pytest_plugins = ["tests.sim.fixtures"]
FILE = os.urandom(CHUNK + 99)


@pytest.fixture
def desks(pair: Pair) -> tuple[Desk, Desk]:
    return Desk(pair.ec), Desk(pair.us)


def of(desk: Desk) -> AttachmentService:
    return AttachmentService(desk.node.parts, desk.records)


def attached(pair: Pair, here: Desk, there: Desk) -> tuple[str, UUID]:
    """A notice with an attachment, delivered; the reference, and the record."""
    reference = here.do(of(here).add, "placa.jpg", "image/jpeg", FILE)
    content = msgspec.structs.replace(CONTENT, attachments=(reference,))
    notice_id, decision = give(pair, here, there, content=content)
    assert decision.allow
    return reference, notice_id


def accepted(pair: Pair, here: Desk, there: Desk) -> tuple[str, UUID]:
    reference, notice_id = attached(pair, here, there)
    there.do(there.notices.accept, notice_id, conditions(there, notice_id))
    return reference, notice_id


def test_an_attachment_is_fetched_and_opened_whole(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    reference, notice_id = accepted(pair, ec, us)
    (line,) = us.ask(of(us).of_record, notice_id)
    assert (line.reference, line.here) == (reference, 0)
    assert of(us).fetch(us.ana, notice_id, reference) == 3
    assert of(us).fetch(us.ana, notice_id, reference) == 0
    (line,) = us.ask(of(us).of_record, notice_id)
    assert (line.name, line.size, line.parts, line.here) == ("placa.jpg", len(FILE), 3, 3)
    opened = us.do(of(us).open, notice_id, reference)
    assert opened.content == FILE
    assert ec.node.leaves("attachment") == 3


def test_before_its_conditions_are_accepted_nothing_can_be_fetched(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    reference, notice_id = attached(pair, ec, us)
    with pytest.raises(RecordSealed):
        of(us).fetch(us.ana, notice_id, reference)
    assert us.node.scalar("SELECT count(*) FROM attachment_part") == 0


def test_an_attachment_that_is_not_fetched_cannot_be_opened(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    reference, notice_id = accepted(pair, ec, us)
    with pytest.raises(AttachmentIncomplete):
        us.do(of(us).open, notice_id, reference)


def test_condition_2_a_partner_gets_no_attachment_that_no_message_gave_it(
    pair: Pair, desks: tuple[Desk, Desk]
):
    ec, us = desks
    reference, notice_id = accepted(pair, ec, us)
    with ec.node.store.transaction(Scope.node("test")) as tx:
        tx.execute(sa.text("DELETE FROM attachment_grant"))
    with pytest.raises(NotTaken):
        of(us).fetch(us.ana, notice_id, reference)


def test_an_attachment_of_another_record_is_refused(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    _, notice_id = accepted(pair, ec, us)
    other = ec.do(of(ec).add, "otra.jpg", "image/jpeg", b"another")
    with pytest.raises(NoSuchAttachment):
        of(us).fetch(us.ana, notice_id, other)


def test_a_part_that_the_sender_changed_is_not_kept(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    reference, notice_id = accepted(pair, ec, us)
    change = "UPDATE attachment_part SET sealed = sealed || '\\x00'::bytea WHERE number = 2"
    with ec.node.store.transaction(ec.ana.scope) as tx:
        tx.execute(sa.text(change))
    with pytest.raises(AttachmentBroken):
        of(us).fetch(us.ana, notice_id, reference)
    assert us.node.scalar("SELECT count(*) FROM attachment_part WHERE number = 2") == 0


def test_a_recalled_record_takes_its_attachment_with_it(pair: Pair, desks: tuple[Desk, Desk]):
    ec, us = desks
    reference, notice_id = accepted(pair, ec, us)
    of(us).fetch(us.ana, notice_id, reference)
    ec.do(ec.records.recall, notice_id, "wrong person")
    ec.node.turn("us")
    with pytest.raises(RecordErased):
        us.do(of(us).open, notice_id, reference)
