"""What an agreement leaves to people: shown where the act is done, and kept with it."""

import msgspec
import pytest
from tests.sim.federation import GROUNDS, NODE, Pair

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.checklist import checklist, noted, require_attended
from cordillera.trust.agreements.errors import DutiesOpen
from cordillera.trust.exchange.choices import AskForm, ask_view, read_form
from cordillera.trust.exchange.service import ExchangeService
from cordillera.trust.ledger.model import LeafKind

pytest_plugins = ["tests.sim.fixtures"]
USES = ("send_query", "answer_query", "confirm_hit", "request_follow_up", "answer_follow_up")


def test_every_clause_left_to_people_stands_on_the_list_of_some_use(book: PolicyBook):
    for loaded in book:
        agreement = loaded.agreement
        shown = {
            duty.article
            for service in agreement.services
            for action in service.actions
            for duty in checklist(book, agreement.id, service.type, (str(action),))
        }
        left = {agreement.article_id(c.article) for c in agreement.clauses if c.human_duty is not None}
        assert left <= shown


def test_the_list_is_that_of_the_decision(book: PolicyBook, good):
    decision = book.decide(good)
    listed = [duty.article for duty in checklist(book, "us-ec-2025", "query.person", ("send_query",))]
    assert set(decision.duties) <= set(listed)
    assert checklist(book, "us-xx-1999", "query.person", USES) == ()


def test_ticked_and_open_duties_are_told_apart_and_nothing_else_is_kept():
    told = noted(("a/art1", "forged"), ("a/art1", "a/art2", "a/art1"))
    assert told == {"duties_checked": "a/art1", "duties_open": "a/art2"}


def test_what_is_not_ticked_needs_a_reason_that_is_kept(book: PolicyBook):
    duties = checklist(book, "us-ec-2025", "query.person", ("send_query",))
    every = [duty.article for duty in duties]
    require_attended(duties, every, "")
    require_attended(duties, (), "the prosecutor does it")
    with pytest.raises(DutiesOpen):
        require_attended(duties, every[1:], "  ")
    told = noted((), ("a/art1",), " the prosecutor does it ")
    assert told["duties_reason"] == "the prosecutor does it"


def test_what_an_officer_ticked_is_in_the_leaf_of_the_question_and_of_the_judgement(pair: Pair):
    ticked = msgspec.structs.replace(GROUNDS, duties=("US-EC/art5.3",))
    asked = pair.ec.ask(grounds=ticked)
    pair.flow()
    pair.ec.turn("us")
    query_id = asked.query_id
    assert query_id is not None
    with pair.ec.store.transaction(pair.ec.officer.scope) as tx:
        service = pair.ec.service
        reference = service.sent_detail(tx, pair.ec.officer, query_id).candidates[0].reference
        seen = ("US-EC/art5.3", "US-EC/art24.1")
        service.confirm_candidate(tx, pair.ec.officer, query_id, reference, True, "same person", seen)
    with pair.ec.store.transaction(pair.ec.officer.scope) as tx:
        (question,) = pair.ec.ledger.events(tx, kind=LeafKind.QUERY_SENT)
        (judgement,) = pair.ec.ledger.events(tx, kind=LeafKind.HIT_CONFIRMED)
    assert question.detail is not None
    assert judgement.detail is not None
    assert question.detail["duties_checked"] == "US-EC/art5.3"
    assert "US-EC/art24.1" in question.detail["duties_open"]
    assert set(judgement.detail["duties_checked"].split()) == set(seen)


def test_the_form_shows_the_list_of_each_agreement_and_reads_one_or_many_ticks(pair: Pair):
    with pair.ec.store.transaction(NODE) as tx:
        view = ask_view(tx, ExchangeService(pair.ec.parts), AskForm())
    (route,) = view.duties
    assert route.agreement_id == "us-ec-2025"
    assert "US-EC/art5.3" in {duty.article for duty in route.duties}
    filled = AskForm(
        route="us us-ec-2025",
        full_name="X",
        case_ref="C",
        purpose="terrorism",
        offence="terrorism",
        max_penalty_months="60",
        duties="US-EC/art5.3",
    )
    assert read_form(filled)[2].duties == ("US-EC/art5.3",)
    several = msgspec.structs.replace(filled, duties=("US-EC/art5.3", "US-EC/art24.1"))
    assert len(read_form(several)[2].duties) == 2
