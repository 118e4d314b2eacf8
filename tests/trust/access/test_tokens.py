from datetime import timedelta

import pytest

from cordillera.trust.access.errors import NotLoggedIn, UnknownToken, WrongChoice
from cordillera.trust.access.model import MachineSession


def add(house, name="carrier-av", scope="ingest"):
    with house.transaction() as tx:
        return house.access.tokens.add(tx, "node", MachineSession(name, "EC-PN", scope))


def test_token_opens_its_scope_for_its_agency(house):
    token = add(house)
    with house.transaction() as tx:
        machine = house.access.machine(tx, token)
    assert (machine.name, machine.scope_name, machine.scope.agency) == ("carrier-av", "ingest", "EC-PN")
    assert machine.scope.actor == "machine:carrier-av"


@pytest.mark.parametrize("token", ["", "cord_x", "\ud800"])
def test_unknown_token_opens_nothing(house, token):
    add(house)
    with house.transaction() as tx, pytest.raises(NotLoggedIn):
        house.access.machine(tx, token)


def test_revoked_token_opens_nothing(house):
    token = add(house)
    with house.transaction() as tx:
        house.access.tokens.revoke(tx, "node", "carrier-av")
        with pytest.raises(NotLoggedIn):
            house.access.machine(tx, token)
        with pytest.raises(UnknownToken):
            house.access.tokens.revoke(tx, "node", "carrier-av")
    assert house.kinds()[:2] == ["token.changed", "token.changed"]


def test_token_runs_out_after_a_year(house):
    token = add(house)
    house.clock.advance(timedelta(days=366))
    with house.transaction() as tx, pytest.raises(NotLoggedIn):
        house.access.machine(tx, token)


@pytest.mark.parametrize(
    ("name", "scope"), [("carrier", "everything"), ("", "ingest"), ("a b", "ingest"), ("a\n", "ingest")]
)
def test_unknown_scope_or_unreadable_name_is_refused(house, name, scope):
    with pytest.raises(WrongChoice):
        add(house, name, scope)


def test_database_holds_no_token(house):
    token = add(house)
    with house.transaction() as tx:
        assert token not in str(tx.exec_driver_sql("SELECT * FROM machine_token").all())
        assert house.access.tokens.all(tx)[0].name == "carrier-av"


def noted(house):
    with house.transaction() as tx:
        return house.access.tokens.all(tx)[0].last_used_at


def test_use_is_noted_once_a_minute_so_that_machines_do_not_wait_for_it(house):
    token = add(house)
    for seconds in (0, 30, 31):
        house.clock.advance(timedelta(seconds=seconds))
        with house.transaction() as tx:
            house.access.machine(tx, token)
        if seconds == 0:
            first = noted(house)
        elif seconds == 30:
            assert noted(house) == first
    assert noted(house) == house.clock.now() == first + timedelta(seconds=61)
