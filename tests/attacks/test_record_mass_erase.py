"""Attack: a partner, or one who took its keys, has everything erased at once (reference 7)."""

from datetime import timedelta

import pytest
from tests.sim.federation import NODE, Federation, officer
from tests.sim.recalls import chain, holds, recalled

from cordillera.trust.records import core
from cordillera.trust.records.errors import RecordBlocked, SecondOfficerMissing

pytest_plugins = ("tests.sim.fixtures",)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is 100 in an hour; three are enough to see it work."""
    monkeypatch.setattr(core, "MANY", 3)


def test_the_limit_is_one_hundred_in_an_hour() -> None:
    assert core.is_mass("erase", 3)
    assert not core.is_mass("erase", 2)
    assert not core.is_mass("block", 1000)


def test_beyond_the_limit_records_are_blocked_at_once_and_erased_when_a_person_agrees(
    three: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec, pe = three["ec"], three["pe"]
    records = [chain(three, "ec", "pe") for _ in range(4)]
    monkeypatch.setattr(core, "needs_second", lambda *_: False)
    monkeypatch.setattr("cordillera.trust.records.changing.needs_second", lambda *_: False)
    changes = [recalled(ec, record) for record in records]
    three.settle()
    assert [holds(pe, record) for record in records] == [False, False, False, True]
    with pe.store.transaction(NODE) as tx, pytest.raises(RecordBlocked):
        pe.records.body(tx, records[3])
    who = officer("PE", ("analyst",), "bea")
    with pe.store.transaction(who.scope) as tx:
        (held,) = [one for one in pe.records.open_changes(tx) if one.state == "held"]
        pe.records.second(tx, who, held.change_id)
    three.settle()
    assert not holds(pe, records[3])
    with ec.store.transaction(NODE) as tx:
        assert {ec.records.change(tx, one.change_id).state for one in changes} == {"done"}


def test_our_own_officer_needs_another_beyond_the_limit(three: Federation) -> None:
    ec = three["ec"]
    records = [chain(three, "ec", "pe") for _ in range(4)]
    changes = [recalled(ec, record) for record in records]
    assert [change.state for change in changes] == ["open", "open", "open", "proposed"]
    with ec.store.transaction(ec.officer.scope) as tx:
        with pytest.raises(RecordBlocked):
            ec.records.body(tx, records[3])
        with pytest.raises(SecondOfficerMissing):
            ec.records.second(tx, ec.officer, changes[3].change_id)
    other = officer("EC", ("analyst",), "two")
    with ec.store.transaction(other.scope) as tx:
        assert ec.records.second(tx, other, changes[3].change_id).state == "open"
    ec.clock.advance(timedelta(minutes=1))
