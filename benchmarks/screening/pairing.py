"""The labelled pairs of names: OFAC aliases, hand-labelled names, and the spellings of one person."""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data import Pair, read_pairs, read_spellings, sampled
from figures import chances_debiased, chances_off_by, of_pairs
from task import SHIPPED, Answer, Task, speed

FILES = {
    "OFAC alias pairs": "ofac_alias_pairs.csv.gz",
    "labelled name pairs": "name_pairs_labelled.csv.gz",
}
SPELLINGS = "80 spellings"


def tasks(where: Path, sample: int) -> Iterator[Task]:
    """Yield a task for each file."""
    for name, file in FILES.items():
        yield task(name, sampled(read_pairs(where / file), sample))
    yield task(SPELLINGS, sampled(read_spellings(where / "putin_names.txt"), sample))


def task(name: str, pairs: list[Pair]) -> Task:
    """Return the task of comparing pairs."""
    rows = [[pair["name1"], pair["name2"], pair["schema"]] for pair in pairs]

    def measured(matcher: str, answer: Answer) -> dict[str, Any]:
        scores, threshold = answer["found"], SHIPPED.get(matcher)
        timed = {"speed": speed(len(rows), answer["cpu_seconds"])}
        if matcher == "ours":
            scores, threshold, timed["speed_encoded"] = by_command(pairs)
        told = by_slice(pairs, scores, threshold)
        if matcher == "ours":
            for part, chosen in slices(pairs).items():
                known = [scores[at] for at in chosen], [pairs[at]["match"] for at in chosen]
                told[part]["off_by"] = chances_off_by(*known)
                told[part]["off_by_debiased"] = chances_debiased(*known)
        return {**told, **timed}

    return Task(name, "pairs", {"rows": rows}, measured)


def by_slice(pairs: list[Pair], scores: list[float], threshold: float | None) -> dict[str, Any]:
    """Return the figures of all pairs, of either half, and of the Latin American ones."""
    return {
        name: of_pairs([scores[at] for at in chosen], [pairs[at]["match"] for at in chosen], threshold)
        for name, chosen in slices(pairs).items()
    }


def slices(pairs: list[Pair]) -> dict[str, list[int]]:
    """Return the places of the pairs of each slice that is not empty."""
    found = {
        "all": list(range(len(pairs))),
        "unseen half": [at for at, pair in enumerate(pairs) if pair["unseen"]],
        "seen half": [at for at, pair in enumerate(pairs) if not pair["unseen"]],
        "latam": [at for at, pair in enumerate(pairs) if pair["latam"]],
        "latam, unseen half": [at for at, pair in enumerate(pairs) if pair["latam"] and pair["unseen"]],
    }
    return {name: places for name, places in found.items() if places}


def by_command(pairs: list[Pair]) -> tuple[list[float], float, int]:
    """Return scores, threshold and speed on encoded names, as told by `cordillera screen pairs`."""
    with tempfile.TemporaryDirectory(prefix="cordillera-bench-") as made:
        asked, told = Path(made) / "pairs.csv", Path(made) / "scores.csv"
        with asked.open("w", encoding="utf-8", newline="") as out:
            table = csv.writer(out)
            table.writerow(["name1", "name2", "schema", "is_match"])
            table.writerows([one["name1"], one["name2"], one["schema"], int(one["match"])] for one in pairs)
        program = Path(sys.executable).with_name("cordillera")
        command = [str(program), "screen", "pairs", str(asked), "--json", "--scores", str(told)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        with told.open(encoding="utf-8", newline="") as text:
            scores = [float(row["score"]) for row in csv.DictReader(text)]
    summary = json.loads(done.stdout)
    return scores, float(summary["threshold"]), int(summary["pairs_per_second"])
