"""Attack: a partner passes a record on without its originator's consent."""

import msgspec
import pytest
from tests.sim.federation import Federation
from tests.sim.recalls import accepted, grounds, kept, shared

from cordillera.trust.exchange.policy import Circumstances, judge
from cordillera.trust.records.errors import ConsentMissing
from cordillera.trust.records.passing import Passing

pytest_plugins = ("tests.sim.fixtures",)


def test_passing_on_without_consent_is_refused_and_nothing_leaves(three: Federation) -> None:
    record_id = kept(three["ec"])
    shared(three["ec"], record_id, "pe")
    three.settle()
    accepted(three["pe"], record_id)
    with pytest.raises(ConsentMissing):
        shared(three["pe"], record_id, "us")
    three.settle()
    assert not three["us"].scalar("SELECT count(*) FROM record")


def test_the_agreement_forbids_passing_on_where_no_consent_is_named(three: Federation) -> None:
    ec, pe = three["ec"], three["pe"]
    record_id = kept(ec)
    with ec.store.transaction(ec.officer.scope) as tx:
        record = ec.records.get(tx, record_id)
        body = ec.records.body(tx, record_id)
        partner = next(one for one in ec.service.partners(tx) if one.id == "pe")
        given = (record, body, partner, grounds(ec, "pe"), None, record.handling)
        sent = Passing(ec.records)._payload(tx, ec.officer, *given)
        ordered = msgspec.structs.replace(sent.legal, ordered_by="another")
        payload = msgspec.structs.replace(sent, legal=ordered)
        onward = msgspec.structs.replace(
            payload, legal=msgspec.structs.replace(payload.legal, onward_to="pe")
        )
        about = Circumstances("EC", "PE", "exercise", ec.clock.now())
        assert judge(ec.parts.policies(tx), payload, about).allow
        denied = judge(ec.parts.policies(tx), onward, about)
    assert not denied.allow
    assert "EX-EC-PE/art13.2" in denied.violated
    assert pe.identity.id == "pe"
