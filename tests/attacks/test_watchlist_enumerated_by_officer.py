"""Attack: an officer with every right to search copies a list, by whatever way of asking there is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from litestar.testing import TestClient
from tests.attacks.test_watchlist_enumerated import LARGE, LIMIT, NAMES, examples
from tests.desks.people.programs import asked, leaves, program, take_in
from tests.web.house import House

from cordillera.desks.people.asking_limits import AskingLimits, ListEnumerated, QueriesPerMinute
from cordillera.desks.people.model import Actor
from cordillera.desks.people.retention import ERASABLES
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.settings import PeopleSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access.model import Role
from cordillera.trust.safeguards.retention import RetentionRunner

__all__ = ["asked"]

SMALL = PeopleSettings(officer_queries_a_minute=60, officer_entries_a_day=LIMIT)
ANA = Actor("ana", "EC-PN", "border_control")
OVER = len(NAMES) - LIMIT


@pytest.fixture
def listed(asked: House) -> House:
    take_in(asked, LARGE.replace(b"/1</REFERENCE", b"</REFERENCE"), "GRANDE")
    asked.node.people.limits.settings = SMALL
    return asked


def by_search(ana: TestClient, name: str) -> int:
    return ana.post("/api/people/search", json={"full_name": name}).status_code


def by_line(ana: TestClient, name: str) -> int:
    return ana.post("/api/people/find", json={"q": name}).status_code


def by_page(ana: TestClient, name: str) -> int:
    return ana.post("/people", data={"q": name}).status_code


def by_item(ana: TestClient, name: str) -> int:
    return ana.get(f"/api/people/items/list/GRANDE~X.{NAMES.index(name)}").status_code


def by_comparison(ana: TestClient, name: str) -> int:
    ref = f"GRANDE~X.{NAMES.index(name)}"
    return ana.get(f"/people/compare/list/{ref}/list/{ref}").status_code


@pytest.mark.parametrize("ask", [by_search, by_line, by_page, by_item, by_comparison])
def test_every_way_of_asking_ends_at_the_day_s_limit_and_the_supervisor_is_told_once(
    listed: House, ask: Callable[[TestClient, str], int]
) -> None:
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        assert [ask(ana, name) for name in NAMES] == [200] * LIMIT + [429] * OVER
        assert ask(ana, NAMES[0]) == 200  # shown already
    (alarm,) = leaves(listed, "escalated")
    assert alarm["reason"] == "people.list_enumerated"


def test_all_ways_count_together(listed: House) -> None:
    ways = (by_search, by_line, by_page, by_item, by_comparison)
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        assert [way(ana, name) for way, name in zip(ways, NAMES, strict=False)] == [200] * LIMIT
        assert {way(ana, NAMES[LIMIT]) for way in ways} == {429}


def test_the_refusal_is_a_problem_that_says_when_to_come_back(listed: House) -> None:
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        answer = [ana.post("/api/people/search", json={"full_name": name}) for name in NAMES][-1]
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert (answer.json()["type"], answer.json()["status"]) == ("people.list_enumerated", 429)
    assert 80_000 < int(answer.headers["retry-after"]) <= 86_401
    assert "Zaruma" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Se avisó al supervisor"), ("en", "The supervisor has been told")]
)
def test_a_page_refuses_in_the_reader_s_language(listed: House, language: str, words: str) -> None:
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        ana.get(f"/?lang={language}")
        answer = [ana.post("/people", data={"q": name}) for name in NAMES][-1]
    assert (answer.status_code, int(answer.headers["retry-after"]) > 80_000) == (429, True)
    assert (f'lang="{language}"' in answer.text, words in answer.text) == (True, True)


def test_two_instances_and_a_restart_share_the_count(
    listed: House, store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    other = House(store, clock, tmp_path)
    other.node.people.limits.settings = SMALL
    with listed.browser("ana", Role.WATCH_OFFICER) as ana, other.visitor() as elsewhere:
        elsewhere.cookies, elsewhere.headers["x-csrf-token"] = ana.cookies, ana.headers["x-csrf-token"]
        half = [by_search(ana, name) for name in NAMES[:3]]
        rest = [by_search(elsewhere, name) for name in NAMES[3:]]
        assert half + rest == [200] * LIMIT + [429] * OVER
        assert by_search(ana, NAMES[-1]) == 429
    assert len(leaves(listed, "escalated")) == 1


def counted(limits: AskingLimits, store: Store, entry: str) -> bool:
    """Whether an entry may be shown to Ana."""
    try:
        with store.transaction(Scope(ANA.agency, ANA.purpose, ANA.actor)) as tx:
            limits.count(tx, ANA, 1, [("GRANDE", entry)])
    except ListEnumerated:
        return False
    return True


def test_questions_at_the_same_moment_do_not_slip_through(listed: House, store: Store) -> None:
    limits = listed.node.people.limits
    with ThreadPoolExecutor(4) as threads:
        shown = list(threads.map(lambda at: counted(limits, store, f"E{at}"), range(24)))
    assert sum(shown) == LIMIT
    assert len(leaves(listed, "escalated")) == 1


def seen(limits: AskingLimits, store: Store, name: str, entries: int) -> int:
    """How many entries of a list Ana comes to see before she is refused."""
    for at in range(entries):
        try:
            with store.transaction(Scope(ANA.agency, ANA.purpose, ANA.actor)) as tx:
                limits.count(tx, ANA, 1, [(name, f"E{at}")])
        except ListEnumerated:
            return at
    return entries


def test_a_list_shorter_than_the_day_s_limit_is_not_seen_whole_either(listed: House) -> None:
    limits = listed.node.people.limits
    limits.settings = PeopleSettings(officer_share_of_list=50, entries_always=3)
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        answers = [by_search(ana, name) for name in NAMES]
        assert answers == [200] * 5 + [429] * 5  # half of ten
        assert by_search(ana, NAMES[0]) == 200  # shown already
    (alarm,) = leaves(listed, "escalated")
    assert (alarm["list"], alarm["seen"], alarm["of"]) == ("GRANDE", "6", "10")


def test_some_entries_are_always_shown_and_lists_are_counted_apart(listed: House, store: Store) -> None:
    limits = listed.node.people.limits
    limits.settings = PeopleSettings(officer_share_of_list=20, entries_always=8)
    assert seen(limits, store, "OTRA", 20) == 8  # a list that is not in use has no share
    assert seen(limits, store, "GRANDE", 20) == 8  # a fifth of ten would be two
    assert len(leaves(listed, "escalated")) == 1


def test_a_program_is_bounded_by_the_share_of_a_list_as_well(listed: House) -> None:
    listed.node.people.limits.settings = PeopleSettings(program_share_of_list=30, entries_always=2)
    client = program(listed)
    answers = [client.post("/match/GRANDE", json=examples(name)).status_code for name in NAMES]
    assert answers == [200] * 3 + [429] * 7


def test_a_flood_of_questions_must_wait_and_is_then_refused_without_work(
    listed: House, store: Store, clock: FixedClock
) -> None:
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        assert {by_search(ana, "Nadie Parecido") for _ in range(60)} == {200}
        answer = ana.post("/api/people/search", json={"full_name": "Nadie Parecido"})
        assert (answer.status_code, answer.json()["type"]) == (429, "people.too_many_queries")
        assert 1 <= int(answer.headers["retry-after"]) <= 61
        clock.advance(timedelta(seconds=61))
        assert by_search(ana, "Nadie Parecido") == 200
    limits = listed.node.people.limits
    limits.settings = PeopleSettings(officer_queries_a_minute=1)
    with store.transaction(Scope("EC-PN", "test")) as tx:
        limits.count(tx, ANA, 1, [])
        with pytest.raises(QueriesPerMinute):
            limits.count(tx, ANA, 1, [])
    with pytest.raises(QueriesPerMinute):
        limits.heed(ANA)


def test_an_ordinary_day_is_not_hindered(listed: House, clock: FixedClock) -> None:
    listed.node.people.limits.settings = PeopleSettings()
    with listed.browser("ana", Role.WATCH_OFFICER) as ana:
        for at in range(300):
            assert by_search(ana, NAMES[at % len(NAMES)]) == 200
            clock.advance(timedelta(seconds=1))


def test_a_day_later_the_officer_may_ask_again_and_nothing_is_kept(
    listed: House, store: Store, clock: FixedClock
) -> None:
    limits = listed.node.people.limits
    assert [counted(limits, store, f"E{at}") for at in range(LIMIT + 1)] == [True] * LIMIT + [False]
    clock.advance(timedelta(hours=24, seconds=1))
    node = listed.node
    assert (
        RetentionRunner(node.sealer, node.ledger, node.keyring, clock, ERASABLES).run_once(store).groups == 2
    )
    with store.transaction(Scope.node("test")) as tx:
        for table in ("list_asking", "list_shown"):
            assert tx.execute(sa.select(sa.func.count()).select_from(sa.table(table))).scalar() == 0
    assert counted(limits, store, "E99")
