"""Adopting a signed agreement at run time: two officers, newer versions only, in effect at once."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from tests.trust.agreements.signing import LINKS, ONE, OTHER, officer, second, settled, signed

from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.agreements.adoption import AdoptionOutcome
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.errors import (
    AgreementRejected,
    NotAnAgreementOfficer,
    NotAParty,
    NothingProposed,
    NotSigned,
    OutsideSchema,
    ReasonMissing,
    SecondOfficerMissing,
    StatusForbidsChange,
    VersionRolledBack,
    VersionsOverlap,
)
from cordillera.trust.agreements.ports import Links
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

US_EC = "us-ec-2025"
NODE = Scope.node("test")


@pytest.fixture
def ledger(keyring, clock) -> Ledger:
    return Ledger(keyring, clock, "ec.test")


@pytest.fixture
def service(ledger, clock) -> AgreementService:
    return AgreementService(ledger, clock, LINKS)


def offer(
    store: Store, service: AgreementService, who, raw: bytes, reason: str = "signed"
) -> AdoptionOutcome:
    with store.transaction(who.scope) as tx:
        return service.adoption.offer(tx, who, raw, reason)


def adopt(store: Store, service: AgreementService, raw: bytes) -> AdoptionOutcome:
    offer(store, service, ONE, raw)
    return offer(store, service, OTHER, raw)


def test_the_signatures_of_both_parties_open_production_for_the_very_text_that_came_unsigned(
    store, service, spoilt
):
    request = spoilt(environment="production")
    with store.transaction(NODE) as tx:
        assert not service.book(tx).decide(request).allow
    adopt(store, service, signed(second("2026-11-21")))
    with store.transaction(NODE) as tx:
        book = service.book(tx)
        assert book.get(US_EC).agreement.version == 2
        assert book.decide(request).allow


def test_condition_8_one_officer_proposes_and_another_adopts(store, service):
    raw = signed(second())
    assert offer(store, service, ONE, raw).done is False
    with store.transaction(NODE) as tx:
        assert len(service.book(tx).versions(US_EC)) == 1
    with pytest.raises(SecondOfficerMissing):
        offer(store, service, ONE, raw)
    outcome = offer(store, service, OTHER, raw)
    assert (outcome.agreement_id, outcome.version, outcome.done) == (US_EC, 2, True)


def test_a_second_officer_adopts_the_kept_file_by_its_hash_and_one_puts_it_aside(store, service):
    proposed = offer(store, service, ONE, signed(second()))
    with store.transaction(OTHER.scope) as tx:
        service.adoption.withdraw(tx, OTHER, proposed.agreement_hash, "wrong annex")
        with pytest.raises(NothingProposed):
            service.adoption.adopt(tx, OTHER, proposed.agreement_hash, "agreed")
    proposed = offer(store, service, ONE, signed(second()))
    with store.transaction(OTHER.scope) as tx:
        assert service.adoption.adopt(tx, OTHER, proposed.agreement_hash, "agreed").done


def test_condition_1_only_agreement_officers_adopt_and_state_why(store, service):
    watch = officer("watch", "watch_officer")
    with pytest.raises(NotAnAgreementOfficer):
        offer(store, service, watch, signed(second()))
    with pytest.raises(ReasonMissing):
        offer(store, service, ONE, signed(second()), " ")


def test_condition_2_an_unsigned_file_is_not_adopted(store, service):
    with pytest.raises(NotSigned):
        offer(store, service, ONE, second())


def test_condition_3_an_agreement_of_others_is_not_adopted(store, ledger, clock):
    chile = AgreementService(ledger, clock, Links(country="CL", roots=LINKS.roots))
    with pytest.raises(NotAParty):
        offer(store, chile, ONE, signed(second()))


def test_condition_4_a_text_whose_parts_contradict_each_other_is_not_adopted(store, service):
    value = json.loads(second())
    value["services"][0]["purposes"].append("tax_collection")
    with pytest.raises(AgreementRejected):
        offer(store, service, ONE, signed(json.dumps(value).encode()))
    with pytest.raises(OutsideSchema):
        signed(b'{"id": "us-ec-2025"}')


def test_condition_5_versions_only_grow(store, service):
    adopt(store, service, signed(second()))
    again = signed(second(title={"es": "Otro", "en": "Other"}))
    with pytest.raises(VersionRolledBack):
        offer(store, service, ONE, again)
    with pytest.raises(VersionRolledBack):
        offer(store, service, ONE, signed(settled()))


def test_condition_6_versions_do_not_overlap(store, service):
    valid = {"from": "2026-12-01", "notice_months": 3}
    with pytest.raises(VersionsOverlap):
        offer(store, service, ONE, signed(settled(version=2, valid=valid)))
    before = {"from": "2025-07-31", "notice_months": 3}
    with pytest.raises(VersionsOverlap):
        offer(store, service, ONE, signed(settled(version=2, valid=before, supersedes="us-ec-2025@1")))


def test_condition_6_is_also_the_database_s(store, service):
    adopt(store, service, signed(second()))
    statement = (
        "INSERT INTO agreement_version SELECT agreement_id, 3, repeat('0', 64), signed, valid_from, valid_to,"
        " file, leaf, proposed_by, adopted_by, reason, adopted_at FROM agreement_version WHERE version = 2"
    )
    with (
        pytest.raises(sa.exc.IntegrityError, match="agreement_version_overlap"),
        store.transaction(NODE) as tx,
    ):
        tx.execute(sa.text(statement))


def test_condition_7_a_new_version_does_not_revive_what_was_terminated(store, service, clock):
    for who in (ONE, OTHER):
        with store.transaction(who.scope) as tx:
            service.terminate(tx, who, US_EC, "notice")
    clock.advance(timedelta(days=93))
    with pytest.raises(StatusForbidsChange):
        offer(store, service, ONE, signed(second("2027-03-01")))


def test_a_new_version_does_not_lift_a_suspension(store, service, good):
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "note")
    adopt(store, service, signed(second("2026-11-21")))
    with store.transaction(NODE) as tx:
        assert service.book(tx).state(US_EC).status is Status.SUSPENDED
        assert not service.book(tx).decide(good).allow


def test_the_version_of_the_moment_decides_and_the_one_before_for_a_day_more(store, service, clock, spoilt):
    with store.transaction(NODE) as tx:
        old = service.book(tx).get(US_EC).agreement_hash
    adopt(store, service, signed(second("2026-11-22")))
    with store.transaction(NODE) as tx:
        book = service.book(tx)
        assert book.get(US_EC).agreement_hash == old
        new = book.versions(US_EC)[1].loaded.agreement_hash
        assert book.decide(spoilt()).agreement_hash == old
    morning = datetime(2026, 11, 22, 9, tzinfo=UTC)
    clock.set(morning)
    made_before, made_after = morning - timedelta(hours=10), morning - timedelta(hours=1)
    with store.transaction(NODE) as tx:
        book = service.book(tx)
        assert book.decide(spoilt(at=morning)).agreement_hash == new
        under_old = book.decide(spoilt(at=morning, agreement_hash=old))
        assert (under_old.allow, under_old.agreement_hash) == (True, old)
        assert book.accepts(US_EC, old, made_before, morning)
        assert not book.accepts(US_EC, old, made_after, morning)
        late = datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)
        assert not book.decide(spoilt(at=late, agreement_hash=old)).allow
        assert not book.accepts(US_EC, old, made_before, late)
        assert not book.decide(spoilt(at=morning, agreement_hash="0" * 64)).allow


def test_history_keeps_both_versions_with_their_days(store, service):
    adopt(store, service, signed(second("2026-11-22")))
    with store.transaction(NODE) as tx:
        versions = service.book(tx).versions(US_EC)
    assert [(one.number, one.ends, one.signed) for one in versions] == [
        (1, date(2026, 11, 21), False),
        (2, date(2028, 1, 31), True),
    ]


def test_an_adoption_leaves_a_leaf_that_names_version_and_hash(store, service, ledger):
    outcome = adopt(store, service, signed(second()))
    with store.transaction(ONE.scope) as tx:
        rows = ledger.events(tx, kind=LeafKind.AGREEMENT_CHANGED)
        steps = [(row.detail or {}).get("step") for row in rows]
        ((_, leaf),) = ledger.of_message(tx, "agreement.adopted")
    assert sorted(map(str, steps)) == ["adopt", "propose"]
    assert leaf.agr_hash == outcome.agreement_hash
    assert leaf.decision is not None
    assert leaf.decision.articles == ("us-ec-2025@2",)


def test_a_provisional_agreement_comes_into_force_by_two_officers_once_signed(store, service):
    adopt(store, service, signed(second("2026-11-21", status="provisional")))
    for who in (ONE, OTHER):
        with store.transaction(who.scope) as tx:
            outcome = service.take_step(tx, who, US_EC, Step.BRING_INTO_FORCE, "both signed")
    assert (outcome.done, outcome.status) == (True, Status.IN_FORCE)
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "note")
        service.resume(tx, ONE, US_EC, "settled")
        assert service.resume(tx, OTHER, US_EC, "settled").status is Status.IN_FORCE


def test_what_was_adopted_passes_the_check_at_start(store, service):
    adopt(store, service, signed(second()))
    with store.transaction(NODE) as tx:
        assert service.check_adopted(tx) == 1
