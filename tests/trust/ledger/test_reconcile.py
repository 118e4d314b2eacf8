"""Comparing two logs: every kind of difference, and none where there is none."""

import random

from hypothesis import given
from hypothesis import strategies as st

from cordillera.trust.ledger.reconcile import Entry, compare, differing, digests, pending


def entry(number, sender="ec", **changes):
    values = {
        "message_id": f"m-{sender}-{number}", "agreement_id": "us-ec-2025", "sender": sender, "seq": number,
        "leaf": f"leaf-{number}", "envelope": f"bytes-{number}", "settled": True, "within": True,
    }  # fmt: skip
    return Entry(**(values | changes))


def found(ours, theirs):
    """What a comparison finds with and without the digests: the same."""
    told = differing(theirs, digests(ours))
    held = digests(theirs)
    same = frozenset(block for block, digest in digests(ours).items() if held.get(block) == digest)
    short = sorted((one.reason, one.message_id) for one in compare(ours, told, same))
    assert short == sorted((one.reason, one.message_id) for one in compare(ours, theirs, frozenset()))
    return short


def test_equal_logs_have_no_difference_and_send_no_entry():
    ours = [entry(number) for number in range(1, 1000)]
    assert differing(ours, digests(list(reversed(ours)))) == []
    assert found(ours, list(reversed(ours))) == []


@given(st.sets(st.integers(1, 600)), st.sets(st.integers(1, 600)))
def test_every_message_that_one_side_lacks_is_found_and_no_other(not_there, not_here):
    both = range(1, 601)
    ours = [entry(number) for number in both if number not in not_here]
    theirs = [entry(number) for number in both if number not in not_there]
    expected = [("missing_there", f"m-ec-{n}") for n in not_there - not_here]
    expected += [("missing_here", f"m-ec-{n}") for n in not_here - not_there]
    assert found(ours, theirs) == sorted(expected)


def test_two_messages_at_one_place_are_one_difference():
    assert found([entry(1), entry(2)], [entry(1), entry(2, message_id="other")]) == [
        ("other_message", "m-ec-2")
    ]


def test_bytes_leaf_and_place_must_be_the_same():
    ours = [entry(1, receipted="named"), entry(2), entry(3)]
    theirs = [entry(1, envelope="x"), entry(2, envelope=""), entry(3, seq=9)]
    assert found(ours, theirs) == [
        ("other_bytes", "m-ec-1"), ("other_leaf", "m-ec-1"), ("other_place", "m-ec-3")
    ]  # fmt: skip


def test_the_margin_and_messages_under_way_are_no_findings():
    ours = [entry(1, within=False), entry(2, settled=False)]
    assert found(ours, []) == []
    assert pending(ours, [entry(3, sender="us", settled=False)], frozenset()) == 2


def test_the_order_of_entries_does_not_matter():
    ours = [entry(number, sender) for number in range(1, 300) for sender in ("ec", "us")]
    mixed = random.Random(1).sample(ours, len(ours))
    assert digests(ours) == digests(mixed)
