"""How good a score is at telling matches apart: precision, recall, F1, area under the curve, calibration.

>>> figures = measure(np.array([9.0, 1.0, 5.0]), np.array([True, False, True]), 4.0)
>>> figures.f1, figures.auc
(1.0, 1.0)
"""

from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
_TWO: Final = 2  # the fewest pairs of a bin whose luck can be told


class Figures(msgspec.Struct, frozen=True):
    """What a threshold does to labelled scores; `f1_best` is of the best threshold seen afterwards."""

    pairs: int
    threshold: float
    precision: float
    recall: float
    f1: float
    f1_best: float
    threshold_best: float
    auc: float


def measure(scores: Scores, truth: Truth, threshold: float) -> Figures:
    """Return the figures of `scores` at `threshold` (alert when score >= threshold)."""
    precision, recall, f1 = _at(scores, truth, threshold)
    best, where = _best(scores, truth, threshold)
    return Figures(
        len(scores),
        threshold,
        round(precision, 4),
        round(recall, 4),
        round(f1, 4),
        round(best, 4),
        where,
        round(_auc(scores, truth), 4),
    )


def calibration_error(probabilities: Scores, truth: Truth, bins: int = 10) -> float:
    """Return the expected calibration error: mean gap of told and true share, over equal-width bins."""
    place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    gap = np.bincount(place, probabilities - truth.astype(np.float64), bins)
    return float(np.abs(gap).sum() / max(len(truth), 1))


def calibration_error_debiased(probabilities: Scores, truth: Truth, bins: int = 10) -> float:
    """Return the root mean square gap of told and true share over bins of equal number, less what luck adds.

    Of chances told exactly right a bin of n pairs shows a squared gap of share * (1 - share) / n on average.
    That is taken off each bin, so that the estimate of the square has no bias (Kumar, Liang, Ma, Verified
    Uncertainty Calibration, 2019). A mean gap, as in `calibration_error`, is never above a root mean square.
    """
    if len(truth) < _TWO * bins:
        return 0.0
    ranked = np.sort(probabilities)
    edges = ranked[np.arange(1, bins) * len(ranked) // bins]
    place = np.searchsorted(edges, probabilities, side="right")  # what is told alike shares a bin
    count = np.bincount(place)
    place, count = np.searchsorted(np.flatnonzero(count), place), count[count > 0]
    share = np.bincount(place, truth) / count
    gap = np.bincount(place, probabilities) / count - share
    luck = share * (1.0 - share) / np.maximum(count - 1, 1)
    return float(np.sqrt(max(0.0, (count * (gap**2 - luck)).sum() / len(truth))))


def _at(scores: Scores, truth: Truth, threshold: float) -> tuple[float, float, float]:
    told = scores >= threshold
    hits = int((told & truth).sum())
    precision = hits / max(int(told.sum()), 1)
    recall = hits / max(int(truth.sum()), 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def _best(scores: Scores, truth: Truth, threshold: float) -> tuple[float, float]:
    """Return the best F1 over all thresholds, and the greatest threshold that reaches it.

    What scores minus infinity was never proposed: no threshold finds it.
    """
    if not truth.any():
        return 0.0, threshold
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(truth[order])
    last = np.append(ranked[1:] != ranked[:-1], [True])
    f1 = 2.0 * hits / (np.arange(1, len(scores) + 1) + hits[-1])
    f1[~last | np.isneginf(ranked)] = 0.0
    place = int(np.argmax(f1))
    return float(f1[place]), float(ranked[place])


def _auc(scores: Scores, truth: Truth) -> float:
    """Return the chance that a match scores above a non-match, ties counting half (Mann, Whitney 1947)."""
    matches, others = int(truth.sum()), int((~truth).sum())
    if not matches or not others:
        return 0.0
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2.0
    return float((rank[place][truth].sum() - matches * (matches + 1) / 2.0) / (matches * others))
