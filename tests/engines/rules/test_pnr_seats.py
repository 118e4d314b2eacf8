"""Who sits beside whom is likely at most, and unknown where the cabin would have to be known."""

import pytest

from cordillera.engines.rules.facts import Seen, Things
from cordillera.engines.rules.pnr_seats import likely_beside, seated_beside
from cordillera.foundation.explain import Evidence


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("15A", "15B", True),
        ("15C", "15B", True),
        ("015A", "15b ", True),
        ("31F", "31G", True),
        ("31H", "31J", True),  # no row has an I
        ("15A", "16A", False),
        ("1A", "11A", False),
        ("15C", "15D", None),  # an aisle in most cabins
        ("15A", "15C", None),  # beside each other where a row has four seats
        ("15G", "15H", None),
        ("15A", "15A", None),  # an infant in arms
        ("15A", "15AB", None),
        ("15A", "", None),
        ("0A", "0B", None),
        ("XX", "15B", None),
    ],
)
def test_seats_are_compared_by_row_and_letter(one, other, told):
    assert likely_beside(one, other) is told
    assert likely_beside(other, one) is told


def seats(*numbers: str) -> Things:
    told = ((one, Evidence("m", at, at + 3, one)) for at, one in enumerate(numbers))
    return Things(tuple({"seat.number": Seen(one, evidence)} for one, evidence in told))


def test_who_has_several_seats_sits_beside_with_any_and_apart_only_with_all():
    beside = seated_beside(seats("1A", "20A"), seats("30C", "20B"))
    assert (beside.value, beside.evidence.text) == (1, "20B")
    assert seated_beside(seats("1A", "20A"), seats("30C")).value == 0
    assert seated_beside(seats("1A", "30A"), seats("30C")) is None
    assert seated_beside(seats(), seats("30C")) is None
    assert seated_beside(Things(({"seat.changes": Seen(1)},)), seats("30C")) is None
