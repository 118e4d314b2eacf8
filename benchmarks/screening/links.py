"""Records of one person joined within a file: Febrl 3 and historical figures with injected errors."""

import csv
import hashlib
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data import rows
from figures import of_links
from task import PEERS, SHIPPED, Answer, Task, speed

EVEN = 0.0  # match weight in bits: Splink ships no threshold; its examples take even odds
FEWER = 5_000  # records that matchers without an index of their own are asked about, in whole clusters
HISTORICAL = "historical_figures_with_errors_50k.parquet"
TO_CSV = "import sys, duckdb; duckdb.read_parquet(sys.argv[1]).order('unique_id').write_csv('/dev/stdout')"
Record = dict[str, Any]


def tasks(where: Path, sample: int) -> Iterator[Task]:
    """Yield a task for each file."""
    historical = read_historical(where)
    for kind, name, records in (
        ("febrl3", "Febrl 3", read_febrl(where)),
        ("historical", "historical, 5,000 records", some(historical, FEWER)),
        ("historical", "historical 50k", historical),
    ):
        if records:
            yield task(kind, name, some(records, sample))


def task(kind: str, name: str, records: list[Record]) -> Task:
    """Return the task of joining records."""
    clusters = [str(record["cluster"]) for record in records]

    def measured(matcher: str, answer: Answer) -> dict[str, Any]:
        found = answer["found"]
        threshold = found["threshold"] if matcher == "ours" else {**SHIPPED, "Splink": EVEN}.get(matcher)
        links = found["links"] if matcher == "ours" else found
        told = of_links([(int(i), int(j), score) for i, j, score in links], clusters, threshold)
        return {"all": told, "speed": speed(len(records), answer["cpu_seconds"])}

    hidden = {"cluster", "rec_id", "unique_id"}  # they tell who is who
    asked = [{key: value for key, value in record.items() if key not in hidden} for record in records]
    return Task(name, "link", {"records": asked, "kind": kind}, measured)


def read_febrl(where: Path) -> list[Record]:
    """Return the records of Febrl 3; what is before the second hyphen of an id is the person."""
    return [
        {**{key: value.strip() or None for key, value in row.items()}, "cluster": row["rec_id"].split("-")[1]}
        for row in rows(where / "febrl3.csv.gz")
    ]


def read_historical(where: Path) -> list[Record]:
    """Return the historical records, read by the environment of the others, which has a reader of Parquet.

    Nothing when that environment is not there.
    """
    if not PEERS.exists():
        return []
    command = [str(PEERS), "-c", TO_CSV, str(where / HISTORICAL)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        {key: value or None for key, value in row.items()} for row in csv.DictReader(io.StringIO(done.stdout))
    ]


def some(records: list[Record], most: int) -> list[Record]:
    """Return all records, or whole clusters of about `most` records in a fixed order of chance (0 = all)."""
    if not 0 < most < len(records):
        return records
    return sorted(records, key=lambda record: hashlib.sha256(str(record["cluster"]).encode()).digest())[:most]
