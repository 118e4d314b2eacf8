"""Redress is a duty towards people, and no way to look for them: not for a clerk, not for a partner.

A clerk cannot search without a ticket, nor open one without a checked identity, nor many a day. A partner
that sends `redress.find` about people it only wonders about learns nothing and is stopped by a quota.
"""

import base64

import msgspec
import pytest
import sqlalchemy as sa
from tests.sim.federation import NODE, Pair
from tests.trust.redress.conftest import ABOUT, alert, clerk, errands, redress, request
from tests.web.house import House

from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.sealing import Place
from cordillera.trust.access.model import Role
from cordillera.trust.exchange.envelope import GENESIS
from cordillera.trust.exchange.receipt import Result
from cordillera.trust.redress import core
from cordillera.trust.redress.errors import (
    IdentityNotChecked,
    NothingToSearch,
    TicketNotFound,
    TooManyFinds,
    TooManyTickets,
)
from cordillera.trust.redress.model import Applicant, Found, Sought

pytest_plugins = ["tests.sim.fixtures"]


def find(pair: Pair, seq: int, prev: str, **data: object):
    """A search that EC was never asked to make, sealed and signed as a real one."""
    body = {"ticket_id": str(uuid7()), "kind": "access", "dispute": False, "messages": [str(uuid7())], **data}
    return pair.ec.craft(
        pair.us, seq, prev, type="redress.find", payload_type="redress.find", payload_data=body
    )


def answers(pair: Pair) -> list[bytes]:
    """The payloads of the answers that US has ready for EC."""
    with pair.us.store.transaction(NODE) as tx:
        rows = tx.execute(
            sa.text(
                "SELECT msg_id, key_id, payload FROM exchange_outbox WHERE type = 'redress.found'"
                " ORDER BY ord"
            )
        ).all()
        sealer = pair.us.parts.sealer
        return [
            sealer.open(
                sealer.load_key(tx, row.key_id),
                Place("exchange_outbox", "payload", str(row.msg_id)),
                row.payload,
            )
            for row in rows
        ]


def word(result: Result) -> str:
    """What a receipt says; who signed it is tested elsewhere."""
    assert result.receipt is not None
    body = result.receipt.split(".")[1]
    return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()


def test_there_is_no_search_without_a_ticket(pair: Pair):
    who = clerk(pair.ec)
    with pytest.raises(TicketNotFound), pair.ec.store.transaction(who.scope) as tx:
        redress(pair.ec).find(tx, who, uuid7())


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (
            request(applicant=Applicant("Another Person", "self", "in_person", "1712345678")),
            IdentityNotChecked,
        ),
        (request(applicant=Applicant(ABOUT.full_name, "self", "in_person", "----")), IdentityNotChecked),
        (request(about=Sought(full_name="Juan Perez")), NothingToSearch),
    ],
)
def test_there_is_no_ticket_without_an_identity_and_somebody_to_find(new, error):
    with pytest.raises(error):
        core.check_opening(new, 0)


def test_a_clerk_who_opens_many_a_day_is_stopped(pair: Pair):
    who = clerk(pair.ec)
    with pair.ec.store.transaction(who.scope) as tx:
        for _ in range(core.TICKETS_A_DAY):
            redress(pair.ec).open(tx, who, request())
        with pytest.raises(TooManyTickets):
            redress(pair.ec).open(tx, who, request())


def test_no_operation_searches_for_a_person_outside_a_ticket(store, clock, tmp_path):
    browser = House(store, clock, tmp_path).browser("jurista", Role.AGREEMENT_OFFICER)
    assert browser.post("/api/redress/find", json={"full_name": "Ana"}).status_code in {404, 405}
    assert browser.get("/api/redress?full_name=Ana").json() == []


def test_a_partner_that_guesses_learns_the_same_about_everybody(pair: Pair):
    alert(pair.us)  # US holds something about the person; nothing went between the two
    last, nobody = GENESIS, Sought(full_name="Nobody At All", date_of_birth="1999-01-01")
    for number, about in enumerate((ABOUT, nobody), 1):
        sealed = find(pair, number, last, about=msgspec.to_builtins(about))
        last = sealed.hash
        (result,) = pair.ec.deliver(pair.us, sealed)
        assert result.receipt is not None
    assert errands(pair.us) == 2
    known, unknown = answers(pair)
    assert len(known) == len(unknown)
    told = [msgspec.convert(msgspec.json.decode(raw)["data"], Found) for raw in (known, unknown)]
    assert {(one.own, one.onward, tuple(item.held for item in one.items)) for one in told} == {
        ("checks_made", (), (False,))
    }


def test_a_partner_that_floods_is_refused_and_the_refusal_recorded(pair: Pair):
    settings = msgspec.structs.replace(pair.us.parts.settings, redress_searches_a_day=1)
    msgspec.structs.force_setattr(pair.us.parts, "settings", settings)
    first = find(pair, 1, GENESIS)
    second = find(pair, 2, first.hash)
    one, other = pair.ec.deliver(pair.us, first, second)
    assert one.receipt is not None
    assert TooManyFinds.code in word(other)
    assert pair.us.leaves("refusal") == 1
    assert errands(pair.us) == 1


def test_a_stranger_to_the_thread_cannot_answer_a_search(pair: Pair):
    found = {"ticket_id": str(uuid7()), "items": [], "own": "checks_made", "onward": []}
    sealed = pair.ec.craft(pair.us, 1, type="redress.found", payload_type="redress.found", payload_data=found)
    (result,) = pair.ec.deliver(pair.us, sealed)
    assert "exchange.wrong_payload" in word(result)
