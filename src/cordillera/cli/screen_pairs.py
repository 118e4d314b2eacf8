"""`cordillera screen pairs` and `screen compare`: the name matcher asked about pairs of names.

`pairs` measures the matcher on a labelled table; `compare` explains one pair, term by term.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from cyclopts import Parameter

from cordillera.cli.common import JsonOption, console, emit
from cordillera.desks.people.errors import TableUnreadable
from cordillera.desks.people.tables import open_table
from cordillera.engines.names.basis import rests_on
from cordillera.engines.names.measures import Figures, Scores, measure
from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.pairs import Comparison, NamePair, compare_as, score_pairs
from cordillera.engines.names.weights import PAIR_THRESHOLD
from cordillera.foundation.csvsafe import csv_line

_MAX_FIELD = 100_000
_YES = frozenset({"1", "true", "yes", "t", "y"})


class LabelledPair(msgspec.Struct, frozen=True):
    """A row of the table: the pair, what it is in truth ("" when not told), and its slice."""

    pair: NamePair
    is_match: str
    latam: bool


def pairs(
    file: Path,
    *,
    scores: Annotated[Path | None, Parameter(help="Also write every score to this CSV file.")] = None,
    json: JsonOption = False,
) -> None:
    """Score FILE.csv or FILE.csv.gz with columns name1, name2 and measure it when is_match is there."""
    with open_table(file) as text:
        rows = list(read_pairs(text))
    found, per_second = score_pairs([row.pair for row in rows])
    if scores is not None:
        write_scores(scores, rows, found)
    summary = summarise(rows, found, per_second)
    if json:
        emit(summary)
        return
    for name, value in summary.items():
        console.print(f"{name}: {value}", markup=False, highlight=False)


def compare(  # noqa: PLR0913 - the options of a command
    name1: str,
    name2: str,
    *,
    born1: Annotated[str, Parameter(help="Date of birth that goes with the first name.")] = "",
    born2: Annotated[str, Parameter(help="Date of birth that goes with the second name.")] = "",
    kind: Annotated[SubjectKind, Parameter(help="What the names are of.")] = SubjectKind.PERSON,
    json: JsonOption = False,
) -> None:
    """Compare two names, and two dates of birth if told: similarity, probability and terms in bits."""
    found = compare_as(kind, name1, name2, (born1, born2))
    if json:
        emit(_shown(found))
        return
    console.print(f"similarity {found.similarity:.3f}, probability {found.probability:.4f}")
    for term in found.terms:
        console.print(f"{term.contribution:+8.3f}  {term.name}  {term.detail}", markup=False, highlight=False)
    console.print(f"{found.score:+8.3f}  bits", highlight=False)


def _shown(found: Comparison) -> dict[str, object]:
    return {
        "similarity": found.similarity,
        "probability": found.probability,
        "rests_on": rests_on(found.terms),
        "score": found.score,
        "terms": [
            {"name": term.name, "contribution": term.contribution, "detail": term.detail}
            for term in found.terms
        ],
    }


def read_pairs(text: Iterator[str]) -> Iterator[LabelledPair]:
    """Yield the rows that a name matcher can be measured on; raise `TableUnreadable`.

    A row with is_match=1 and shares_tokens=0 is a nickname that no name matcher can know: left out.
    """
    csv.field_size_limit(_MAX_FIELD)
    table = csv.DictReader(text)
    columns = [name.strip().lower() for name in table.fieldnames or ()]
    if "name1" not in columns or "name2" not in columns:
        raise TableUnreadable(reason="no columns name1 and name2", columns=len(columns))
    table.fieldnames = columns
    for row in table:
        told = {name: value or "" for name, value in row.items() if name and not isinstance(value, list)}
        is_match = told.get("is_match", "").strip().lower()
        if not (is_match in _YES and told.get("shares_tokens", "").strip() == "0"):
            kind = told.get("schema") or told.get("kind", "")
            pair = NamePair(told["name1"], told["name2"], kind)
            yield LabelledPair(pair, is_match, told.get("latam", "").strip().lower() in _YES)


def summarise(rows: list[LabelledPair], scores: Scores, per_second: float) -> dict[str, object]:
    """Return the summary of all rows whose truth is told, and of those marked `latam`."""
    known = np.array([bool(row.is_match) for row in rows], dtype=np.bool_)
    truth = np.array([row.is_match in _YES for row in rows], dtype=np.bool_)
    latam = np.array([row.latam for row in rows], dtype=np.bool_)
    speed = round(per_second)
    if not known.any():
        return {"pairs": len(rows), "threshold": PAIR_THRESHOLD, "pairs_per_second": speed}
    summary = _told(measure(scores[known], truth[known], PAIR_THRESHOLD), speed)
    chosen = known & latam
    if chosen.any():
        summary["latam"] = _told(measure(scores[chosen], truth[chosen], PAIR_THRESHOLD), speed)
    return summary


def _told(figures: Figures, speed: int) -> dict[str, object]:
    return {**msgspec.structs.asdict(figures), "pairs_per_second": speed}


def write_scores(path: Path, rows: list[LabelledPair], scores: Scores) -> None:
    """Write every pair with its score, for the caller's eyes only (mode 0600); no value starts a formula."""
    with open(path, "w", encoding="utf-8", newline="", opener=_private) as out:
        out.write(csv_line(["name1", "name2", "is_match", "score"]))
        told = zip(rows, scores.tolist(), strict=True)
        out.writelines(csv_line([row.pair.left, row.pair.right, row.is_match, score]) for row, score in told)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
