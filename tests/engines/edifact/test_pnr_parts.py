"""Parts become one message, in any order; what does not come in time is said."""

from itertools import permutations

import pytest
from tests.engines.edifact.pnr_texts import TWO_TRAVELLERS, message

from cordillera.engines.edifact import read
from cordillera.engines.edifact.pnr_parts import TIMEOUT, Joined, Part, join
from cordillera.engines.edifact.pnrgov import pnrgov_messages

KEYS = ["XA:AAAAA1", "XA:AAAAA2", "XA:AAAAA3"]


def part(number: int, mark: bytes = b"", arrived: float = 0.0, sender: str = "XA") -> Part:
    """Part 1, 2 or 3 of a message of three reservations."""
    body = TWO_TRAVELLERS.replace(b"MFN4TI", b"AAAAA%d" % number)
    text = message(body, part=b"%02d%s" % (number, mark)).replace(b"EQN+1'", b"EQN+3'")
    return Part(sender, arrived, f"file{number}", pnrgov_messages(read(text))[0])


THREE = (part(1, b":C"), part(2), part(3, b":F"))


def codes(found: Joined) -> list[list[str]]:
    return [[finding.code for finding in one.message.findings] for one in found.whole]


def test_condition_1_a_message_without_parts_is_whole_at_once() -> None:
    text = message(TWO_TRAVELLERS)
    alone = Part("XA", 0.0, "file", pnrgov_messages(read(text))[0])
    found = join([alone], now=0.0)
    assert found.waiting == ()
    assert found.whole[0].message == alone.message


@pytest.mark.parametrize("order", permutations(range(3)))
def test_condition_2_parts_are_whole_in_any_order(order: tuple[int, ...]) -> None:
    came: tuple[Part, ...] = ()
    for place, number in enumerate(order):
        found = join((*came, THREE[number]), now=float(place))
        came = found.waiting
        assert bool(found.whole) == (place == 2)
    whole = found.whole[0]
    assert [one.key for one in whole.message.pnrs] == KEYS
    assert whole.sources == ("file1", "file2", "file3")
    assert whole.message.complete
    assert codes(found) == [[]]


def test_condition_2_parts_of_another_sender_are_another_message() -> None:
    found = join([THREE[0], THREE[1], part(3, b":F", sender="YY")], now=1.0)
    assert found.whole == ()
    assert len(found.waiting) == 3


def test_condition_3_a_part_that_comes_again_is_left_out() -> None:
    found = join([*THREE, part(2, arrived=1.0)], now=1.0)
    assert [one.key for one in found.whole[0].message.pnrs] == KEYS
    assert codes(found) == [["pnrgov.part_again"]]


def test_condition_4_what_came_is_given_out_when_time_is_over() -> None:
    some = [part(1, b":C", arrived=10.0), part(3, b":F", arrived=200.0)]
    assert join(some, now=TIMEOUT + 9).whole == ()
    found = join(some, now=TIMEOUT + 10)
    assert not found.whole[0].message.complete
    assert codes(found) == [["pnrgov.pnr_count", "pnrgov.part_missing"]]
    assert found.whole[0].message.findings[-1].text == "parts missing: 2"
    assert found.waiting == ()


def test_condition_4_a_missing_last_part_is_named() -> None:
    found = join([THREE[0]], now=TIMEOUT)
    assert found.whole[0].message.findings[-1].text == "parts missing: the last"


def test_condition_5_parts_without_access_reference_are_given_out_one_by_one() -> None:
    text = message(TWO_TRAVELLERS, part=b"01:C").replace(b"+REF7", b"+")
    lone = [Part("XA", 0.0, name, pnrgov_messages(read(text))[0]) for name in ("one", "two")]
    found = join(lone, now=0.0)
    assert len(found.whole) == 2
    assert not any(one.message.complete for one in found.whole)
