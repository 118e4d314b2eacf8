"""rapidfuzz on the rows of standard input (see `peer.py`): WRatio and token_sort_ratio, lower-cased names."""

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import rapidfuzz
from peer import answer, name_of
from rapidfuzz import fuzz, process, utils

SCORERS = {"WRatio": fuzz.WRatio, "token_sort_ratio": fuzz.token_sort_ratio}
BATCH = 200
MOST = 10_000  # records joined at most: every pair of them is scored
LEAST = 75.0  # pairs below it are not answered


def pairs(scorer: Callable, rows: list) -> list[float]:
    return [scorer(one, other, processor=utils.default_process) for one, other, _ in rows]


def screen(scorer: Callable, listed: list, subjects: list, *, births: bool) -> list[list[float]] | None:
    """Return [best score of the right entries, best score of all] of each subject; no dates here."""
    if births:
        return None
    names = [(name, place) for place, one in enumerate(listed) for name in one["names"] + one["weak"]]
    texts = [utils.default_process(name) for name, _ in names]
    owners: dict[str, list[int]] = {}
    for row, (_, place) in enumerate(names):
        owners.setdefault(listed[place]["id"], []).append(row)
    found = []
    for start in range(0, len(subjects), BATCH):
        batch = subjects[start : start + BATCH]
        asked = [utils.default_process(one["name"]) for one in batch]
        scores = process.cdist(asked, texts, scorer=scorer, dtype=np.float32, workers=1)
        for one, line in zip(batch, scores, strict=True):
            right = [row for entry in one["wanted"] for row in owners[entry]]
            found.append([float(line[right].max()) if right else 0.0, float(line.max())])
    return found


def link(scorer: Callable, records: list, kind: str) -> list[list[float]] | None:
    """Return [place, place, score] of all pairs of names from LEAST on; None for more than MOST records."""
    if len(records) > MOST:
        return None
    texts = [utils.default_process(name_of(record, kind)) for record in records]
    found: list[list[float]] = []
    for start in range(0, len(texts), BATCH):
        scores = process.cdist(
            texts[start : start + BATCH],
            texts,
            scorer=scorer,
            dtype=np.float32,
            score_cutoff=LEAST,
            workers=1,
        )
        rows, places = np.nonzero(scores >= LEAST)
        later = rows + start < places
        found += [
            [int(row) + start, int(place), float(scores[row, place])]
            for row, place in zip(rows[later], places[later], strict=True)
        ]
    return found


if __name__ == "__main__":
    scorer = SCORERS[sys.argv[2]]
    answer(
        rapidfuzz.__version__,
        pairs=partial(pairs, scorer),
        screen=partial(screen, scorer),
        link=partial(link, scorer),
    )
