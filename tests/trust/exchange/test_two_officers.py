"""Where the service takes two officers, one conclusion about a candidate tells nobody anything."""

import pytest
from tests.sim.federation import LISTED, Pair, officer
from tests.sim.flows import with_terms

from cordillera.trust.exchange.errors import ConclusionsDiffer

pytest_plugins = ["tests.sim.fixtures"]


def four_eyes(agreement: dict) -> None:
    service = next(one for one in agreement["services"] if one["type"] == "query.person")
    service["preconditions"]["four_eyes"] = True


def test_two_officers_conclude_before_the_partner_hears(pair: Pair, monkeypatch: pytest.MonkeyPatch):
    with_terms(monkeypatch, four_eyes)
    ana, berta = officer("EC", ("analyst",), "ana"), officer("EC", ("analyst",), "berta")
    assert pair.ec.ask(by=ana).waits
    query_id = pair.ec.ask(by=berta).query_id
    pair.flow()

    def say(who, reason: str, *, confirmed: bool = True) -> None:
        with pair.ec.store.transaction(who.scope) as tx:
            service = pair.ec.service
            assert service.confirm_candidate(tx, who, query_id, LISTED.reference, confirmed, reason).allow

    say(ana, "Looks alike", confirmed=False)
    say(ana, "Same card after all")
    say(ana, "Still the same card")
    assert pair.ec.scalar("SELECT count(*) FROM exchange_verdict") == 0
    assert pair.ec.turn("us") == 0
    with pytest.raises(ConclusionsDiffer):
        say(berta, "Not the same", confirmed=False)
    say(berta, "Same card")
    pair.ec.turn("us")
    assert pair.us.leaves("hit.confirmed") == 1
    assert pair.ec.leaves("decision") == 4
