"""Answers with candidates are records: the asker keeps one, and who answered can take it back."""

from tests.sim.federation import NODE, Pair
from tests.sim.recalls import recalled
from tests.web.house import House

from cordillera.foundation.ids import uuid7
from cordillera.trust.access.model import Role

pytest_plugins = ("tests.sim.fixtures",)


def carry(pair: Pair) -> None:
    """Bring orders there and proofs back."""
    for _ in range(3):
        for node, other in ((pair.us, "ec"), (pair.ec, "us")):
            node.turn(other)
            node.sequencer.catch_up()
            node.records.duties.run_once()


def test_an_answer_with_candidates_is_recalled_by_who_gave_it(pair: Pair) -> None:
    asked = pair.ec.ask()
    pair.flow()
    with pair.ec.store.transaction(NODE) as tx:
        (kept,) = pair.ec.records.find(tx, subject_ref="alert-1")
    assert (kept.kind, kept.origin) == ("answer", "us")
    assert pair.ec.view(asked).candidates
    with pair.us.store.transaction(NODE) as tx:
        assert pair.us.records.adopt_answer(tx, asked.query_id).record_id == kept.record_id
    change = recalled(pair.us, kept.record_id)
    carry(pair)
    with pair.us.store.transaction(NODE) as tx:
        assert pair.us.records.change(tx, change.change_id).state == "done"
    assert pair.ec.view(asked).candidates == ()
    with pair.ec.store.transaction(NODE) as tx:
        assert pair.ec.records.may_score(tx, [kept.record_id]) == frozenset()


def test_an_answer_without_candidates_is_no_record(pair: Pair) -> None:
    pair.ec.ask("Nobody Invented")
    pair.flow()
    assert not pair.ec.scalar("SELECT count(*) FROM record")


def test_the_page_of_a_received_query_leads_to_the_record_of_its_answer(pair: Pair) -> None:
    asked = pair.us.ask(partner="ec")
    pair.us.turn("ec")
    pair.ec.answer()
    pair.ec.turn("us")
    site = House(pair.ec.store, pair.ec.clock, pair.ec.home)
    shown = f"/exchange/received/{asked.query_id}"
    lawyer = site.browser("lawyer", Role.AGREEMENT_OFFICER)
    assert f'action="/records/answers/{asked.query_id}"' in lawyer.get(shown).text
    made = lawyer.post(f"/records/answers/{asked.query_id}", follow_redirects=False)
    assert made.status_code == 303
    told = lawyer.post(f"/api/records/answers/{asked.query_id}").json()
    assert made.headers["location"] == f"/records/{told['record_id']}"
    assert lawyer.post(f"/api/records/answers/{uuid7()}").status_code == 404
