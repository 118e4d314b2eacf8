"""Attack: a question to a third partner tells it whom another partner sought, with no consent of that one."""

from uuid import UUID

import msgspec
import pytest
from tests.sim.federation import Federation, SimNode
from tests.sim.recalls import PURPOSE, accepted, consented, grounds, kept, shared
from tests.web.house import House

from cordillera.runtime.onward import OnwardOfNotices
from cordillera.runtime.watch import KIND
from cordillera.trust.exchange.errors import OnwardUnconsented
from cordillera.trust.exchange.model import AskOutcome, PersonQuery
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.review.model import AlertSubject, NewAlert, Retention
from cordillera.trust.review.store import AlertStore

pytest_plugins = ("tests.sim.fixtures",)


def given(net: Federation, giver: str = "ec", taker: str = "pe") -> UUID:
    """A record that one node gave to another."""
    record_id = kept(net[giver])
    shared(net[giver], record_id, taker)
    net.settle()
    accepted(net[taker], record_id)
    return record_id


def store_of(node: SimNode) -> AlertStore:
    return AlertStore(node.parts.sealer, node.clock)


def alert_on(node: SimNode, record_id: UUID, kind: str = KIND) -> UUID:
    """An alert whose subject is the person of a notice."""
    now, who = node.clock.now(), node.officer
    subject = AlertSubject(
        kind=kind, ref=str(record_id), label="NADIE", occasion="EC", group_ref=str(record_id)
    )
    new = NewAlert(desk="test", subject=subject, agency=who.agency, findings=(), keep=Retention(now, now))
    with node.store.transaction(who.scope) as tx:
        return store_of(node).insert(tx, new).row.id


def asked(node: SimNode, about: UUID, partner: str) -> AskOutcome:
    rule = OnwardOfNotices(store_of(node), lambda: node.records)
    service = ExchangeService(msgspec.structs.replace(node.parts, onward=(rule,)))
    why = msgspec.structs.replace(grounds(node, partner), subject_category="suspect")
    person = PersonQuery("NADIE ANONIMO", date_of_birth="1980-05-17")
    with node.store.transaction(node.officer.scope) as tx:
        return service.ask_person(tx, node.officer, partner, str(about), person, why)


@pytest.mark.parametrize("by_alert", ["the alert", ""])
def test_a_third_partner_is_not_asked_about_whom_another_seeks(joined: Federation, by_alert: str) -> None:
    record_id, pe = given(joined), joined["pe"]
    about = alert_on(pe, record_id) if by_alert else record_id
    sent = pe.scalar("SELECT count(*) FROM exchange_outbox")
    with pytest.raises(OnwardUnconsented) as refused:
        asked(pe, about, "us")
    assert refused.value.facts["condition"] == 5
    assert pe.scalar("SELECT count(*) FROM exchange_outbox") == sent


def test_with_the_givers_consent_for_this_partner_and_purpose_it_is(joined: Federation) -> None:
    record_id, pe = given(joined), joined["pe"]
    about = alert_on(pe, record_id)
    consented(joined, "pe", "ec", record_id, "us")
    assert grounds(pe, "us").purpose == PURPOSE
    assert asked(pe, about, "us").query_id is not None


def test_the_giver_itself_may_be_asked(joined: Federation) -> None:
    record_id, pe = given(joined), joined["pe"]
    assert asked(pe, alert_on(pe, record_id), "ec").query_id is not None


def test_what_is_ours_or_stands_at_our_border_needs_nobodys_consent(joined: Federation) -> None:
    pe = joined["pe"]
    assert asked(pe, kept(pe), "us").query_id is not None
    traveller = alert_on(pe, given(joined), kind="traveller")
    assert asked(pe, traveller, "us").query_id is not None


def test_a_whole_node_asks_so(joined: Federation) -> None:
    ec = joined["ec"]
    about = alert_on(ec, given(joined, "pe", "ec"))
    (rule,) = House(ec.store, ec.clock, ec.home).node.exchange_parts.onward
    with ec.store.transaction(ec.officer.scope) as tx:
        rule.ensure(tx, str(about), "pe", PURPOSE)
        with pytest.raises(OnwardUnconsented):
            rule.ensure(tx, str(about), "us", PURPOSE)
