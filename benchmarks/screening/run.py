"""Runs nomenklatura, rapidfuzz, Splink and ours on the same rows and writes RESULTS.json and RESULTS.md.

    .venv/bin/python benchmarks/screening/run.py [--sample N] [--date YYYY-MM-DD]
    .venv/bin/python benchmarks/screening/run.py --ours-only --update

Each matcher is a process of its own in its own environment (`peer_*.py`). `--update` keeps the figures of
the matchers that are not run. `--sample N` takes about N rows of each file: for a quick look, not for the
table. Data: `$CORDILLERA_SHARED`, else ../shared. Only measures: no weight or threshold is chosen here.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import links
import pairing
import screening
from data import folder
from table import render
from task import PEERS

HERE = Path(__file__).resolve().parent
STORED, SHOWN = HERE / "RESULTS.json", HERE / "RESULTS.md"
SECONDS = 3600  # a matcher that takes longer has failed
MATCHERS = {
    "ours": ("peer_ours.py", ""),
    "nomenklatura logic-v2": ("peer_nomenklatura.py", ""),
    "rapidfuzz WRatio": ("peer_rapidfuzz.py", "WRatio"),
    "rapidfuzz token_sort_ratio": ("peer_rapidfuzz.py", "token_sort_ratio"),
    "Splink": ("peer_splink.py", ""),
}
PARTS = {
    "pairs": (pairing.tasks, set(MATCHERS) - {"Splink"}),
    "screening": (screening.tasks, set(MATCHERS) - {"Splink"}),
    "travellers": (screening.everybody, {"ours"}),
    "links": (links.tasks, set(MATCHERS)),
}


def ask(matcher: str, verb: str, task: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a matcher to a task, from a process of its own."""
    script, scorer = MATCHERS[matcher]
    python = sys.executable if matcher == "ours" else str(PEERS)
    command = [python, str(HERE / script), verb, *([scorer] if scorer else [])]
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, timeout=SECONDS)  # noqa: PLW1510
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout[done.stdout.index('{"version"') :])


def machine() -> str:
    """Return the processor, its cores, and how busy the machine is."""
    told = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(": ")[1] for line in told if line.startswith("model name")), "unknown processor")
    return f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"


def run(matchers: Sequence[str], parts: Sequence[str], sample: int) -> dict[str, Any]:
    """Return the figures of matchers: matcher -> version, then question -> figures."""
    found: dict[str, Any] = {matcher: {} for matcher in matchers}
    where = folder()
    for part in parts:
        tasks, able = PARTS[part]
        for task in tasks(where, sample):
            for matcher in (one for one in matchers if one in able):
                print(f"{task.name}: {matcher}", file=sys.stderr, flush=True)
                answer = ask(matcher, task.verb, task.asked)
                found[matcher]["version"] = answer["version"]
                if answer["found"] is not None:
                    found[matcher][task.name] = task.measured(matcher, answer)
    return found


def main() -> None:
    """Run, merge with what is stored if so told, and write both files."""
    options = read_options()
    matchers = ["ours"] if options.ours_only else options.only or list(MATCHERS)
    if set(matchers) != {"ours"} and not PEERS.exists():
        raise SystemExit("the other matchers are not installed: run benchmarks/screening/setup first")
    about = {"date": options.date, "machine": machine(), "sample": options.sample}
    found = run(matchers, options.parts, options.sample)
    stored = json.loads(STORED.read_text("utf-8")) if options.update and STORED.exists() else {"matchers": {}}
    for matcher, figures in found.items():
        known = stored["matchers"].get(matcher, {}) if options.update else {}
        stored["matchers"][matcher] = {**known, **figures, "about": about}
    if options.print:
        print(render(stored))
        return
    STORED.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", "utf-8")
    SHOWN.write_text(render(stored), "utf-8")


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, help="about this many rows of each file")
    parser.add_argument("--date", default=f"{datetime.now(UTC):%Y-%m-%d}", help="date written in the table")
    parser.add_argument("--ours-only", action="store_true", help="run our own matcher only")
    parser.add_argument(
        "--only", action="append", choices=list(MATCHERS), help="run this matcher; repeatable"
    )
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--update", action="store_true", help="keep the stored figures of what is not run")
    parser.add_argument("--print", action="store_true", help="print the table and write nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
