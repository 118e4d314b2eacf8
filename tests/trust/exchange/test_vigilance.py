"""Questions that are allowed one by one can be fishing together: seen, told, stopped by nobody but people."""

from datetime import timedelta

import msgspec
import pytest
from tests.sim.federation import GROUNDS, NODE, SimNode

from cordillera.foundation.clock import FixedClock
from cordillera.trust.exchange.model import DocumentRef, PersonQuery
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.exchange.vigilance import Limits, Vigilance, neighbours

pytest_plugins = ["tests.sim.fixtures"]


@pytest.fixture
def ec(pair) -> SimNode:
    return pair.ec


def watched(node: SimNode, limits: Limits) -> tuple[Vigilance, ExchangeService]:
    vigilance = Vigilance(node.ledger, node.parts.sealer, node.clock, limits)
    return vigilance, ExchangeService(msgspec.structs.replace(node.parts, watchers=(vigilance,)))


def ask(node: SimNode, service: ExchangeService, case: str, number: str = "") -> None:
    person = PersonQuery("Somebody Invented", documents=(DocumentRef("P", number),) if number else ())
    grounds = msgspec.structs.replace(GROUNDS, case_ref=case)
    with node.store.transaction(node.officer.scope) as tx:
        assert service.ask_person(tx, node.officer, "us", "alert-1", person, grounds).decision.allow


def kinds(node: SimNode, vigilance: Vigilance) -> list[str]:
    with node.store.transaction(NODE) as tx:
        return [alarm.kind for alarm in vigilance.alarms(tx)]


def test_the_usual_limits_are_those_of_the_treaty_table():
    assert Limits().per_case == 500


def test_many_questions_in_one_case_are_an_alarm_once_a_day(ec: SimNode):
    vigilance, service = watched(ec, Limits(per_case=4))
    for _ in range(3):
        ask(ec, service, "CASE-A")
    assert vigilance.run_once(ec.store) == 0
    ask(ec, service, "case-a")
    assert vigilance.run_once(ec.store) == 1
    ask(ec, service, "CASE-A")
    assert vigilance.run_once(ec.store) == 0
    assert kinds(ec, vigilance) == ["case"]
    assert ec.leaves("escalated") == 1
    ec.clock.advance(timedelta(days=2))
    assert vigilance.run_once(ec.store) == 0


def test_one_officer_in_many_cases_is_an_alarm_that_a_supervisor_closes(ec: SimNode):
    vigilance, service = watched(ec, Limits(cases_per_officer=3))
    for case in ("A", "B", "C"):
        ask(ec, service, case)
    assert vigilance.run_once(ec.store) == 1
    with ec.store.transaction(ec.officer.scope) as tx:
        alarm = vigilance.alarms(tx)[0]
        assert (alarm.kind, alarm.officer, alarm.count) == ("officer", ec.officer.officer_id, 3)
        assert vigilance.seen(tx, ec.officer, alarm.id, "A joint operation")
        assert not vigilance.seen(tx, ec.officer, alarm.id, "again")
    assert ec.leaves("reviewed") == 1


def test_numbers_asked_in_a_row_are_an_alarm_and_are_not_kept(ec: SimNode):
    vigilance, service = watched(ec, Limits(in_a_row=3))
    for number in ("AB0000009", "AB0000011", "ZZ0000700", "AB0000010"):
        ask(ec, service, "CASE-B", number)
    assert vigilance.run_once(ec.store) == 1
    assert kinds(ec, vigilance) == ["sequence"]
    kept = str(ec.scalar("SELECT string_agg(to_jsonb(a)::text, ' ') FROM flow_asked a"))
    assert "AB00" not in kept
    assert "CASE-B" not in kept


@pytest.mark.parametrize(
    ("number", "around"),
    [("AB100", ("AB099", "AB101")), ("000", ("001",)), ("12", ()), ("X-999", ("X-998", "X-1000")), ("", ())],
)
def test_the_neighbours_of_a_number(number: str, around: tuple[str, ...]):
    assert neighbours(number) == around


def test_an_empty_day_has_no_alarm(store, sealer, clock: FixedClock, keyring):
    from cordillera.trust.ledger.service import Ledger

    assert Vigilance(Ledger(keyring, clock, "cordillera/t"), sealer, clock).run_once(store) == 0
