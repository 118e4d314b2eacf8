"""The compromise drill: what it ends, what it proves, and what it says when something is not proved."""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, Pair

from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.drill import DUTIES, DrillInProduction, Emergency
from cordillera.trust.exchange.outbox import Outbox

pytest_plugins = ["tests.sim.fixtures"]


def _emergency(pair: Pair) -> Emergency:
    pair.ec.clock.advance(timedelta(seconds=2))
    pair.us.clock.advance(timedelta(seconds=2))
    return Emergency(pair.ec.parts, pair.ec.keys, Bundles(pair.ec.parts))


def test_a_drill_proves_that_the_old_keys_are_refused_and_gone(pair: Pair):
    old = {pair.ec.identity.kid, *pair.ec.identity.sealing_keys}
    report = _emergency(pair).drill("operator")
    assert report.unproved == ()
    assert old <= set(report.revoked)
    assert old <= set(report.destroyed)
    assert report.old_sealing_keys_gone
    assert [(one.partner, one.told, one.old_key_refused) for one in report.partners] == [("us", True, True)]
    assert 0 < report.seconds < 60
    assert report.duties == DUTIES
    assert pair.ec.leaves("drill") == 1
    assert pair.ec.identity.kid not in old


def test_what_was_on_its_way_arrives_once_under_the_new_keys(pair: Pair):
    asked = pair.ec.ask()
    with pair.ec.store.transaction(NODE) as tx:
        Outbox(pair.ec.parts).take(tx, pair.ec.directory.active(tx, "us"))
    pair.sequence()
    report = _emergency(pair).compromise("operator", "the laptop was stolen")
    assert (report.sealed_anew, report.waiting, report.unproved) == (1, 0, ())
    pair.sequence()
    pair.us.answer()
    pair.us.turn("ec")
    assert pair.ec.view(asked).status == "answered"
    assert pair.us.leaves("query.received") == 1


def test_a_partner_that_is_away_is_named_as_not_proved(pair: Pair):
    pair.us.close()
    report = _emergency(pair).drill("operator")
    assert report.unproved == ("2 us not told: exchange.unreachable",)
    assert not report.partners[0].old_key_refused


def test_in_production_there_is_no_drill(pair: Pair):
    pair.ec.identity.environment = "production"
    with pytest.raises(DrillInProduction):
        _emergency(pair).drill("operator")
