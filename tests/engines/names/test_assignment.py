from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.assignment import best_pairs

GAINS = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(0, 4)), st.floats(0.01, 1.0), min_size=1, max_size=14
)


def best_by_trying_all(gains: dict[tuple[int, int], float]) -> float:
    return max(
        sum(gains.get((row, column), 0.0) for row, column in enumerate(order))
        for order in permutations(range(5), 4)
    )


@settings(deadline=None)
@given(GAINS)
def test_no_other_pairing_is_better(gains: dict[tuple[int, int], float]) -> None:
    pairs = best_pairs(gains, 4, 5)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert abs(sum(gains[pair] for pair in pairs) - best_by_trying_all(gains)) < 1e-9


@settings(deadline=None)
@given(GAINS)
def test_turning_the_table_turns_the_pairs(gains: dict[tuple[int, int], float]) -> None:
    turned = {(column, row): gain for (row, column), gain in gains.items()}
    total = sum(gains[pair] for pair in best_pairs(gains, 4, 5))
    assert abs(total - sum(turned[pair] for pair in best_pairs(turned, 5, 4))) < 1e-9
