"""The answer to a person names nobody else, and a neutral answer does not tell by its words or its length."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.foundation.ids import uuid7
from cordillera.trust.redress.letter import Place, letters
from cordillera.trust.redress.model import (
    Decision,
    Held,
    Item,
    Kind,
    Outcome,
    PartnerAnswer,
    Shared,
    Sought,
    Standing,
    Status,
    Ticket,
    TicketRow,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PLACE = Place("Policía Nacional", ("Superintendencia de Datos",), {"us": "Customs and Border Protection"})
WORD = st.text(st.characters(categories=("Lu", "Ll")), min_size=6, max_size=20)


def item(word: str, standing: Standing, source: str = "alert") -> Item:
    shared = (Shared("us", "us-ec-2025", uuid7(), "out", NOW),)
    held = Held(
        source=source, ref=f"ref{word}", certain=False, score=0.9, label=f"L{word}", at=NOW,
        erase_after=NOW, facts=(("born", f"F{word}"),), shared=shared,
    )  # fmt: skip
    return Item(uuid7(), standing, f"officer{word}", NOW, held, 3)


def ticket(kind: Kind, items: tuple[Item, ...], word: str) -> Ticket:
    row = TicketRow(
        uuid7(), "R-2026-0001", kind, Status.FOUND, None, "us-ec-2025", "es", False, f"clerk{word}", NOW,
        NOW + timedelta(days=30), NOW, None, 0, NOW,
    )  # fmt: skip
    decided = Decision(Outcome.REFUSED, "LED 16", f"id{word}", f"Name{word}", NOW, f"Reason {word}")
    partner = PartnerAnswer("us", "us-ec-2025", "answered", NOW, NOW)
    return Ticket(row, Sought(full_name="Ana Invented"), items, (partner,), (decided,), {})


@given(word=WORD, kind=st.sampled_from(Kind), outcome=st.sampled_from(Outcome))
def test_no_letter_names_an_officer_a_label_a_reference_or_a_reason(word, kind, outcome):
    items = tuple(item(word, standing) for standing in Standing)
    for text in letters(ticket(kind, items, word), outcome, "LED art. 14", PLACE).values():
        assert word not in text.replace("Ana Invented", "")


def test_things_about_somebody_else_are_not_counted():
    items = (item("Mine", Standing.SAME), item("Other", Standing.OTHER), item("Doubt", Standing.DOUBTFUL))
    text = letters(ticket(Kind.ACCESS, items, "w"), Outcome.GRANTED, "LED art. 14", PLACE)["en"]
    assert "- alerts: 1" in text


@pytest.mark.parametrize("outcome", [Outcome.CHECKS_MADE, Outcome.REFUSED])
def test_a_neutral_answer_is_the_same_whether_anything_is_held_or_not(outcome):
    some = ticket(Kind.ACCESS, (item("Mine", Standing.CERTAIN),), "w")
    none = msgspec.structs.replace(some, items=())
    assert letters(some, outcome, "LED art. 15", PLACE) == letters(none, outcome, "LED art. 15", PLACE)


def test_every_letter_names_the_authority_the_article_and_the_remedy():
    for outcome in Outcome:
        for text in letters(ticket(Kind.ERASURE, (), "w"), outcome, "LED art. 16(2)", PLACE).values():
            assert all(part in text for part in ("Policía Nacional", "LED art. 16(2)", "Superintendencia"))
