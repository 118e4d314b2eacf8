"""What the officer reads: reasons beside the list, the message's own bytes, the score as a bar."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.desks.travellers.excerpt import Window, excerpt
from cordillera.desks.travellers.grounds import cases, compared
from cordillera.desks.travellers.model import Fact, TravellerFacts
from cordillera.desks.travellers.ports import ListHit
from cordillera.desks.travellers.screening import finding_of
from cordillera.foundation.explain import Evidence, Term
from cordillera.trust.review import core
from cordillera.trust.review.model import Alert, AlertRow, AlertStatus, Retention

FACTS = TravellerFacts(
    full_name="ANA LUISA PEREZ MORA",
    given_names="ANA LUISA",
    family_names="PEREZ MORA",
    role="passenger",
    date_of_birth="1972-08-05",
    nationality="",
    embarked="",
    debarked="",
    reservation="",
    documents=(),
    facts=(
        Fact("family_names", "PEREZ MORA", 100, 110),
        Fact("given_names", "ANA", 111, 114),
        Fact("given_names", "LUISA", 115, 120),
        Fact("date_of_birth", "1972-08-05", 130, 136),
    ),
    start=90,
    end=140,
    partial=False,
)


def hit(*terms: Term) -> ListHit:
    return ListHit("un", "2026-02-27", "E1", "PEREZ", fsum(t.contribution for t in terms), terms)


@pytest.mark.parametrize(
    ("source", "start", "text", "expected"),
    [
        ("subject.family_names", 6, "MORA", (106, 110)),
        ("subject.given_names", 0, "ANA", (111, 114)),
        ("subject.given_names", 4, "LUISA", (115, 120)),
        ("subject.date_of_birth", 0, "1972-08-05", (130, 136)),
    ],
)
def test_a_compared_word_points_at_its_own_bytes(source, start, text, expected):
    term = Term("names.word_equal", 0.9, text, (Evidence(source, start, start + len(text), text),))
    finding = finding_of(hit(term), FACTS, "message:1")
    (evidence,) = finding.terms[0].evidence
    assert (evidence.source, evidence.start, evidence.end) == ("message:1", *expected)


def test_a_value_the_message_does_not_hold_keeps_its_own_source():
    term = Term("names.word_equal", 0.9, "X", (Evidence("subject.name", 0, 1, "X"),))
    assert finding_of(hit(term), FACTS, "message:1").terms[0].evidence[0].source == "subject.name"


def alert_of(*terms: Term) -> Alert:
    from datetime import UTC, datetime
    from uuid import uuid4

    finding = finding_of(hit(*terms), FACTS, "message:1")
    combined = core.combine([finding])
    now = datetime(2026, 11, 21, tzinfo=UTC)
    row = AlertRow(
        id=uuid4(),
        desk="travellers",
        subject_kind="traveller",
        subject_ref="1",
        group_ref="",
        agency="EC-PN",
        status=AlertStatus.OPEN,
        outcome=None,
        score=combined.score,
        label="",
        occasion="",
        reasons=(),
        lists=(),
        due_at=None,
        raised_at=now,
        assigned_to="",
        assigned_name="",
        version=1,
    )
    return Alert(row, (finding,), combined.terms, (), Retention(now, now))


def both(ours: str, theirs: str) -> tuple[Evidence, ...]:
    return Evidence("subject.x", 0, 1, ours), Evidence("list:E1/name", 0, 1, theirs)


def test_contradictions_come_first_then_the_heaviest():
    (case,) = cases(
        alert_of(
            Term("names.word_equal", 0.5, "", both("PEREZ", "Pérez")),
            Term("names.word_near", 0.6, "", both("AIMAN", "AYMAN")),
            Term("names.birth_differs", -0.2, "", both("1972", "1950")),
            Term("names.birth_unknown", 0.0),
        )
    )
    assert [ground.verdict for ground in case.grounds] == ["contradicts", "near", "equal", "neutral"]
    assert case.contradicted


def test_forty_reasons_and_none_are_both_shown():
    many = [Term(f"names.word_{index}", 0.02, "", both("A", "B")) for index in range(40)]
    assert len(cases(alert_of(*many))[0].grounds) == 40
    assert cases(alert_of())[0].grounds == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_comparing_keeps_every_letter_as_written(ours, theirs):
    assert "".join(run.text for run in compared(ours, theirs)) == ours


def test_case_and_accents_are_no_difference():
    assert not any(run.cited for run in compared("ÑUÑO PÉREZ", "nuno perez"))


def test_the_excerpt_marks_what_is_cited_and_keeps_offsets():
    raw = b"UNB+UNOA:4+A+B'\r\nNAD+FL+++D?'ANGELO:ANA'\nDTM+329:720805'"
    lines = excerpt(raw, Window(0, len(raw)), [(26, 35), (49, 55)])
    assert [line.offset for line in lines] == [0, 17, 41]
    assert [run.text for line in lines for run in line.runs if run.cited] == ["D?'ANGELO", "720805"]


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=6))
def test_any_bytes_can_be_shown(raw, cited):
    shown = b"".join(
        run.text.encode("latin-1", "ignore")
        for line in excerpt(raw, Window(0, len(raw)), [(min(pair), max(pair)) for pair in cited])
        for run in line.runs
    )
    assert len(shown) <= len(raw)
