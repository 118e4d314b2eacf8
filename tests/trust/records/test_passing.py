"""A record is passed on with the marking that applies, and only where that lets it be passed on."""

from uuid import UUID

import pytest
from tests.sim.federation import Federation, SimNode
from tests.sim.recalls import accepted, consented, grounds, kept, shared

from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.exports import Export, Use
from cordillera.trust.handling.model import Audience, Caveats
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.records.passing import Shared

pytest_plugins = ("tests.sim.fixtures",)
AT_HOME = [
    (HandlingChoice(codes=("H2",)), ("handling.no_dissemination",)),
    (HandlingChoice(tlp="AMBER+STRICT"), ("handling.beyond_audience", "handling.no_dissemination")),
    (HandlingChoice(tlp="RED", codes=("H2",)), ("handling.beyond_audience", "handling.no_dissemination")),
]


def restricted(node: SimNode, record_id: UUID, choice: HandlingChoice) -> HandlingService:
    handling = HandlingService(node.parts, node.records)
    with node.store.transaction(node.officer.scope) as tx:
        handling.restrict(tx, node.officer, record_id, choice)
    return handling


def tried(node: SimNode, record_id: UUID, other: str) -> Shared:
    with node.store.transaction(node.officer.scope) as tx:
        return node.records.share(tx, node.officer, record_id, other, grounds(node, other))


def applies(node: SimNode, record_id: UUID) -> Caveats:
    with node.store.transaction(node.officer.scope) as tx:
        return HandlingService(node.parts, node.records).caveats(tx, [record_id])[record_id]


@pytest.mark.parametrize(("choice", "why"), AT_HOME[-1:])
def test_condition_3_what_a_receiver_closed_goes_to_nobody_though_the_originator_consents(
    joined: Federation, choice: HandlingChoice, why: tuple[str, ...]
) -> None:
    record_id, pe = kept(joined["ec"]), joined["pe"]
    shared(joined["ec"], record_id, "pe")
    joined.settle()
    accepted(pe, record_id)
    consented(joined, "pe", "ec", record_id, "us")
    handling = restricted(pe, record_id, choice)
    with pe.store.transaction(pe.officer.scope) as tx:
        refused = handling.release(tx, pe.officer, [record_id], Export(Use.DISSEMINATION))
    assert refused.code == "handling.export_refused"
    told = tried(pe, record_id, "us")
    assert (told.message_id, told.withheld) == (None, why)
    assert pe.scalar("SELECT count(*) FROM exchange_outbox WHERE type = 'notice.suspect'") == 0
    assert pe.leaves("refusal") == 2


@pytest.mark.parametrize(("choice", "why"), AT_HOME)
def test_condition_3_a_record_of_our_own_that_we_closed_stays(
    joined: Federation, choice: HandlingChoice, why: tuple[str, ...]
) -> None:
    ec = joined["ec"]
    record_id = kept(ec)
    restricted(ec, record_id, choice)
    told = tried(ec, record_id, "pe")
    assert (told.message_id, told.withheld) == (None, why)


def test_what_was_added_travels_with_the_record(joined: Federation) -> None:
    ec, pe = joined["ec"], joined["pe"]
    record_id = kept(
        ec, handling={"tlp": "GREEN", **dict.fromkeys(("may_disseminate", "may_evidence", "may_act"), "true")}
    )
    restricted(ec, record_id, HandlingChoice(codes=("H1",), pap="RED", tlp="AMBER"))
    shared(ec, record_id, "pe")
    joined.settle()
    accepted(pe, record_id)
    there = applies(pe, record_id)
    assert (there.may_evidence, there.may_act) == (False, False)
    assert there.audience <= Audience.CLIENTS
    assert {"H1", "AMBER", "RED"} <= {marking.value for marking in there.markings}
    assert "PAP" in {marking.scheme.upper() for marking in there.markings}
