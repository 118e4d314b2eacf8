"""The strength of an alert: linear in bits, in [0, 1], and its terms sum to it exactly in every order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordillera.desks.people.strength import AT_THRESHOLD, PER_BIT, strength
from cordillera.foundation.explain import Term, total

BITS = st.integers(-40 * 1024, 40 * 1024).map(lambda units: units / 1024)


def terms(*amounts: float) -> tuple[Term, ...]:
    return tuple(Term("names.word_equal", amount) for amount in amounts)


@given(st.lists(BITS, max_size=12), st.floats(-10, 30))
def test_terms_sum_exactly_in_every_order_and_stay_within_0_and_1(amounts, threshold):
    given_terms = terms(*amounts)
    value, found = strength(total(given_terms), given_terms, threshold)
    assert 0.0 <= value <= 1.0
    assert sum(term.contribution for term in found) == value
    assert sum(term.contribution for term in reversed(found)) == value
    assert sum(Fraction(term.contribution) for term in found) == Fraction(value)


@pytest.mark.parametrize("threshold", [-10.0, 0.0, 3.5, 3.7, 30.0])
def test_at_the_threshold_of_its_list_it_is_just_strong_enough(threshold):
    value, _ = strength(threshold, terms(threshold), threshold)
    assert AT_THRESHOLD <= value < AT_THRESHOLD + 2**-14


def test_a_bit_more_is_a_thirty_second_more():
    low, high = (strength(bits, terms(bits), 3.5)[0] for bits in (3.5, 4.5))
    assert high - low == PER_BIT


def test_what_would_leave_the_unit_is_brought_back_by_a_term_of_its_own():
    value, found = strength(60.0, terms(60.0), 3.5)
    assert value == 1.0
    assert [term.name for term in found] == ["names.word_equal", "names.alert_line", "names.limit"]
    assert strength(-60.0, terms(-60.0), 3.5)[0] == 0.0
