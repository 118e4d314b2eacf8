import csv
import gzip
import hashlib
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cordillera.engines.names.calibration import probability
from cordillera.engines.names.measures import calibration_error, measure
from cordillera.engines.names.pairs import NamePair, score_pairs
from cordillera.engines.names.weights import PAIR_THRESHOLD

BITS = st.floats(-200.0, 200.0)


@given(BITS, BITS)
def test_a_higher_score_is_never_less_probable(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 < probability(low) <= probability(high) <= 1.0


def test_the_part_not_fitted_on_keeps_the_promised_figures(shared: Path) -> None:
    with gzip.open(shared / "screening" / "ofac_alias_pairs.csv.gz", "rt", encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file) if row["is_match"] == "0" or row["shares_tokens"] == "1"]
    scores, _ = score_pairs([NamePair(row["name1"], row["name2"], row["kind"]) for row in table])
    truth = np.array([row["is_match"] == "1" for row in table])
    unseen = np.array([_unseen(row["ent"]) for row in table])
    latam = np.array([row["latam"] == "1" for row in table])
    chances = np.array([probability(score) for score in scores[unseen].tolist()])
    assert calibration_error(chances, truth[unseen]) <= 0.03
    assert measure(scores[unseen], truth[unseen], PAIR_THRESHOLD).f1 >= 0.93
    assert measure(scores[unseen & latam], truth[unseen & latam], PAIR_THRESHOLD).f1 >= 0.90


def test_hard_pairs_keep_the_promised_figures_in_the_part_not_fitted_on(shared: Path) -> None:
    with gzip.open(shared / "screening" / "name_pairs_labelled.csv.gz", "rt", encoding="utf-8") as file:
        table = [row for row in csv.DictReader(file) if _unseen(f"{row['name1']}|{row['name2']}")]
    scores, _ = score_pairs([NamePair(row["name1"], row["name2"], row["schema"]) for row in table])
    truth = np.array([row["is_match"].lower() in {"1", "true"} for row in table])
    chances = np.array([probability(score) for score in scores.tolist()])
    assert calibration_error(chances, truth) <= 0.06  # chance alone makes .045 of 205 pairs
    assert measure(scores, truth, PAIR_THRESHOLD).f1 >= 0.85


def _unseen(key: str) -> bool:
    return hashlib.sha256(f"cordillera-dev:{key}".encode()).digest()[-1] % 2 == 1
