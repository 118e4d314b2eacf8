"""The numbered conditions on a zone as it stands, and the compiled judge beside the readable one."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.mrz.specimens import LONG_TD1, SPECIMENS, TD1, TD3

from cordillera.engines.mrz import MrzFormat
from cordillera.engines.mrz.bulk import pack, verdicts
from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.conditions import CODES, Condition, codes, reasons
from cordillera.engines.mrz.core import is_date, verdict
from cordillera.engines.mrz.layouts import LAYOUTS, format_of
from cordillera.engines.mrz.states import STATES, is_state

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


def joined(zone: str) -> str:
    return zone.replace("\n", "")


@pytest.mark.parametrize("zone", [*SPECIMENS.values(), LONG_TD1])
def test_the_specimens_of_the_standard_hold_every_condition(zone: str) -> None:
    assert verdict(joined(zone)) == 0


def test_each_condition_has_a_number_and_a_code() -> None:
    assert [condition.value for condition in Condition] == list(range(1, 15))
    assert len(set(CODES)) == 14
    assert reasons(0b100001)[1].number == 6
    assert codes(0b100001) == ("mrz.length", "mrz.check.document_number")


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("P<UTO", "B<UTO", 3),
        ("P<UTO", "P<QQQ", 4),
        ("<UTOERIKSSON", "<UTO3RIKSSON", 5),
        ("<UTOERIKSSON", "<UTO<RIKSSON", 5),
        ("L898902C36", "L898902C37", 6),
        ("36UTO74", "36QQQ74", 7),
        ("7408122F", "7408123F", 8),
        ("7408122F", "7413120F", 9),
        ("F12", "W12", 10),
        ("1204159", "1204158", 11),
        ("1204159", "1204318", 12),
        ("<<<<<10", "<<<<<20", 13),
        ("<<<<<10", "<<<<<11", 14),
    ],
)
def test_each_condition_is_broken_alone_or_with_the_composite(old: str, new: str, number: int) -> None:
    changed = TD3.replace(old, new, 1)
    assert changed != TD3
    found = {reason.number for reason in reasons(verdict(joined(changed)))}
    if number in {9, 12}:  # a changed date also breaks its check digit
        found -= {number - 1}
    assert found - {14} == {number} - {14}
    assert number != 14 or found == {14}


def test_1_another_length_and_2_other_characters_are_told_alone() -> None:
    assert codes(verdict(joined(TD3)[:-1])) == ("mrz.length",)
    assert codes(verdict(joined(TD3).replace("A", "Ä"))) == ("mrz.characters",)
    assert codes(verdict("")) == ("mrz.length",)


@pytest.mark.parametrize("zone", SPECIMENS.values())
def test_every_wrong_digit_under_a_check_digit_is_noticed(zone: str) -> None:
    text = joined(zone)
    name = format_of(text)
    assert name is not None
    layout = LAYOUTS[name]
    covered = {*range(*layout.number), *range(*layout.birth), *range(*layout.expiry)}
    covered |= {place for span in layout.composite for place in range(*span)}
    for place in covered:
        if text[place].isdigit():
            changed = text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]
            assert verdict(changed) != 0, changed


def test_a_state_is_one_of_the_standard() -> None:
    assert len(STATES) == 249 + 27
    special = "D<< GBD GBN GBO GBP GBS EUE RKS UNO UNA UNK XXA XXB XXC XXX".split()  # noqa: SIM905
    assert all(is_state(code) for code in special)
    assert not any(is_state(code) for code in ("DD<", "<<<", "QQQ", "D<D", "E<<"))


@pytest.mark.parametrize(
    ("text", "real"),
    [("000229", True), ("040229", True), ("010229", False), ("<<0229", True), ("74<<<<", True),
     ("<<<<<<", True),
     ("7408<<", True), ("74<<31", True), ("740431", False), ("740800", False), ("740012", False),
     ("7<0812", False),
     ("A40812", False)],
)  # fmt: skip
def test_a_date_is_a_day_of_some_century_or_partial(text: str, *, real: bool) -> None:
    assert is_date(text) is real


def test_the_check_digits_of_the_standard() -> None:
    told = ("520727", "AB2134<<<", "HA672242<658022549601086<<<<<<<<<<<<<<0", "D23145890734")
    assert [check_digit(text) for text in told] == ["3", "5", "8", "9"]


def damaged(rng: random.Random) -> str:
    """A specimen with a few places exchanged, or cut, or wholly random."""
    zone = list(joined(rng.choice([*SPECIMENS.values(), LONG_TD1])))
    for _ in range(rng.choice([0, 0, 1, 1, 2, 5, 90])):
        zone[rng.randrange(len(zone))] = rng.choice(ALPHABET)
    return "".join(zone)[: rng.choice([90, 90, 90, 90, 72, 71])]


def test_the_kernel_and_the_reference_agree_bit_for_bit() -> None:
    rng = random.Random(9303)
    zones = [damaged(rng) for _ in range(20_000)]
    found = verdicts(pack(zones))
    assert found.dtype == np.uint16
    assert found.tolist() == [verdict(zone) for zone in zones]
    assert len(set(found.tolist())) > 100


def test_the_kernel_and_the_reference_agree_on_every_single_exchange() -> None:
    for zone in (joined(TD1), joined(TD3), joined(LONG_TD1)):
        others = [zone[:at] + letter + zone[at + 1 :] for at in range(len(zone)) for letter in ALPHABET]
        assert verdicts(pack(others)).tolist() == [verdict(other) for other in others]


@given(st.text(max_size=100) | st.text(ALPHABET, min_size=72, max_size=91))
@settings(max_examples=300, deadline=None)
def test_the_kernel_and_the_reference_agree_on_any_text(text: str) -> None:
    zone = text.replace("\n", "").replace("\r", "")
    assert int(verdicts(pack([zone]))[0]) == verdict(zone)


def test_no_zones_are_no_trouble() -> None:
    assert len(verdicts(pack([]))) == 0
    assert set(MrzFormat) == set(LAYOUTS)
