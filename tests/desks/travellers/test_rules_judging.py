"""Active rules before travellers who come: one alert, explained, at once, within bounds."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person
from tests.desks.travellers.rules_world import LAWFUL, LIMITS, activated

from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.inventory_store import forget_traveller
from cordillera.desks.travellers.rules_errors import RuleStateForbids
from cordillera.desks.travellers.rules_judging import RuleJudging
from cordillera.desks.travellers.rules_model import Act, Limits, RuleState, Seen
from cordillera.desks.travellers.rules_service import RuleService
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling


@pytest.fixture
def rules(ledger, sealer, clock, review) -> RuleService:
    return RuleService(ledger, sealer, clock, review)


@pytest.fixture
def ruled(ledger, sealer, clock, review, listed, rules) -> TravellerService:
    """A desk with rules."""
    judging = RuleJudging(rules, sealer, clock, "en")
    return TravellerService(
        Parts(ledger, sealer, clock, review, listed, judge=judging), Desk("America/Guayaquil")
    )


@pytest.fixture(autouse=True)
def history(travellers, store, scope, origin, paxlst):
    """One traveller who came before, so that a pre-test sees somebody."""
    with store.transaction(scope) as tx:
        travellers.ingest(tx, paxlst("MORA:INES", reference="0"), origin)


def come(desk, store, scope, origin, raw):
    with store.transaction(scope) as tx:
        return desk.ingest(tx, raw, origin)


def alerts(review, store, ana):
    with store.transaction(ana.scope) as tx:
        rows = review.queue(tx, QueueFilter()).rows
        return [review.get(tx, ana, row.id) for row in rows]


def test_rule_alone_raises_an_alert_that_names_rule_version_and_bytes(
    ruled, rules, review, store, scope, origin, paxlst, ana
):
    activated(rules, store)
    raw = paxlst("PEREZ:ANA")
    assert come(ruled, store, scope, origin, raw).alerts == 1
    (alert,) = alerts(review, store, ana)
    (finding,) = alert.findings
    assert finding.kind == "finding.rule"
    assert finding.source.startswith("rule:from-bogota@1/")
    terms = {(term.name, term.detail): term for term in finding.terms}
    assert ("rules.raised", "from-bogota 1: Passport of a stranger, arriving at noon") in terms
    origin_term = terms["rules.condition", 'flight.origin = "BOG" (flight.origin = BOG)']
    (cited,) = origin_term.evidence
    assert raw[cited.start : cited.end] == b"BOG"
    assert cited.source.startswith("message:")
    assert ("rules.exonerating", "traveller.journeys >= 6 (traveller.journeys = 0)") in terms


def test_list_and_rule_hits_stand_in_one_alert(
    ruled, rules, review, store, scope, origin, paxlst, ana, listed
):
    activated(rules, store)
    listed.names = {"PEREZ"}
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA", "SOTO:LUIS"))
    found = alerts(review, store, ana)
    assert sorted(sorted(finding.kind for finding in alert.findings) for alert in found) == [
        ["finding.list_match", "finding.rule"],
        ["finding.rule"],
    ]


def test_no_condition_scores_least_of_all_a_country(ruled, rules, review, store, scope, origin, paxlst, ana):
    text = LAWFUL.replace('(type = "P")', '(type = "P")\n  and traveller.nationality = "COL"')
    activated(rules, store, text)
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA"))
    (alert,) = alerts(review, store, ana)
    (finding,) = alert.findings
    assert {term.name for term in finding.terms if term.contribution} == {"rules.raised"}
    country = next(term for term in finding.terms if term.name == "rules.country")
    raised = next(term for term in finding.terms if term.name == "rules.raised")
    assert country.evidence[0].text == "COL"
    assert country.evidence[0] not in raised.evidence


def test_rule_on_payments_does_not_fire_on_a_passenger_list(ruled, rules, store, scope, origin, paxlst):
    """GTAS issue 740: what a passenger list cannot say is unknown, and the unknown raises nobody."""
    activated(rules, store, LAWFUL.replace('any document (type = "P")', "without payment (amount > 1 USD)"))
    other = LAWFUL.replace("from-bogota", "b").replace(
        'any document (type = "P")', 'any payment (method = "CASH")'
    )
    activated(rules, store, other)
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA")).alerts == 0


def test_activation_and_suspension_count_from_the_next_message_in_every_process(
    ruled, store, scope, origin, paxlst, ledger, sealer, clock, review, ana
):
    """GTAS issue 200: rules took effect after a restart. A second desk stands for another process."""
    other = RuleService(ledger, sealer, clock, review)
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA", reference="1")).alerts == 0
    active = activated(other, store)
    assert come(ruled, store, scope, origin, paxlst("SOTO:LUIS", reference="2")).alerts == 1
    with store.transaction(ana.scope) as tx:
        other.suspend(tx, ana, active.id, "raises too many")
    assert come(ruled, store, scope, origin, paxlst("VERA:EVA", reference="3")).alerts == 0


def test_traveller_announced_again_is_not_raised_again(
    ruled, rules, review, store, scope, origin, paxlst, ana
):
    activated(rules, store)
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA", reference="1"))
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA", reference="2"))
    (alert,) = alerts(review, store, ana)
    assert len(alert.findings) == 1


def test_rule_at_its_ceiling_is_suspended_and_raises_nobody_beyond_it(
    ruled, rules, store, scope, origin, paxlst, ana
):
    active = activated(rules, store, limits=Limits(LIMITS.review_on, hits_per_day=2))
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA", "SOTO:LUIS", "VERA:EVA")).alerts == 2
    with store.transaction(ana.scope) as tx:
        detail = rules.get(tx, ana, active.id)
    assert (detail.version.state, detail.steps[0].act) == (RuleState.SUSPENDED, Act.CEILING)
    assert come(ruled, store, scope, origin, paxlst("RUIZ:EVA", reference="2")).alerts == 0


def taken_while(desk, store, scope, origin, raw, what):
    """Take a message in; while its transaction is open, let something else begin that waits for it or not."""
    with ThreadPoolExecutor(1) as pool:
        with store.transaction(scope) as tx:
            own = desk.ingest(tx, raw, origin)
            other = pool.submit(what)
            with suppress(TimeoutError):
                other.result(timeout=1)
        return own, other.result(timeout=30)


def test_messages_that_come_at_one_moment_raise_nobody_beyond_the_ceiling(
    ruled, rules, store, scope, origin, paxlst, ana
):
    active = activated(rules, store, limits=Limits(LIMITS.review_on, hits_per_day=3))
    later = others(paxlst("RUIZ:EVA", "LEON:JUAN", reference="2").replace(b"261121", b"261122"), b"CD")
    first, second = taken_while(
        ruled,
        store,
        scope,
        origin,
        paxlst("PEREZ:ANA", "SOTO:LUIS"),
        lambda: come(ruled, store, scope, origin, later),
    )
    assert (first.alerts, second.alerts) == (2, 1)
    with store.transaction(ana.scope) as tx:
        assert rules.get(tx, ana, active.id).version.state is RuleState.SUSPENDED


def test_rule_suspended_while_a_message_is_judged_raises_nobody_after_it(
    ruled, rules, store, scope, origin, paxlst, ana
):
    active = activated(rules, store)
    with ThreadPoolExecutor(1) as pool:
        with store.transaction(ana.scope) as tx:
            rules.suspend(tx, ana, active.id, "it raises the wrong people")
            message = pool.submit(come, ruled, store, scope, origin, paxlst("PEREZ:ANA"))
            with suppress(TimeoutError):
                message.result(timeout=1)
        assert message.result(timeout=30).alerts == 0


def test_two_officers_who_end_and_keep_a_rule_at_one_moment_do_not_both_succeed(rules, store, ana):
    active = activated(rules, store)

    def suspended():
        with store.transaction(Person("of-2", "Berta Vera").scope) as tx:
            rules.suspend(tx, Person("of-2", "Berta Vera"), active.id, "it raises the wrong people")

    with ThreadPoolExecutor(1) as pool:
        with store.transaction(ana.scope) as tx:
            rules.suspend(tx, ana, active.id, "it raises the wrong people")
            other = pool.submit(suspended)
            with suppress(TimeoutError):
                other.result(timeout=0.5)
        with pytest.raises(RuleStateForbids):
            other.result(timeout=30)


def test_ceiling_is_of_a_day(ruled, rules, store, scope, origin, paxlst, clock):
    activated(rules, store, limits=Limits(LIMITS.review_on, hits_per_day=2))
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA", "SOTO:LUIS")).alerts == 2
    clock.advance(timedelta(days=1))
    assert come(ruled, store, scope, origin, paxlst("RUIZ:EVA", reference="2")).alerts == 1


def test_overdue_rule_raises_nobody_even_before_the_machine_suspends_it(
    ruled, rules, store, scope, origin, paxlst, clock
):
    activated(rules, store, limits=Limits(date(2026, 11, 23)))
    clock.advance(timedelta(days=2))
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA")).alerts == 0


def test_rule_of_another_agency_judges_nobody_here(
    ruled, rules, store, scope, origin, paxlst, travellers, stranger
):
    theirs = Person("of-8", "Carla Paz", agency=stranger.agency)
    elsewhere = type(origin)(origin.channel, "b.txt", stranger.agency)
    come(travellers, store, stranger.scope, elsewhere, paxlst("MORA:INES", reference="0"))
    with store.transaction(theirs.scope) as tx:
        saved = rules.save_draft(tx, theirs, LAWFUL, LIMITS)
    pretest = rules.pretest(store, theirs, saved.id)
    with store.transaction(theirs.scope) as tx:
        rules.propose(tx, theirs, saved.id, "ready to be used")
        rules.activate(tx, stranger, saved.id, Seen(saved.digest, pretest.id), "ready to be used")
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA")).alerts == 0
    assert come(ruled, store, stranger.scope, elsewhere, paxlst("PEREZ:ANA")).alerts == 1


def others(raw, letter):
    """The same message about people with other documents: whom an officer cleared is not asked again."""
    return raw.replace(b"AB000", letter + b"B000")


def decide(review, store, officer, outcome):
    with store.transaction(officer.scope) as tx:
        for row in review.queue(tx, QueueFilter()).rows:
            review.decide(tx, officer, row.id, Ruling(outcome, "looked at the person"))


def test_decisions_feed_the_report_of_a_rule(ruled, rules, review, store, scope, origin, paxlst, ana, listed):
    active = activated(rules, store)
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA", reference="1"))
    decide(review, store, ana, Outcome.CONFIRMED)
    come(ruled, store, scope, origin, others(paxlst("SOTO:LUIS", "VERA:EVA", reference="2"), b"C"))
    decide(review, store, ana, Outcome.NOT_SAME_PERSON)
    listed.names = {"RUIZ"}
    come(ruled, store, scope, origin, others(paxlst("RUIZ:EVA", "CRUZ:PIA", reference="3"), b"D"))
    with store.transaction(ana.scope) as tx:
        report = rules.report(tx, active.id)
    assert (report.travellers, report.hits, report.hits_today) == (5, 5, 5)
    assert (report.decided, report.confirmed, report.false_alerts, report.open, report.mixed) == (
        3,
        1,
        2,
        1,
        1,
    )
    assert report.precision == pytest.approx(1 / 3)
    assert report.low < 1 / 3 < report.high
    assert {(one.by, one.travellers, one.hits) for one in report.groups} == {
        ("nationality", 5, 5),
        ("age", 5, 5),
    }


def test_imprecise_rule_is_suspended(ruled, rules, review, store, scope, origin, paxlst, ana):
    limits = Limits(LIMITS.review_on, precision_floor=0.5, min_decided=3)
    active = activated(rules, store, limits=limits)
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA", "SOTO:LUIS", reference="1"))
    decide(review, store, ana, Outcome.NOT_SAME_PERSON)
    assert rules.watch(store) == ()
    come(ruled, store, scope, origin, others(paxlst("VERA:EVA", reference="2"), b"C"))
    decide(review, store, ana, Outcome.NOT_SAME_PERSON)
    assert rules.watch(store) == ((active.id, Act.IMPRECISE),)


def test_rule_whose_content_was_exchanged_is_suspended_and_not_run(
    ruled, rules, store, scope, origin, paxlst, database_urls, ana
):
    """Whoever may write to the database cannot make another rule run: it is sealed, and its digest known."""
    active = activated(rules, store)
    with store.transaction(ana.scope) as tx:
        other = rules.save_draft(tx, ana, LAWFUL.replace("from-bogota", "other"), LIMITS)
    owner = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
    with owner.begin() as connection:
        connection.execute(sa.text("ALTER TABLE traveller_rule NO FORCE ROW LEVEL SECURITY"))
        connection.execute(
            sa.text(
                "UPDATE traveller_rule SET sealed = o.sealed, key_id = o.key_id FROM traveller_rule o"
                " WHERE traveller_rule.id = :active AND o.id = :other"
            ),
            {"active": active.id, "other": other.id},
        )
    owner.dispose()
    assert come(ruled, store, scope, origin, paxlst("PEREZ:ANA")).alerts == 0
    with store.transaction(ana.scope) as tx:
        row = tx.execute(
            sa.text("SELECT state, why FROM traveller_rule WHERE id = :id"), {"id": active.id}
        ).one()
    assert tuple(row) == ("suspended", "rules.act.altered")


def test_erasing_a_traveller_erases_their_hits(ruled, rules, store, scope, origin, paxlst, sealer):
    activated(rules, store)
    come(ruled, store, scope, origin, paxlst("PEREZ:ANA"))
    with store.transaction(scope) as tx:
        (traveller,) = tx.execute(sa.text("SELECT traveller_id FROM traveller_rule_hit")).scalars()
        forget_traveller(tx, traveller, sealer)
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_rule_hit")).scalar_one() == 0
