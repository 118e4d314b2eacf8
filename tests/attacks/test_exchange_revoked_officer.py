"""Attack: an officer whose account was taken away has a query waiting."""

from tests.sim.federation import Pair, officer

pytest_plugins = ["tests.sim.fixtures"]


def test_the_query_of_a_revoked_officer_does_not_leave(pair: Pair):
    mine = pair.ec.ask()
    other = pair.ec.ask(by=officer("EC", name="luis"))
    pair.ec.officers.revoked.add(pair.ec.officer.officer_id)
    assert pair.ec.turn("us") == 1
    assert pair.ec.view(mine).status == "refused"
    assert pair.ec.view(mine).error == "exchange.officer_revoked"
    assert pair.ec.view(other).status == "waiting"
    assert pair.us.leaves("query.received") == 1


def test_its_place_is_not_missing_in_the_channel(pair: Pair):
    pair.ec.ask()
    pair.ec.officers.revoked.add(pair.ec.officer.officer_id)
    pair.ec.turn("us")
    pair.ec.officers.revoked.clear()
    again = pair.ec.ask()
    pair.flow()
    assert pair.ec.view(again).status == "answered"
    assert pair.us.scalar("SELECT max(channel_seq) FROM exchange_inbox") == 1
