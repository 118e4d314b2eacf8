"""What every matcher shares: a task as JSON from standard input, the answer as JSON to standard output.

    python peer_NAME.py pairs|screen|screen-births|link [SCORER] < task.json > answer.json

The answer holds the version, what was found and the processor seconds it took, start and imports left out.
Tasks: `{"rows": [[name, name, schema], ...]}`, `{"listed": [...], "subjects": [...]}`, `{"records": [...]}`.
"""

import json
import sys
import time
from collections.abc import Callable

WARM = 3  # rows compared before the clock starts: lazy tables are loaded, kernels compiled


def name_of(record: dict, kind: str) -> str:
    """Return the whole name of a record."""
    fields = ("given_name", "surname") if kind == "febrl3" else ("full_name",)
    return " ".join(record[field] for field in fields if record[field])


def birth_of(record: dict, kind: str) -> str:
    """Return the date of birth of a record as YYYY-MM-DD, empty when it has none."""
    day = record["date_of_birth" if kind == "febrl3" else "dob"] or ""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == len("YYYYMMDD") else day


def answer(version: str, **verbs: Callable) -> None:
    """Do the task that the command line names and print the answer."""
    task = json.load(sys.stdin)
    verb, _, births = sys.argv[1].partition("-")
    do = verbs[verb]
    if verb == "pairs":
        do(task["rows"][:WARM])
        asked = lambda: do(task["rows"])  # noqa: E731 - timed below
    elif verb == "screen":
        do(task["listed"], task["subjects"][:WARM], births=bool(births))
        asked = lambda: do(task["listed"], task["subjects"], births=bool(births))  # noqa: E731
    else:
        asked = lambda: do(task["records"], task["kind"])  # noqa: E731
    began = time.process_time()
    found = asked()
    seconds = time.process_time() - began
    json.dump({"version": version, "found": found, "cpu_seconds": seconds}, sys.stdout)
