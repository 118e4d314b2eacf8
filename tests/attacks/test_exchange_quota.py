"""Attack: fishing. More queries than the agreement allows in a day."""

from datetime import timedelta

from tests.sim.federation import Pair, officer

pytest_plugins = ["tests.sim.fixtures"]


def use(pair: Pair, node: str, direction: str, peer: str, spent: int, officer: str = "") -> None:
    getattr(pair, node).execute(
        "INSERT INTO exchange_quota (direction, peer, agreement_id, day, officer, used)"
        " VALUES (:direction, :peer, 'us-ec-2025', '2026-11-21', :officer, :spent)",
        direction=direction, peer=peer, officer=officer, spent=spent,
    )  # fmt: skip


def test_the_thousand_and_first_query_of_a_day_is_refused_before_it_leaves(pair: Pair):
    use(pair, "ec", "out", "us", 999)
    assert pair.ec.ask().decision.allow
    last = pair.ec.ask()
    assert not last.decision.allow
    assert last.query_id is None
    assert last.decision.violated
    pair.ec.turn("us")
    assert pair.us.leaves("query.received") == 1
    assert pair.ec.leaves("refusal") == 1


def test_one_officer_cannot_use_up_more_than_their_own_quota(pair: Pair):
    use(pair, "ec", "out", "us", 200, pair.ec.identity.pseudonym(pair.ec.officer.officer_id))
    assert not pair.ec.ask().decision.allow
    assert pair.ec.ask(by=officer("EC", name="luis")).decision.allow


def test_the_partner_counts_for_itself_and_does_not_look_the_person_up(pair: Pair):
    use(pair, "us", "in", "ec", 1000)
    asked = pair.ec.ask()
    pair.flow()
    view = pair.ec.view(asked)
    assert (view.status, view.outcome, view.candidates) == ("refused", "refused", ())
    assert view.answer_articles
    assert pair.us.matcher.asked == []


def test_the_quota_is_exact_where_messages_take_their_place(pair: Pair):
    """Both were asked while one use was left; only one leaves."""
    pair.ec.ask()
    pair.ec.ask()
    use(pair, "ec", "out", "us", 999)
    assert pair.ec.turn("us") == 1
    assert pair.us.leaves("query.received") == 1


def test_the_next_day_has_a_quota_of_its_own(pair: Pair):
    use(pair, "ec", "out", "us", 1000)
    assert not pair.ec.ask().decision.allow
    pair.sequence()
    pair.advance(timedelta(days=1))
    assert pair.ec.ask().decision.allow
