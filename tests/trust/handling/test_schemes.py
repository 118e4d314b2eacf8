"""The scales mean what their publishers say: checked against the published vocabularies."""

import json
from pathlib import Path

import pytest

from cordillera.trust.handling.model import Audience, covers
from cordillera.trust.handling.schemes import (
    ADMIRALTY,
    CREDIBILITIES,
    EUROPOL,
    PAP,
    SOURCES,
    TLP,
    UK,
    Grading,
    meaning,
    read_grading,
)


def published(shared: Path, name: str) -> dict:
    return json.loads((shared / "exchange" / "markings" / f"{name}.json").read_text("utf-8"))


def closes(scheme: str, value: str) -> bool:
    read = meaning(scheme, value)
    return not (read.may_act or read.may_evidence or read.may_disseminate) and read.audience == 0


def test_every_published_tlp_label_is_read_or_closes(shared: Path):
    known = {one["value"].upper() for one in published(shared, "tlp")["predicates"]}
    standard = {"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR", "WHITE"}
    assert standard <= known
    for label in standard:
        assert not closes(TLP, label)
    for label in known - standard:
        assert closes(TLP, label), label


def test_each_step_of_tlp_is_stricter_than_the_next():
    steps = [meaning(TLP, value) for value in ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")]
    assert [step.audience for step in steps] == list(Audience)
    assert [step.may_disseminate for step in steps] == [False, False, True, True, True]


def test_every_published_pap_label_is_read(shared: Path):
    labels = [one["value"] for one in published(shared, "PAP")["predicates"]]
    assert {label: meaning(PAP, f"PAP:{label}").may_act for label in labels} == {
        "RED": False, "AMBER": False, "GREEN": True, "CLEAR": True, "WHITE": True,
    }  # fmt: skip


def test_the_admiralty_grades_weigh_as_published(shared: Path):
    values = {one["predicate"]: one["entry"] for one in published(shared, "admiralty-scale")["values"]}
    for entry in values["source-reliability"]:
        letter = entry["value"].upper()
        if letter == "G":  # an addition of the vocabulary's editors, outside A-F
            assert read_grading("G1") is None
            continue
        assert Grading(letter, "1").weights[0] * 100 == entry["numerical_value"]
    for entry in values["information-credibility"]:
        assert Grading("A", entry["value"]).weights[1] * 100 == entry["numerical_value"]
    assert "".join(SOURCES + CREDIBILITIES) == "ABCDEF123456"


def test_a_grading_restricts_nothing_and_a_false_one_closes():
    assert meaning(ADMIRALTY, "b2").may_evidence
    assert meaning(ADMIRALTY, "b2").values(ADMIRALTY) == ("b2",)
    assert closes(ADMIRALTY, "B7")
    assert read_grading("") is None


@pytest.mark.parametrize(
    ("value", "evidence_and_passing_on"),
    [("H0", (True, True)), ("H1", (False, True)), ("H2", (True, False)), ("H3", (False, False))],
)
def test_europol_codes(value: str, evidence_and_passing_on: tuple[bool, bool]):
    read = meaning(EUROPOL, value)
    assert (read.may_evidence, read.may_disseminate) == evidence_and_passing_on


def test_the_uk_code_is_read_from_its_last_sign():
    assert meaning(UK, "1/A/P").may_disseminate
    assert not meaning(UK, "3EC").may_disseminate
    assert closes(UK, "4/A/P")


def test_words_close_until_a_person_has_read_them():
    spoken = meaning("conditions", "not in open court")
    assert covers(spoken, meaning(EUROPOL, "H1")) is False
    assert not spoken.may_evidence
