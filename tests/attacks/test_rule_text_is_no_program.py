"""A rule's texts try to be SQL, a pattern that never ends, or a tree that fills memory; they stay texts."""

import time

import pytest
from tests.engines.rules.written import written

from cordillera.engines.rules import compile_rule, read_facts, read_rule, rule_from_json
from cordillera.engines.rules.bulk import bulk_hits
from cordillera.engines.rules.columns import columns_of
from cordillera.engines.rules.duckdb_store import load, query_hits, rule_sql
from cordillera.engines.rules.errors import RuleFault

HOSTILE = [
    "' OR 1=1 --",
    "x'; DROP TABLE traveller; --",
    "%",
    "_",
    "(a+)+$",
    "?",
    "$1",
    "\\\\",
    "]]>",
    "{{7*7}}",
]


ASKED = ("= ", "contains ", "starts with ", "ends with ", "one of ")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_matches_itself_and_nothing_else(text: str) -> None:
    rules = []
    for asked in ASKED:
        value = f'("{text}")' if asked == "one of " else f'"{text}"'
        told = f"agency.code {asked}{value} unless traveller.visa = yes"
        rules.append(written(f'rule a "A" for terrorism when {told}'))
    raw = text.replace("\\\\", "\\")
    people = [
        read_facts('{"subject": "1", "facts": {"agency.code": "harmless"}}'),
        read_facts('{"subject": "2", "facts": {"agency.code": ' + _json(raw) + "}}"),
    ]
    batch = columns_of(people)
    assert [rows.tolist() for rows in bulk_hits(rules, batch)] == [[1]] * len(ASKED)
    assert all(raw.upper() not in rule_sql(rule)[0] or raw in {"?", "_"} for rule in rules)
    with load(batch) as history:
        assert query_hits(rules, history) == [[1]] * len(ASKED)
        assert history.execute("SELECT count(*) FROM traveller").fetchone() == (2,)


def _json(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    return f'"{escaped}"'


def test_the_database_of_a_back_test_reads_no_file() -> None:
    with load(columns_of([])) as history, pytest.raises(Exception, match="disabled"):
        history.execute("SELECT * FROM read_text('/etc/hostname')")


@pytest.mark.parametrize(
    "bomb",
    [
        "(" * 100_000,
        "not " * 100_000,
        "itinerary.one_way = yes and " * 40_000,
        'agency.code = "' + "A" * 900_000,
        "any bag " * 10_000,
        "9" * 500_000,
    ],
)
def test_a_bomb_is_a_typed_error_within_a_second_of_work(bomb: str) -> None:
    began = time.process_time()
    with pytest.raises(RuleFault):
        read_rule(f'rule a "A" for terrorism when {bomb}')
    assert time.process_time() - began < 2


def test_a_deep_tree_in_json_is_a_typed_error() -> None:
    deep = '{"type":"not","of":' * 5_000 + '{"type":"known","fact":"agency.code","known":true}' + "}" * 5_000
    with pytest.raises(RuleFault):
        rule_from_json(f'{{"name":"a","title":"A","purpose":"terrorism","when":{deep}}}')


def test_the_search_for_cases_is_bounded() -> None:
    parts = " and ".join(f"(agency.bookings_week = {n} or traveller.journeys = {n})" for n in range(60))
    began = time.process_time()
    told = f"not ({parts}) and itinerary.split = yes unless traveller.visa = yes"
    compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))
    assert time.process_time() - began < 5
