"""Agreements for exercises: the shipped terms between any two countries."""

from cordillera.runtime.exercise import exercise_between, exercises_among, with_exercises
from cordillera.trust.agreements.book import PolicyBook


def test_every_two_countries_are_bound_and_the_order_is_no_matter() -> None:
    found = exercises_among(("EC", "PE", "US"))
    assert [one.agreement.id for one in found] == ["exercise-ec-pe", "exercise-ec-us", "exercise-pe-us"]
    assert exercise_between("PE", "EC") is exercise_between("EC", "PE")
    assert found[0].agreement.countries == {"EC", "PE"}


def test_exercises_stand_beside_what_the_node_holds() -> None:
    book = with_exercises(PolicyBook.load_shipped(), exercises_among(("EC", "PE")))
    assert book.get("exercise-ec-pe").agreement.countries == {"EC", "PE"}
    assert book.get("us-ec-2025").agreement.countries == {"EC", "US"}
