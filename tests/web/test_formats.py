from datetime import UTC, datetime, timedelta

import pytest

from cordillera.foundation.explain import Term
from cordillera.web.formats import ago, aligned, local, segments, signed, utc, visible
from cordillera.web.i18n import Catalogue, load_catalogues

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_markup_in_a_name_is_text():
    assert str(visible("<b>x</b>")) == "&lt;b&gt;x&lt;/b&gt;"


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2066", "\x1b", "\x00", "\u00ad", "\ufeff"])
def test_hidden_and_reordering_characters_are_shown(character):
    shown = str(visible(f"a{character}b<"))
    assert character not in shown
    assert f"U+{ord(character):04X}" in shown
    assert shown.endswith("b&lt;")


def test_names_of_all_scripts_stay_as_written():
    for name in ("محمد", "王小明", "Guamán Ñusta", "Владимир"):
        assert str(visible(name)) == name


def test_differences_are_marked_on_both_sides():
    assert str(aligned("GARCIA", "GARZIA")) == 'GAR<span class="diff">C</span>IA'
    assert str(aligned("GARCIA", "GARCIA")) == "GARCIA"
    assert "<script" not in str(aligned("<script>", ""))


def test_segments_lie_side_by_side_and_end_at_the_score():
    parts = segments((Term("a", 0.5), Term("b", 0.25)), 1.0)
    assert [(part.x, round(part.x + part.width)) for part in parts] == [(0.0, 498), (500.0, 748)]


def test_what_lowers_the_score_is_drawn_back_over_its_end():
    up, down = segments((Term("a", 0.5), Term("b", -0.2)), 1.0)
    assert (down.x, down.width, down.colour) == (300.0, 200.0, "minus")
    assert up.height > down.height


def test_score_beyond_the_scale_stays_in_the_bar():
    for part in segments((Term("a", 0.9), Term("b", 0.9), Term("c", -3.0)), 1.0):
        assert 0 <= part.x <= part.x + part.width <= 1000


def test_signs_are_written_out():
    assert signed(0.5) == "+0.50"
    assert signed(-0.125) == "−0.12"


def test_times_are_told_in_utc_and_locally_with_the_day_when_it_differs():
    assert utc(NOON) == "2026-11-21 12:00 UTC"
    assert local(NOON, "America/Guayaquil") == "07:00"
    assert local(NOON.replace(hour=2), "America/Guayaquil") == "11-20 21:00"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=-2), "in 2 days"),
    ],
)
def test_relative_time_uses_one_unit(step, text):
    english: Catalogue = load_catalogues(["cordillera.web"])["en"]
    assert ago(NOON - step, NOON, english) == text
