"""Places of years among sorted years."""

import numpy as np

from cordillera.engines.names.reach_kernel import year_from, year_soon


def test_a_year_sought_in_doubling_steps_is_found_where_halving_finds_it():
    rng = np.random.default_rng(3)
    for size in (0, 1, 2, 7, 40, 300):
        years = np.sort(rng.integers(1930, 1970, size)).astype(np.int16)
        for year in range(1928, 1973):
            low = int(rng.integers(0, size + 1))
            for high in (low, size):
                assert year_soon(years, low, high, year) == year_from(years, low, high, year)
