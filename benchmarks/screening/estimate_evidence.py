"""Estimates m and u of the evidence from data with known truth, beside what the engine ships.

    PYTHONPATH=src python benchmarks/screening/estimate_evidence.py FOLDER

FOLDER holds the screening data (febrl3.csv.gz, historical_figures_with_errors_50k.parquet,
ofac_sdn_2021-07.csv.gz). Needs msgspec, babel, rapidfuzz, anyascii, and duckdb for the parquet file: an
environment of its own. m comes from pairs of one person, u from pairs of neighbours in a shuffled order;
both only from the half of persons whose key hashes to 0 (development), unless `--report` asks for the other.
Dates of birth that a list itself gives for one person tell how dates of one person differ in practice.
"""

import csv
import gzip
import hashlib
import io
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from math import log2
from pathlib import Path

from cordillera.engines.names.birth_text import read_births
from cordillera.engines.names.birth_weight import weigh_births
from cordillera.engines.names.documents_schemes import identify
from cordillera.engines.names.documents_weight import weigh_numbers
from cordillera.engines.names.model import BirthRange, Document, DocumentKind
from cordillera.engines.names.places import weigh_places
from cordillera.engines.watchlists.ofac_remarks import read_remarks

Judge = Callable[[str, str], tuple[str, float] | None]
Groups = dict[str, list[str]]
MOST_OF_ONE = 20
WANTED = "--report" in sys.argv


def kept(key: str) -> bool:
    digest = hashlib.sha256(f"cordillera-dev:{key}".encode()).hexdigest()
    return (int(digest, 16) % 2 == 1) is WANTED


def febrl(folder: Path, column: str) -> Groups:
    groups: Groups = defaultdict(list)
    with gzip.open(folder / "febrl3.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, skipinitialspace=True):
            person = "-".join(row["rec_id"].split("-")[:2])
            if kept(person) and row[column].strip():
                groups[person].append(row[column].strip())
    return groups


def historical(folder: Path, column: str) -> Groups:
    import duckdb  # noqa: PLC0415 - only the parquet file needs it

    path = str(folder / "historical_figures_with_errors_50k.parquet")
    table = duckdb.read_parquet(path).project(f"cluster, {column}").fetchall()
    groups: Groups = defaultdict(list)
    for person, text in table:
        if text and kept(person):
            groups[person].append(text)
    return groups


def same(groups: Groups) -> Iterator[tuple[str, str]]:
    for texts in groups.values():
        yield from combinations(texts[:MOST_OF_ONE], 2)


def others(groups: Groups, wanted: int = 200_000) -> Iterator[tuple[str, str]]:
    people = list(groups.values())
    shuffle = random.Random(4)
    for _ in range(wanted):
        one, other = shuffle.sample(people, 2)
        yield one[0], other[0]


def birth(one: str, other: str) -> tuple[str, float] | None:
    left, right = read_births(one), read_births(other)
    if not left or not right:
        return None
    finding = weigh_births(left, right)
    return finding.reason, finding.contribution


def number(one: str, other: str) -> tuple[str, float] | None:
    sides = [(identify(Document(DocumentKind.NATIONAL_ID, text, "AU")),) for text in (one, other)]
    for finding in weigh_numbers(*sides):
        return finding.reason, finding.contribution
    return None


def place(one: str, other: str) -> tuple[str, float] | None:
    finding = weigh_places(one, (other,))
    return (finding.reason, finding.contribution) if finding.listed else None


def counted(judge: Judge, pairs: Iterable[tuple[str, str]]) -> tuple[Counter[str], dict[str, list[float]]]:
    found: Counter[str] = Counter()
    shipped: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        said = judge(*pair)
        if said is not None:
            found[said[0]] += 1
            shipped[said[0]].append(said[1])
    return found, shipped


def show(title: str, judge: Judge, groups: Groups) -> None:
    m, shipped = counted(judge, same(groups))
    u, more = counted(judge, others(groups))
    whole = max(1, sum(m.values())), max(1, sum(u.values()))
    print(f"\n### {title}: {whole[0]:,} pairs of one person, {whole[1]:,} of two\n")
    print("| finding | m | u | log2 m/u | shipped (mean) |\n|---|---|---|---|---|")
    for name in sorted(set(m) | set(u), key=lambda name: -m[name]):
        chances = (m[name] + 0.5) / whole[0], (u[name] + 0.5) / whole[1]
        values = shipped.get(name, []) + more.get(name, [])
        mean = sum(values) / len(values)
        bits = log2(chances[0] / chances[1])
        print(f"| {name} | {chances[0]:.4f} | {chances[1]:.6f} | {bits:+.1f} | {mean:+.1f} |")


def listed_births(folder: Path) -> list[tuple[BirthRange, ...]]:
    with gzip.open(folder / "ofac_sdn_2021-07.csv.gz") as raw:
        rows = csv.reader(io.TextIOWrapper(raw, "latin-1"))
        people = [row for row in rows if len(row) > 11 and row[2] == "individual" and kept(row[0])]
    return [births for row in people if (births := read_remarks(row[11]).births)]


def show_listed(births: list[tuple[BirthRange, ...]]) -> None:
    """Print in which decades listed people were born, and how the dates that lists give for one differ."""
    decades = Counter(stated[0].first.year // 10 * 10 for stated in births)
    print("\n### Decades of birth of listed people\n")
    print(", ".join(f"{decade}s {count / len(births):.3f}" for decade, count in sorted(decades.items())))
    found: Counter[str] = Counter()
    for first, *more in births:
        for other in more:
            found[weigh_births((first,), (other,)).reason] += 1 / len(more)
    print(f"\n### How further listed dates differ from the first, per listed person ({len(births):,})\n")
    print("| finding | share |\n|---|---|")
    for name, count in found.most_common():
        print(f"| {name} | {count / len(births):.4f} |")


def main() -> None:
    folder = Path(sys.argv[1])
    show_listed(listed_births(folder))
    show("Dates of birth, Febrl 3", birth, febrl(folder, "date_of_birth"))
    show("Dates of birth, historical figures from 1850 on", birth, historical(folder, "dob"))
    show("Numbers without check digit, Febrl 3", number, febrl(folder, "soc_sec_id"))
    show("Places of birth, historical figures", place, historical(folder, "birth_place"))


main()
