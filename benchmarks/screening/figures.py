"""From scores to figures; every matcher is measured by the same functions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb

import numpy as np

from cordillera.engines.names.calibration import probability
from cordillera.engines.names.measures import calibration_error, calibration_error_debiased, measure

Figures = dict[str, float | int | None]
ALLOWED = 0.001  # share of innocents who may raise an alert
FEWER = (0.0002, 0.0005)  # smaller shares that are told beside it


def of_pairs(scores: Sequence[float], truth: Sequence[bool], threshold: float | None) -> Figures:
    """Return F1 at the shipped threshold (None when none ships), best F1 and where, and AUC."""
    found = measure(
        np.array(scores, np.float64), np.array(truth, np.bool_), 0.0 if threshold is None else threshold
    )
    told: Figures = {"pairs": found.pairs, "threshold": threshold, "f1_best": found.f1_best, "auc": found.auc}
    shipped = {"f1": found.f1, "precision": found.precision, "recall": found.recall}
    told.update(shipped if threshold is not None else dict.fromkeys(shipped))
    return {**told, "threshold_best": found.threshold_best}


def chances_off_by(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Return the expected calibration error of our probabilities, over ten bins of equal width."""
    told = np.array([probability(score) for score in scores], np.float64)
    return round(calibration_error(told, np.array(truth, np.bool_)), 4)


def chances_debiased(scores: Sequence[float], truth: Sequence[bool]) -> float:
    """Return the root mean square error of our probabilities without what luck adds to it."""
    told = np.array([probability(score) for score in scores], np.float64)
    return round(calibration_error_debiased(told, np.array(truth, np.bool_)), 4)


def alerts_off_by(own: Sequence[float], best: Sequence[float], threshold: float) -> float:
    """Return the same of the alerts of a screening: right ones among `own`, wrong ones among `best`."""
    scores = [(score, right) for some, right in ((own, True), (best, False)) for score in some]
    alerts = [one for one in scores if one[0] >= threshold]
    return chances_off_by(*zip(*alerts, strict=True)) if alerts else 0.0


def of_screening(own: Sequence[float], best: Sequence[float], threshold: float | None) -> Figures:
    """Return recall and false alerts at the shipped threshold, and recall where few of the innocents alert.

    `own` holds the score of the right entry of each damaged name, `best` the best of each innocent.
    """
    hits, alarms = np.array(own, np.float64), np.array(best, np.float64)
    lines = {share: threshold_for(alarms.tolist(), share) for share in (*FEWER, ALLOWED)}
    at = {share: round(float((hits > line).mean()), 4) for share, line in lines.items()}
    return {
        "damaged": len(hits),
        "innocents": len(alarms),
        "threshold": threshold,
        "recall": None if threshold is None else round(float((hits >= threshold).mean()), 4),
        "false_alerts": None if threshold is None else round(float((alarms >= threshold).mean()), 5),
        "recall_at_allowed": at[ALLOWED],
        **{f"recall_at_{share}": at[share] for share in FEWER},
    }


def threshold_for(scores: Sequence[float], share: float) -> float:
    """Return the score above which no more than `share` of the innocents lie."""
    allowed = int(len(scores) * share)
    return sorted(scores, reverse=True)[allowed] if scores else float("-inf")


def of_links(
    links: Iterable[tuple[int, int, float]], clusters: Sequence[str], threshold: float | None
) -> Figures:
    """Return pair F1 at the threshold, best F1, and the share of true pairs that were scored at all."""
    found: dict[tuple[int, int], float] = {}
    for i, j, score in links:
        key = min(i, j), max(i, j)
        found[key] = max(found.get(key, score), score)
    pairs = list(found)
    true = sum(comb(count, 2) for count in Counter(clusters).values())
    right = np.array([clusters[i] == clusters[j] for i, j in pairs], np.bool_)
    scores = np.array(list(found.values()), np.float64)
    missed = true - int(right.sum())  # they score below everything
    told = of_pairs(
        [*scores.tolist(), *[float("-inf")] * missed], [*right.tolist(), *[True] * missed], threshold
    )
    told.pop("auc")  # of the pairs that were scored only: says nothing
    return {
        **told,
        "records": len(clusters),
        "true_pairs": true,
        "proposed": len(pairs),
        "blocking_recall": round(int(right.sum()) / max(true, 1), 4),
    }
