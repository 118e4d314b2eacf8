"""Attack: one officer releases alone, writing into the box who ordered it a name that ordered nothing.

Where the agreement takes two officers, only another officer's own act about exactly the same counts.
"""

from uuid import UUID

import msgspec
import pytest
from tests.sim.federation import Federation, Pair, SimNode, officer
from tests.sim.flows import with_terms
from tests.sim.recalls import grounds, kept

from cordillera.trust.access.model import OfficerSession
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.records.passing import Shared

pytest_plugins = ("tests.sim.fixtures",)
INVENTED = ("nobody-at-all", "EC-berta", "chief", "")


def given(
    node: SimNode, who: OfficerSession, record_id: UUID, ordered_by: str = "", case: str = "CASE-1"
) -> Shared:
    why = msgspec.structs.replace(grounds(node, "pe"), ordered_by=ordered_by, case_ref=case)
    with node.store.transaction(who.scope) as tx:
        return node.records.share(tx, who, record_id, "pe", why)


@pytest.mark.parametrize("ordered_by", INVENTED)
def test_a_name_in_the_box_releases_nothing(joined: Federation, ordered_by: str) -> None:
    ec = joined["ec"]
    record_id, ana = kept(ec), officer("EC")
    sent = "SELECT count(*) FROM exchange_outbox"
    before = ec.scalar(sent)
    for _ in range(2):
        told = given(ec, ana, record_id, ordered_by)
        assert (told.message_id, told.waits) == (None, True)
    assert ec.scalar(sent) == before


def test_what_another_agrees_to_must_be_exactly_what_was_asked(joined: Federation) -> None:
    ec = joined["ec"]
    record_id, ana, berta = kept(ec), officer("EC"), officer("EC", name="berta")
    given(ec, ana, record_id)
    assert given(ec, berta, record_id, case="CASE-2").waits  # another ground: berta's own wish now
    assert given(ec, ana, record_id).waits
    with ec.store.transaction(ana.scope) as tx:
        HandlingService(ec.parts, ec.records).restrict(tx, ana, record_id, HandlingChoice(codes=("H1",)))
    assert given(ec, berta, record_id).waits  # another marking than ana saw
    assert given(ec, ana, record_id).message_id is not None
    assert given(ec, berta, record_id).waits  # each release takes two again


def test_who_may_act_no_longer_has_agreed_to_nothing(joined: Federation) -> None:
    ec = joined["ec"]
    record_id, carla, berta = kept(ec), officer("EC", name="carla"), officer("EC", name="berta")
    given(ec, carla, record_id)
    ec.officers.revoked.add(carla.officer_id)
    assert given(ec, berta, record_id).waits


def test_the_message_names_who_asked_and_who_agreed(joined: Federation) -> None:
    ec, pe = joined["ec"], joined["pe"]
    record_id, ana, berta = kept(ec), officer("EC"), officer("EC", name="berta")
    before = ec.leaves("decision")
    given(ec, ana, record_id, "nobody-at-all")
    with ec.store.transaction(berta.scope) as tx:
        (waiting,) = ec.records.releases(tx, record_id)
    assert (waiting.reference, waiting.officer) == ("pe", ana.officer_id)
    assert "CASE-1" in waiting.about
    sent = given(ec, berta, record_id, "somebody-else").message_id
    joined.settle()
    with pe.store.transaction(pe.officer.scope) as tx:
        held = pe.records.get(tx, record_id)
    assert held.message_id == sent
    assert ec.leaves("decision") == before + 1
    about = "SELECT count(*) FROM exchange_release WHERE thing = :id"
    assert ec.scalar(about, id=record_id) == 0


def test_a_query_that_takes_two_waits_for_another_officer(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def four_eyes(agreement: dict) -> None:
        service = next(one for one in agreement["services"] if one["type"] == "query.person")
        service["preconditions"]["four_eyes"] = True

    with_terms(monkeypatch, four_eyes)
    ana, berta = officer("EC", ("analyst",)), officer("EC", ("analyst",), "berta")
    for _ in range(2):
        first = pair.ec.ask(by=ana)
        assert (first.query_id, first.waits, first.decision.allow) == (None, True, True)
    assert pair.ec.turn("us") == 0
    second = pair.ec.ask(by=berta)
    assert second.query_id is not None
    pair.flow()
    assert pair.ec.scalar("SELECT count(*) FROM exchange_query WHERE state = 'answered'") == 1
