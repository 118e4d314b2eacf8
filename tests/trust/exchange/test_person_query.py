"""Hit/no-hit between two nodes, from question to confirmed candidate."""

from tests.sim.federation import Pair

pytest_plugins = ["tests.sim.fixtures"]


def test_a_known_person_is_a_hit_and_a_stranger_is_none(pair: Pair):
    known, stranger = pair.ec.ask(), pair.ec.ask("Nobody Knows This Person")
    assert known.decision.allow
    assert known.decision.permitting
    pair.flow()
    hit, none = pair.ec.view(known), pair.ec.view(stranger)
    assert (hit.status, hit.outcome) == ("answered", "hit")
    assert hit.candidates[0].reference == "ref-7f3a"
    assert hit.candidates[0].agreeing == ("names.family_name_equal",)
    assert hit.candidates[0].contradicting == ("names.birth_year_differs", "names.prior")
    assert hit.answer_articles
    assert (none.status, none.outcome, none.candidates) == ("answered", "no_hit", ())
    assert [step.state for step in hit.steps] == ["delivered"]
