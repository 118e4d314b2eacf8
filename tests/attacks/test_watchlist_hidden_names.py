"""Names written to slip past: invisible signs, reversed text, other alphabets, full-width forms."""

import pytest

from cordillera.engines.names.model import ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ALERT_BITS, ListIndex

INDEX = ListIndex([ListedPerson("1", (ListedName("VELEZ TORRES, Carmen"),))])

HIDDEN = {
    "zero width space inside": "Car\u200bmen Ve\u200blez",
    "zero width joiner": "Carmen\u200d Vel\u200dez",
    "soft hyphen": "Car\u00admen Vel\u00adez",
    "direction override": "\u202eCarmen\u202c \u2066Velez\u2069",
    "byte order mark": "\ufeffCarmen Velez",
    "Cyrillic a, e": "C\u0430rm\u0435n V\u0435l\u0435z",
    "Cyrillic es": "\u0421armen Velez",
    "Greek nu, Cyrillic ze left": "Carme\u03bd Vel\u0435z Torres",
    "full width": "\uff23\uff21\uff32\uff2d\uff25\uff2e \uff36\uff25\uff2c\uff25\uff3a",
    "combining marks apart": "Carme\u0301n Ve\u0301lez",
    "mathematical letters": "\U0001d402\U0001d41a\U0001d42b\U0001d426\U0001d41e\U0001d427 Velez",
    "controls": "Carmen\x00 \x1bVelez",
    "placeholders beside": "XXXX Carmen FNU Velez",
}


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_hidden_name_is_found(name: str) -> None:
    (matches,) = INDEX.screen([Subject("s", name)])
    assert matches
    assert matches[0].score >= ALERT_BITS


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        (HIDDEN["zero width space inside"], "names.invisible_characters"),
        (HIDDEN["direction override"], "names.invisible_characters"),
        (HIDDEN["Cyrillic a, e"], "names.mixed_script"),
    ],
)
def test_the_officer_is_told_that_something_was_hidden(name: str, flag: str) -> None:
    (matches,) = INDEX.screen([Subject("s", name)])
    assert flag in {term.name for term in matches[0].terms}


def test_the_evidence_shows_the_name_as_it_was_written() -> None:
    name = HIDDEN["zero width space inside"]
    (matches,) = INDEX.screen([Subject("s", name)])
    shown = [
        item for term in matches[0].terms for item in term.evidence if item.source == "subject.full_name"
    ]
    assert shown
    assert all(name[item.start : item.end] == item.text for item in shown)
