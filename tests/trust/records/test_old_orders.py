"""Orders that are passed on late: the key that signed them is judged as it was when they were signed."""

from datetime import timedelta

import msgspec
from tests.sim.federation import NODE, Pair

from cordillera.foundation.ids import uuid7
from cordillera.trust.records.model import Order
from cordillera.trust.records.orders import read_order, sign_order, signed_by
from cordillera.trust.records.taking import TakeInChanges

pytest_plugins = ("tests.sim.fixtures",)


def test_an_order_outlives_the_term_of_its_key_and_not_its_revocation(pair: Pair) -> None:
    now, us = pair.ec.clock.now(), pair.us
    made = Order(
        change_id=uuid7(), record_id=uuid7(), kind="erase", issuer="ec", at=now, due_at=now, version=2,
        reason="the wrong person",
    )  # fmt: skip
    order, token = read_order(sign_order(pair.ec.identity, made))
    taking = TakeInChanges(us.records, us.records._changing)
    with us.store.transaction(NODE) as tx:
        ec = us.directory.active(tx, "ec")
        assert signed_by(token, ec)
        later = msgspec.structs.replace(ec, verify_keys={})  # the key is not among those of now any more
        assert not signed_by(token, later)
        assert signed_by(token, later, taking._then(tx, later, token.kid, order))
        early = msgspec.structs.replace(order, at=now - timedelta(days=400))
        assert taking._then(tx, later, token.kid, early) is None
        revoked = msgspec.structs.replace(later, revoked_kids=frozenset({token.kid}))
        assert taking._then(tx, revoked, token.kid, order) is None
