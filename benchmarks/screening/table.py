"""The stored figures as Markdown."""

from collections.abc import Callable, Iterable
from typing import Any

Stored = dict[str, Any]
Columns = dict[str, Callable[[dict[str, Any]], object]]
INTRO = """# Screening, side by side

Written by `benchmarks/screening/run.py`; how it is measured stands in `benchmarks/README.md` and ADR 0044.
Shipped threshold: what a matcher alerts at when nobody changes anything (logic-v2 0.7; Splink's examples
take even odds; rapidfuzz ships none, a dash). Best F1 is at the threshold that fits the file best, chosen
after the fact. *Unseen half*: rows on which nothing of ours was chosen. Speed is per second of processor
time, one core, from text, with loading left out. *Chances off by*: expected calibration error of the
probability told (ours alone tells one), ten bins of equal width, at the share of matches that the file has;
it is above nothing by luck alone. *Debiased*: root mean square error over ten bins of equal number, less what
luck adds (Kumar, Liang, Ma 2019). *Recall at .02 %* and on: where that share of the innocents alerts.
"""
PAIRS: Columns = {
    "pairs": lambda one: one["pairs"],
    "F1 shipped": lambda one: one["f1"],
    "precision": lambda one: one["precision"],
    "recall": lambda one: one["recall"],
    "F1 best": lambda one: one["f1_best"],
    "AUC": lambda one: one["auc"],
    "chances off by": lambda one: one.get("off_by"),
    "debiased": lambda one: one.get("off_by_debiased"),
    "pairs/s": lambda one: one["speed"],
}
ONE_PERSON: Columns = {
    "pairs": lambda one: one["pairs"],
    "found at the shipped threshold": lambda one: one["recall"],
    "pairs/s": lambda one: one["speed"],
}
SCREENING: Columns = {
    "damaged": lambda one: one["damaged"],
    "innocents": lambda one: one["innocents"],
    "recall shipped": lambda one: one["recall"],
    "false alerts shipped": lambda one: percent(one["false_alerts"]),
    "recall at .02 %": lambda one: one.get("recall_at_0.0002"),
    "at .05 %": lambda one: one.get("recall_at_0.0005"),
    "at .1 %": lambda one: one["recall_at_allowed"],
    "chances of alerts off by": lambda one: one.get("off_by"),
    "subjects/s": lambda one: one["speed"],
}
LINKS: Columns = {
    "records": lambda one: one["records"],
    "true pairs": lambda one: one["true_pairs"],
    "pairs proposed": lambda one: one["proposed"],
    "true pairs proposed": lambda one: one["blocking_recall"],
    "pair F1 shipped": lambda one: one["f1"],
    "precision": lambda one: one["precision"],
    "recall": lambda one: one["recall"],
    "pair F1 best": lambda one: one["f1_best"],
    "records/s": lambda one: one["speed"],
}
QUESTIONS: dict[str, Columns] = {
    "OFAC alias pairs": PAIRS,
    "labelled name pairs": PAIRS,
    "80 spellings": ONE_PERSON,
    "damaged names, name only": SCREENING,
    "damaged names, with birth": SCREENING,
    "damaged names, name only, all travellers": SCREENING,
    "damaged names, with birth, all travellers": SCREENING,
    "Febrl 3": LINKS,
    "historical, 5,000 records": LINKS,
    "historical 50k": LINKS,
}
SLICES = ("all", "unseen half", "seen half", "latam", "latam, unseen half")


def render(stored: Stored) -> str:
    """Return the whole page."""
    parts = [INTRO, about(stored)]
    for question, columns in QUESTIONS.items():
        lines = list(rows(stored, question, columns))
        if lines:
            lines += notes(stored, question)
            parts.append("\n".join([f"## {question}", head(columns), *lines]) + "\n")
    return "\n".join(parts)


def about(stored: Stored) -> str:
    """Return who was run, in which version, when and where."""
    lines = ["| matcher | version | date | rows | machine |", "|---|---|---|---|---|"]
    for matcher, found in stored["matchers"].items():
        told = found["about"]
        taken = f"about {told['sample']} of each file" if told["sample"] else "all"
        version = found.get("version", "-")
        lines.append(f"| {matcher} | {version} | {told['date']} | {taken} | {told['machine']} |")
    return "\n".join(lines) + "\n"


def head(columns: Columns) -> str:
    """Return the two lines that begin a table."""
    names = ["matcher", "slice", *columns]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}"


def rows(stored: Stored, question: str, columns: Columns) -> Iterable[str]:
    """Yield a line for each slice and matcher that answered the question."""
    for part in SLICES:
        for matcher, found in stored["matchers"].items():
            told = found.get(question, {})
            if part in told and not (columns is ONE_PERSON and part != "all"):
                figures = {**told[part], "speed": told["speed"]}
                shown = [text(column(figures)) for column in columns.values()]
                yield f"| {' | '.join([matcher, part, *shown])} |"


def notes(stored: Stored, question: str) -> Iterable[str]:
    """Yield what must be known of a matcher's figures, where something is noted beside them."""
    for matcher, found in stored["matchers"].items():
        if note := found.get(question, {}).get("note"):
            yield f"\n{matcher}: {note}"


def percent(share: float | None) -> str | None:
    """Return a share as per cent."""
    return None if share is None else f"{share * 100:.3f} %"


def text(value: object) -> str:
    """Return a figure as shown; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
