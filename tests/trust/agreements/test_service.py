"""Standing of agreements in a real database: one officer closes, two open, every change leaves a leaf."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.errors import (
    NotAnAgreementOfficer,
    NothingToConfirm,
    NotReadyForForce,
    ReasonMissing,
    SecondOfficerMissing,
    StatusForbidsChange,
    UnknownAgreement,
)
from cordillera.trust.agreements.loading import SHIPPED
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.agreements.vocabulary import Status
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

US_EC = "us-ec-2025"
NODE = Scope.node("test")


def officer(name: str, *roles: str) -> OfficerSession:
    return OfficerSession(
        session_id=uuid4(),
        officer_id=name,
        login=name,
        name=name,
        agency="EC-PN",
        country="EC",
        roles=roles or ("agreement_officer",),
        desks=(),
        purpose="agreement_work",
        language="es",
        csrf_token="",
    )


ONE, OTHER = officer("officer-a"), officer("officer-b")


@pytest.fixture
def ledger(keyring, clock) -> Ledger:
    return Ledger(keyring, clock, "ec.test")


@pytest.fixture
def service(ledger, clock) -> AgreementService:
    return AgreementService(ledger, clock)


def test_a_fresh_node_holds_the_shipped_agreements_as_their_files_say(store, service):
    with store.transaction(NODE) as tx:
        book = service.book(tx)
        assert [loaded.agreement.id for loaded in book] == sorted(SHIPPED)
        assert book.state(US_EC).status is Status.IN_FORCE
        assert book.state("us-cl-2025").status is Status.PROVISIONAL


def test_one_officer_suspends_and_nothing_is_released_from_then_on(store, service, good):
    with store.transaction(ONE.scope) as tx:
        assert service.suspend(tx, ONE, US_EC, "partner's note").done
        assert service.book(tx).decide(good).violated == ("US-EC/art23.1",)
    with store.transaction(NODE) as tx:
        assert not service.book(tx).decide(good).allow


def test_condition_4_resuming_takes_two_officers(store, service, good):
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "note")
    with store.transaction(ONE.scope) as tx:
        first = service.resume(tx, ONE, US_EC, "settled")
        assert (first.done, first.status) == (False, Status.SUSPENDED)
        assert not service.book(tx).decide(good).allow
    with pytest.raises(SecondOfficerMissing), store.transaction(ONE.scope) as tx:
        service.resume(tx, ONE, US_EC, "settled")
    with store.transaction(OTHER.scope) as tx:
        second = service.resume(tx, OTHER, US_EC, "agreed")
        assert (second.done, second.status) == (True, Status.IN_FORCE)
        assert service.book(tx).decide(good).allow


def test_condition_4_an_old_proposal_does_not_serve_a_later_suspension(store, service):
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "first")
        service.terminate(tx, ONE, US_EC, "end it")
        service.resume(tx, ONE, US_EC, "settled")
    with store.transaction(OTHER.scope) as tx:
        assert service.resume(tx, OTHER, US_EC, "agreed").done
        assert not service.terminate(tx, OTHER, US_EC, "end it").done


def test_condition_6_a_termination_ends_the_agreement_when_notice_has_run(store, service, good, clock):
    with store.transaction(ONE.scope) as tx:
        service.terminate(tx, ONE, US_EC, "notice given")
    with store.transaction(OTHER.scope) as tx:
        given = service.terminate(tx, OTHER, US_EC, "notice given")
        assert (given.done, given.status, given.ends_on) == (True, Status.IN_FORCE, "2027-02-21")
        assert service.book(tx).decide(good).allow
        with pytest.raises(StatusForbidsChange):
            service.terminate(tx, ONE, US_EC, "again")
    with store.transaction(ONE.scope) as tx:
        assert service.suspend(tx, ONE, US_EC, "note").done
        service.resume(tx, OTHER, US_EC, "settled")
        assert service.resume(tx, ONE, US_EC, "settled").ends_on == "2027-02-21"
    clock.set(datetime(2027, 2, 21, 0, 0, 1, tzinfo=UTC))
    with store.transaction(NODE) as tx:
        assert service.book(tx).state(US_EC).status is Status.TERMINATED


def test_condition_3_what_is_terminated_stays_terminated(store, service, clock):
    with store.transaction(ONE.scope) as tx:
        service.terminate(tx, ONE, US_EC, "notice given")
        service.terminate(tx, OTHER, US_EC, "notice given")
    clock.set(datetime(2027, 2, 21, 0, 0, 1, tzinfo=UTC))
    with store.transaction(OTHER.scope) as tx:
        for step in (service.suspend, service.resume, service.terminate):
            with pytest.raises(StatusForbidsChange):
                step(tx, ONE, US_EC, "again")


def test_what_was_given_stays_bound_after_the_end(store, service, clock, good):
    with store.transaction(ONE.scope) as tx:
        service.terminate(tx, ONE, US_EC, "notice given")
        service.terminate(tx, OTHER, US_EC, "notice given")
    clock.set(datetime(2028, 1, 1, tzinfo=UTC))
    with store.transaction(NODE) as tx:
        book = service.book(tx)
        assert not book.decide(good).allow
        for duty in ("correction", "erasure", "redress"):
            assert book.duty(US_EC, duty).allow
            assert book.duty(US_EC, duty).permitting


def test_condition_5_unsigned_or_assumed_terms_do_not_come_into_force(store, service):
    with store.transaction(ONE.scope) as tx:
        for _ in range(2):
            with pytest.raises(NotReadyForForce):
                service.take_step(tx, ONE, "us-cl-2025", Step.BRING_INTO_FORCE, "both signed")


def test_condition_1_only_agreement_officers_change_standing(store, service):
    for role in ("watch_officer", "analyst", "liaison", "supervisor", "operator"):
        person = officer("x", role)
        with store.transaction(person.scope) as tx:
            with pytest.raises(NotAnAgreementOfficer):
                service.suspend(tx, person, US_EC, "reason")
            with pytest.raises(NotAnAgreementOfficer):
                service.confirm_terms(tx, person, US_EC, ["art1.5"])


def test_condition_2_a_change_states_its_reason(store, service):
    with pytest.raises(ReasonMissing), store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "  ")


def test_an_unknown_agreement_is_not_found(store, service):
    with pytest.raises(UnknownAgreement), store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, "us-xx-1999", "reason")


def test_assumed_terms_are_confirmed_by_two_officers_and_unsigned_stay_closed_to_production(
    store, service, spoilt
):
    request = spoilt(environment="production")
    assumed = [
        clause.article for clause in PolicyBook.load_shipped().get(US_EC).agreement.clauses if clause.assumed
    ]
    with store.transaction(ONE.scope) as tx:
        assert service.confirm_terms(tx, ONE, US_EC, assumed) == frozenset()
        assert not service.book(tx).decide(request).allow
    with pytest.raises(SecondOfficerMissing), store.transaction(ONE.scope) as tx:
        service.confirm_terms(tx, ONE, US_EC, assumed[:1])
    with store.transaction(OTHER.scope) as tx:
        assert service.confirm_terms(tx, OTHER, US_EC, assumed[1:]) == frozenset(assumed[1:])
        assert f"US-EC/{assumed[0]}" in service.book(tx).decide(request).violated
        service.confirm_terms(tx, OTHER, US_EC, assumed[:1])
        assert service.book(tx).decide(request).violated == ("US-EC/art23.1",)


def test_a_public_or_unknown_article_has_nothing_to_confirm(store, service):
    for articles in ([], ["art2.1"], ["art99"]):
        with pytest.raises(NothingToConfirm), store.transaction(ONE.scope) as tx:
            service.confirm_terms(tx, ONE, US_EC, articles)


def test_every_change_leaves_a_leaf_in_the_same_transaction(store, service, ledger):
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "note")
        service.resume(tx, ONE, US_EC, "settled")
        service.confirm_terms(tx, ONE, US_EC, ["art1.5"])
    with store.transaction(ONE.scope) as tx:
        rows = ledger.events(tx, kind=LeafKind.AGREEMENT_CHANGED)
        steps = [(row.detail or {}).get("step") for row in rows]
        assert sorted(map(str, steps)) == ["confirm", "resume", "suspend"]
        assert {row.agreement_id for row in rows} == {US_EC}


def test_a_change_that_is_rolled_back_leaves_neither_status_nor_leaf(store, service, ledger):
    with store.transaction(ONE.scope) as tx:
        service.suspend(tx, ONE, US_EC, "note")
        tx.rollback()
    with store.transaction(ONE.scope) as tx:
        assert service.book(tx).state(US_EC).status is Status.IN_FORCE
        assert list(ledger.events(tx, kind=LeafKind.AGREEMENT_CHANGED)) == []


def test_the_database_itself_refuses_one_officer_as_two(store):
    with pytest.raises(sa.exc.IntegrityError), store.transaction(NODE) as tx:
        tx.execute(
            sa.text(
                "INSERT INTO agreement_status"
                " (agreement_id, status, changed_by, second_officer, reason, changed_at)"
                " VALUES ('us-ec-2025', 'in_force', 'a', 'a', 'r', :at)"
            ),
            {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        )
