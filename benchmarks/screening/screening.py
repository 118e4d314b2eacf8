"""Damaged names of the UN list, and invented travellers who are on no list, against UN and OFAC."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data import Traveller, read_damaged, read_innocents, read_list, sampled
from figures import alerts_off_by, of_screening
from task import SHIPPED, Answer, Task, speed

INNOCENTS = 4_000  # logic-v2 takes 30 ms for each
HALVES = {"all": (True, False), "unseen half": (True,), "seen half": (False,)}  # by `unseen`
QUESTIONS = {"damaged names, name only": "screen", "damaged names, with birth": "screen-births"}


def everybody(where: Path, sample: int) -> Iterator[Task]:
    """Yield the same for all invented travellers of both halves, who tell small shares of false alerts."""
    listed = read_list(where)
    damaged = sampled(read_damaged(where / "un_positives_treated.csv.gz", listed), sample)
    subjects = damaged + sampled(read_innocents(where, seen=True), sample)
    for name, verb in QUESTIONS.items():
        yield task(f"{name}, all travellers", verb, listed, subjects)


def tasks(where: Path, sample: int) -> Iterator[Task]:
    """Yield the two tasks: by name only, and with dates of birth."""
    listed = read_list(where)
    damaged = sampled(read_damaged(where / "un_positives_treated.csv.gz", listed), sample)
    subjects = damaged + sampled(read_innocents(where), sample or INNOCENTS)
    for name, verb in QUESTIONS.items():
        yield task(name, verb, listed, subjects)


def task(name: str, verb: str, listed: list, subjects: list[Traveller]) -> Task:
    """Return the task of screening subjects against a list."""

    def measured(matcher: str, answer: Answer) -> dict[str, Any]:
        found = answer["found"]
        threshold = found["threshold"] if matcher == "ours" else SHIPPED.get(matcher)
        scores = found["scores"] if matcher == "ours" else found
        told = list(zip(subjects, scores, strict=True))
        figures = {}
        for key, half in HALVES.items():
            own = [score for one, (score, _) in told if one["wanted"] and one["unseen"] in half]
            best = [score for one, (_, score) in told if not one["wanted"] and one["unseen"] in half]
            if own and best:
                figures[key] = of_screening(own, best, threshold)
                if matcher == "ours":
                    figures[key]["off_by"] = alerts_off_by(own, best, threshold)
        return {**figures, "speed": speed(len(subjects), answer["cpu_seconds"])}

    return Task(name, verb, {"listed": listed, "subjects": subjects}, measured)
