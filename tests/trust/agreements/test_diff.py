"""Comparing two agreements by meaning: what becomes allowed, forbidden, limited; layout changes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.trust.agreements.signing import text

from cordillera.trust.agreements.diff import Difference, compare
from cordillera.trust.agreements.loading import read_agreement
from cordillera.trust.agreements.model import Agreement

Edit = Callable[[dict[str, Any]], None]


def agreement(edit: Edit = lambda _: None) -> Agreement:
    value = json.loads(text())
    edit(value)
    return read_agreement(json.dumps(value).encode())[0]


def changed(edit: Edit) -> Difference:
    return compare(agreement(), agreement(edit))


def test_another_layout_and_order_is_the_same_agreement():
    def shuffle(value: dict[str, Any]) -> None:
        value["purposes"].reverse()
        value["services"].reverse()
        value["clauses"].reverse()
        value["services"][0]["data_categories"].reverse()

    assert changed(shuffle).same


CASES: tuple[tuple[str, Edit, tuple[str, str, str, str]], ...] = (
    ("field", lambda v: v["services"][0]["data_categories"][0]["fields_allowed"].append("photo"),
     ("allows", "fields", "", "photo")),
    ("purpose_gone", lambda v: v["services"][0]["purposes"].remove("terrorism"),
     ("forbids", "purposes", "terrorism", "")),
    ("quota", lambda v: v["services"][0]["quota"].update(per_day=2000),
     ("allows", "quota_per_day", "1000", "2000")),
    ("four_eyes", lambda v: v["services"][0]["preconditions"].update(four_eyes=True),
     ("forbids", "four_eyes", "false", "true")),
    ("excluded", lambda v: v["exclusions"]["offences"].append("press_offence"),
     ("forbids", "excluded_offences", "", "press_offence")),
    ("threshold", lambda v: v["offence_list"][0].update(min_max_penalty_months=36),
     ("forbids", "offence_threshold", "13", "36")),
    ("rule_gone", lambda v: next(c for c in v["clauses"] if c["article"] == "art1.5").update(
        rules=[], human_duty={"es": "d", "en": "d"}),
     ("allows", "rules", "min_penalty (more_than_months 12)", "")),
    ("role", lambda v: v["services"][0]["preconditions"]["officer_roles"].append("examiner"),
     ("allows", "roles", "", "examiner")),
    ("kept_longer", lambda v: v["retention"][1].update(days=999), ("allows", "days", "365", "999")),
    ("places", lambda v: v["services"][0].update(places=["Manta"]), ("forbids", "places", "", "Manta")),
    ("onward", lambda v: v["onward"].update(consent_authority="Somebody"), ("term", "onward", "", "")),
)  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_difference_says_what_it_does(name, edit, expected):
    found = changed(edit)
    assert not found.same
    told = [(one.effect, one.what, one.before, one.after) for one in found.changes]
    if name == "onward":
        assert {(effect, what) for effect, what, _, _ in told} == {expected[:2]}
    else:
        assert expected in told


def test_undoing_a_change_says_the_opposite():
    for name, edit, _ in CASES:
        there, back = compare(agreement(), agreement(edit)), compare(agreement(edit), agreement())
        assert (there.allows, there.forbids) == (back.forbids, back.allows), name


def test_a_changed_summary_changes_no_permission():
    def reword(value: dict[str, Any]) -> None:
        value["clauses"][0]["text"]["en"] += " Reworded."
        value["clauses"][0]["sha256"] = "0" * 64

    found = changed(reword)
    assert {one.effect for one in found.changes} == {"text"}


def test_a_clause_that_goes_takes_its_rules_along():
    def drop(value: dict[str, Any]) -> None:
        value["clauses"] = [clause for clause in value["clauses"] if clause["article"] != "art5.4"]

    found = changed(drop)
    assert {(one.effect, one.what, one.place) for one in found.changes} >= {
        ("term", "clause", "art5.4"),
        ("allows", "rules", "art5.4"),
    }
