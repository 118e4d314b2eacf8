import numpy as np

from cordillera.engines.names.measures import calibration_error, calibration_error_debiased, measure


def test_figures_of_a_small_table() -> None:
    scores = np.array([4.0, 3.0, 2.0, 1.0])
    truth = np.array([True, False, True, False])
    figures = measure(scores, truth, 3.0)
    assert (figures.precision, figures.recall, figures.f1) == (0.5, 0.5, 0.5)
    assert (figures.f1_best, figures.threshold_best) == (0.8, 2.0)
    assert figures.auc == 0.75


def test_equal_scores_count_half() -> None:
    assert measure(np.array([1.0, 1.0]), np.array([True, False]), 1.0).auc == 0.5


def test_nothing_to_measure_gives_zero_and_never_raises() -> None:
    none = np.zeros(0)
    assert measure(none, none.astype(np.bool_), 1.0).f1 == 0.0
    assert measure(np.ones(2), np.zeros(2, np.bool_), 1.0).f1_best == 0.0


def test_a_forecast_that_is_right_on_average_is_calibrated() -> None:
    truth = np.array([True, False])
    assert calibration_error(np.array([0.5, 0.5]), truth) == 0.0
    assert calibration_error(np.array([0.0, 1.0]), truth) == 1.0


def test_what_was_never_proposed_is_found_by_no_threshold() -> None:
    figures = measure(np.array([2.0, -np.inf]), np.array([True, True]), 1.0)
    assert (figures.f1_best, figures.threshold_best) == (0.6667, 2.0)


def test_what_luck_adds_to_the_error_of_chances_is_taken_off() -> None:
    drawn, exact, off = np.random.default_rng(7), [], []
    for _ in range(300):
        told = drawn.uniform(0.2, 0.8, 300)
        rolled = drawn.uniform(0.0, 1.0, 300)
        truth = rolled < told
        exact.append((calibration_error(told, truth), calibration_error_debiased(told, truth)))
        off.append(calibration_error_debiased(told, rolled < told - 0.2))
    plain, debiased = np.mean(exact, axis=0)
    assert plain > 0.05
    assert debiased < plain / 2
    assert abs(np.mean(np.square(off)) - 0.2**2) < 0.002


def test_chances_told_alike_share_a_bin() -> None:
    told, truth = np.full(1_000, 0.9), np.arange(1_000) % 2 == 0
    assert abs(calibration_error_debiased(told, truth) - 0.4) < 0.001
    assert calibration_error_debiased(told[:500] - 0.4, truth[:500]) == 0.0
    assert calibration_error_debiased(told[:10], truth[:10]) == 0.0
