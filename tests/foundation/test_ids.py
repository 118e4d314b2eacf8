"""Time-ordered identifiers."""

from cordillera.foundation.ids import uuid7


def test_ids_of_later_milliseconds_sort_later() -> None:
    made = [uuid7(moment) for moment in range(1_700_000_000_000, 1_700_000_000_200)]
    assert made == sorted(made)


def test_an_id_tells_its_version_variant_and_millisecond() -> None:
    moment = 1_763_726_400_123
    made = uuid7(moment)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == moment


def test_a_thousand_ids_of_one_millisecond_differ() -> None:
    assert len({uuid7(1) for _ in range(1000)}) == 1000
