"""What each kind of line of the pair score should weigh, fitted on one half of labelled names.

    CORDILLERA_SHARED=../shared .venv/bin/python benchmarks/screening/fit.py

Logistic regression on the lines of `core.compare_names`: for each kind of line the factor by which its
weight in `engines/names/weights.py` should be multiplied, drawn towards 1 (ridge). Rows whose key hashes to
the report half (sha256 of "cordillera-dev:" + key, mod 2 = 1) are never fitted on; the figures of both halves
are printed.
The constants are changed by hand, rounded, and only where the fit does not contradict general knowledge.
"""

import csv
import gzip
import hashlib
import math
import os
from pathlib import Path

import numpy as np

from cordillera.engines.names import weights as w
from cordillera.engines.names.core import NameTally, compare_names, side_of
from cordillera.engines.names.measures import calibration_error, measure
from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.organisations_compare import kind_of_pair
from cordillera.engines.names.pairs import Shares
from cordillera.engines.names.parts import read_parts

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CORDILLERA_SHARED", ROOT.parent / "shared")) / "data" / "screening"
FILES = {"ofac_alias_pairs.csv.gz": 1.0, "name_pairs_labelled.csv.gz": 8.0}  # weight of one row
YES = {"1", "true"}
RIDGE = 0.02
STEPS = 3_000


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    kept = [row for row in table if not (row["is_match"] == "1" and row.get("shares_tokens") == "0")]
    kinds = [row.get("schema", "") for row in kept]
    people = [kind_of_pair(kind) is SubjectKind.PERSON for kind in kinds]
    return [row for row, one in zip(kept, people, strict=True) if one]


def half(row: dict[str, str]) -> int:
    key = row["ent"] if "ent" in row else f"{row['name1']}|{row['name2']}"
    return hashlib.sha256(f"cordillera-dev:{key}".encode()).digest()[-1] % 2


def features(tally: NameTally) -> dict[str, float]:
    """Sum the lines of each kind, in bits; of words, what is told apart from what the likeness loses."""
    found: dict[str, float] = {}
    for line in tally.lines:
        amount, kind = line.amount / w.GRID, line.reason
        if line.left >= 0 and line.right >= 0 and "contradicts" not in kind:
            told = min(tally.left.information[line.left], tally.right.information[line.right])
            earned = 0.0 if kind == "names.word_initial" else told * w.SHARE_OF_INFORMATION / w.GRID**2
            found["told"] = found.get("told", 0.0) + earned
            kind, amount = "lost", amount - earned
        if "word_only" in kind:
            side, place = (tally.left, line.left) if line.left >= 0 else (tally.right, line.right)
            kind = f"only {side.roles[place].name}"
        found[kind] = found.get(kind, 0.0) + amount
    return found


def main() -> None:
    told, truth, halves, importance, latam, names = [], [], [], [], [], []
    for name, weight in FILES.items():
        table = rows(name)
        read = {text: read_parts(text) for row in table for text in (row["name1"], row["name2"])}
        shares = Shares(read.values())
        for row in table:
            sides = (side_of(read[row[column]], shares) for column in ("name1", "name2"))
            told.append(features(compare_names(*sides)))
            truth.append(row["is_match"] in YES)
            halves.append(half(row))
            latam.append(row.get("latam") == "1")
            importance.append(weight * (5.0 if latam[-1] else 1.0))
            names.append(name)
    kinds = sorted({kind for one in told for kind in one})
    table = np.array([[one.get(kind, 0.0) for kind in kinds] for one in told])
    known, dev = np.array(truth), np.array(halves) == 0
    factors = fit(table[dev], known[dev].astype(float), np.array(importance)[dev])
    for kind, factor in zip(kinds, factors, strict=True):
        print(f"{factor:6.2f}  {kind}")
    for title, chosen in (("now", np.ones(len(kinds))), ("fitted", factors)):
        scores = table @ chosen
        for name in FILES:
            for part in (0, 1):
                pick = (np.array(names) == name) & (np.array(halves) == part)
                report(f"{title} {name} half {part}", scores[pick], known[pick])
        for part in (0, 1):
            pick = np.array(latam) & (np.array(halves) == part)
            report(f"{title} latam half {part}", scores[pick], known[pick])


def fit(table: np.ndarray, truth: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """Return the factors that minimise weighted log loss plus a ridge towards 1 (Adam)."""
    share = importance / importance.sum()
    factors, slow, fast = np.ones(table.shape[1]), np.zeros(table.shape[1]), np.zeros(table.shape[1])
    for step in range(1, STEPS + 1):
        chance = 1.0 / (1.0 + np.exp2(-np.clip(table @ factors, -60.0, 60.0)))
        slope = table.T @ (share * (chance - truth)) * math.log(2) + RIDGE * (factors - 1.0)
        slow, fast = 0.9 * slow + 0.1 * slope, 0.999 * fast + 0.001 * slope**2
        factors -= 0.02 * (slow / (1 - 0.9**step)) / (np.sqrt(fast / (1 - 0.999**step)) + 1e-9)
        factors = np.maximum(factors, 0.0)
    return factors


def report(title: str, scores: np.ndarray, truth: np.ndarray) -> None:
    figures = measure(scores, truth, w.PAIR_THRESHOLD)
    error = calibration_error(1.0 / (1.0 + np.exp2(-np.clip(scores, -60, 60))), truth)
    print(f"{title}: F1 {figures.f1} best {figures.f1_best} auc {figures.auc} calibration {error:.3f}")


if __name__ == "__main__":
    main()
