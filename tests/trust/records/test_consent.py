"""Passing on needs the originator's consent; withdrawing it erases what the recipient has."""

import pytest
from tests.sim.federation import NODE, Federation, officer
from tests.sim.recalls import PURPOSE, accepted, chain, change_at, consented, holds, kept, shared

from cordillera.trust.records.errors import ConsentMissing, NotOriginator, SecondOfficerMissing, WrongState

pytest_plugins = ("tests.sim.fixtures",)


def given(net: Federation) -> object:
    record_id = kept(net["ec"])
    assert shared(net["ec"], record_id, "pe") is not None
    net.settle()
    accepted(net["pe"], record_id)
    return record_id


def test_two_officers_of_the_originator_must_agree(joined: Federation) -> None:
    record_id, pe, ec = given(joined), joined["pe"], joined["ec"]
    with pe.store.transaction(pe.officer.scope) as tx:
        asked = pe.records.ask_consent(tx, pe.officer, record_id, "us", PURPOSE, "same ring")
    joined.settle()
    one, two = (officer("EC", ("agreement_officer",), name) for name in ("one", "two"))
    with ec.store.transaction(one.scope) as tx:
        assert ec.records.consents_waiting(tx)[-1].reason == "same ring"
        assert ec.records.grant_consent(tx, one, asked.consent_id).state == "seconded"
        with pytest.raises(SecondOfficerMissing):
            ec.records.grant_consent(tx, one, asked.consent_id)
    joined.settle()
    with pytest.raises(ConsentMissing):
        shared(pe, record_id, "us")
    with ec.store.transaction(two.scope) as tx:
        assert ec.records.grant_consent(tx, two, asked.consent_id).state == "granted"
    joined.settle()
    with pe.store.transaction(NODE) as tx:
        (held,) = pe.records.consents(tx, record_id)
    assert (held.state, bool(held.leaf)) == ("granted", True)
    assert shared(pe, record_id, "us") is not None


def test_a_refused_request_lets_nothing_pass(joined: Federation) -> None:
    record_id, pe, ec = given(joined), joined["pe"], joined["ec"]
    with pe.store.transaction(pe.officer.scope) as tx:
        asked = pe.records.ask_consent(tx, pe.officer, record_id, "us", PURPOSE, "same ring")
    joined.settle()
    one = officer("EC", ("agreement_officer",), "one")
    with ec.store.transaction(one.scope) as tx:
        ec.records.refuse_consent(tx, one, asked.consent_id)
        with pytest.raises(WrongState):
            ec.records.grant_consent(tx, one, asked.consent_id)
    joined.settle()
    with pe.store.transaction(NODE) as tx:
        assert [one.state for one in pe.records.consents(tx, record_id)] == ["refused"]
    with pytest.raises(ConsentMissing):
        shared(pe, record_id, "us")


def test_consent_to_one_partner_and_purpose_is_none_to_others(joined: Federation) -> None:
    record_id = given(joined)
    consented(joined, "pe", "ec", record_id, "xx")
    with pytest.raises(ConsentMissing):
        shared(joined["pe"], record_id, "us")


def test_withdrawing_consent_erases_at_the_recipient_and_the_proof_comes_back(joined: Federation) -> None:
    record_id = given(joined)
    consent = consented(joined, "pe", "ec", record_id, "us")
    assert shared(joined["pe"], record_id, "us") is not None
    joined.settle()
    accepted(joined["us"], record_id)
    lawyer = officer("EC", ("agreement_officer",), "one")
    ec = joined["ec"]
    with ec.store.transaction(lawyer.scope) as tx:
        change = ec.records.revoke_consent(tx, lawyer, consent, "the case is closed")
    joined.settle()
    done = change_at(ec, change.change_id)
    assert done.state == "done"
    assert {one.effect for task in done.tasks for one in (task.done, *task.onward) if one} == {
        "passed_on", "erased",
    }  # fmt: skip
    assert [holds(joined[name], record_id) for name in ("ec", "pe", "us")] == [True, True, False]
    with pytest.raises(ConsentMissing):
        shared(joined["pe"], record_id, "us")


def test_a_record_of_our_own_needs_nobodys_consent(joined: Federation) -> None:
    ec = joined["ec"]
    record_id = kept(ec)
    with ec.store.transaction(ec.officer.scope) as tx, pytest.raises(NotOriginator):
        ec.records.ask_consent(tx, ec.officer, record_id, "us", PURPOSE, "why not")


def test_when_the_partner_in_between_is_revoked_the_originator_reaches_who_is_behind(
    three: Federation,
) -> None:
    record_id = chain(three, "ec", "pe", "us")
    ec, us = three["ec"], three["us"]
    ec.revoke("pe")
    us.revoke("pe")
    with ec.store.transaction(ec.officer.scope) as tx:
        change = ec.records.recall(tx, ec.officer, record_id, "the wrong person")
    three.settle()
    assert not holds(us, record_id)
    by_holder = {task.holder: task for task in change_at(ec, change.change_id).tasks}
    assert by_holder["us"].state == "done"
    assert not by_holder["pe"].complete
