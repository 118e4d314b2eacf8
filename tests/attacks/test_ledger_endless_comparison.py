"""Attack: a partner makes the comparison of logs endless, so that nobody else's log is ever compared.

It answers "there is more, ask for less" for ever; or it names a period without end, or without a zone.
"""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation import canonical
from cordillera.runtime.witnesses import ExchangeMessages, Witnesses
from cordillera.trust.ledger.errors import ReconciliationFailed
from cordillera.trust.ledger.reconciling import MOST_ASKS, Around, Reconciler
from cordillera.trust.ledger.witness import Answer

pytest_plugins = ["tests.sim.fixtures"]
NOTHING = canonical.dumps({"entries": [], "count": 0, "same": [], "more": False})
MORE = canonical.dumps({"entries": [], "count": 0, "same": [], "more": True})


class EndlessPartner:
    """A line to a partner that always has more to tell."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, _partner: str, _path: str, _body: bytes) -> Answer:
        self.asked += 1
        return Answer(200, "application/json", MORE)


def test_a_partner_that_always_has_more_is_given_up(pair: Pair):
    line, parts = EndlessPartner(), pair.ec.parts
    around = Around(Witnesses(parts).partners, ExchangeMessages(), line, "ec")
    now = pair.ec.clock.now()
    with pytest.raises(ReconciliationFailed) as given_up:
        Reconciler(parts.store, parts.ledger, around).reconcile("us", now - timedelta(days=1), now)
    assert line.asked <= MOST_ASKS
    assert given_up.value.facts["reason"] in {"endless", "too many at once"}
    assert pair.ec.leaves("reconciled") == 0  # nothing was compared, and nothing says that it was


class SlowPartner(EndlessPartner):
    """It answers the first part of a period, and has always more of the second."""

    def __init__(self, middle: datetime) -> None:
        super().__init__()
        self._middle = middle

    def send(self, partner: str, path: str, body: bytes) -> Answer:
        until = datetime.fromisoformat(json.loads(body)["until"])
        if until <= self._middle:
            return Answer(200, "application/json", NOTHING)
        return super().send(partner, path, body)


def test_what_was_compared_before_the_end_is_kept_and_the_rest_is_named(pair: Pair, monkeypatch):
    monkeypatch.setattr("cordillera.trust.ledger.reconciling.MOST_ASKS", 12)
    now, parts = pair.ec.clock.now(), pair.ec.parts
    since, middle = now - timedelta(days=1), now - timedelta(hours=12)
    around = Around(Witnesses(parts).partners, ExchangeMessages(), SlowPartner(middle), "ec")
    with pytest.raises(ReconciliationFailed) as given_up:
        Reconciler(parts.store, parts.ledger, around).reconcile("us", since, now)
    assert given_up.value.facts["compared_until"] == middle.isoformat()
    assert pair.ec.scalar("SELECT until FROM ledger_reconciliation") == middle


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
        (datetime(2026, 1, 1), datetime(2026, 1, 2)),  # noqa: DTZ001 - the attack is to leave the zone out
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_period_that_cannot_be_is_refused_and_not_taken_over(pair: Pair, since: datetime, until: datetime):
    body = f'{{"digests":{{}},"since":"{since.isoformat()}","until":"{until.isoformat()}"}}'.encode()
    with pair.us.store.transaction(NODE) as tx:
        assert Witnesses(pair.us.parts).reconciler.answer(tx, "ec", body).status == 400
    assert pair.us.scalar("SELECT count(*) FROM ledger_reconcile_wanted") == 0
