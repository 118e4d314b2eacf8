"""Measure the shipped evaluation behind the threshold page: counts per score of labelled name pairs.

    python scripts/measure_thresholds.py FOLDER

FOLDER holds the screening data (`ofac_alias_pairs.csv.gz`, invented travellers, UN and OFAC lists). Only
the half that nothing was tuned on is used: rows whose sha256("cordillera-dev:" + key) is odd. What is written
holds counts and no name. Run it again when the engine's scores change; the page shows nothing measured on
another scale.
"""

import csv
import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from cordillera.desks.people.budget_core import LOWEST
from cordillera.desks.people.compare_engine import SCALE, grid_of, like, listed_of
from cordillera.desks.people.files import read_source
from cordillera.desks.people.model import ListFormat
from cordillera.desks.people.threshold_service import Shipped, ShippedCrowd
from cordillera.engines.names.model import Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.watchlists.formats import read
from cordillera.engines.watchlists.model import EntityKind

FILE = "ofac_alias_pairs.csv.gz"
CROWDS = "travellers_synthetic_global.csv.gz", "travellers_synthetic_us.csv.gz"
LISTS = (
    ("un_sc_consolidated_2026-02-27.xml.gz", ListFormat.UN_XML),
    ("ofac_sdn_2021-07.csv.gz", ListFormat.OFAC_CSV),
)
TARGET = Path(__file__).resolve().parents[1] / "src/cordillera/desks/people/threshold_evaluation.json"


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the labelled pairs of the half to report on; pure nicknames are left out as the data says."""
    with gzip.open(folder / FILE, "rb") as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, "utf-8")):
            key = f"{row['ent']}|{row['name1']}|{row['name2']}"
            reported = sha256(f"cordillera-dev:{key}".encode()).digest()[-1] % 2 == 1
            if reported and (row["is_match"] == "0" or row["shares_tokens"] == "1"):
                yield row


def invented(folder: Path) -> Iterator[Subject]:
    """Yield the invented travellers of the same half, by name alone."""
    for name in CROWDS:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                key = row["full_name"] + row["date_of_birth"]
                if sha256(f"cordillera-dev:{key}".encode()).digest()[-1] % 2 == 1:
                    yield Subject("", row["full_name"])


def crowd(folder: Path) -> ShippedCrowd:
    """Screen them against both lists together, and count their best scores by bin."""
    found = [entity for name, form in LISTS for entity in read(read_source(folder / name, form), form.value)]
    listed = [entity.as_person() for entity in found if entity.kind is EntityKind.PERSON]
    subjects = list(invented(folder))
    best = [max(one.score for one in hits) for hits in ListIndex(listed).screen(subjects, LOWEST) if hits]
    floors = Counter(max(step for step in grid_of() if step <= score) for score in best)
    source = ", ".join(name for name, _ in LISTS)
    return ShippedCrowd(source, len(subjects), len(listed), tuple(sorted(floors.items())))


def measure(folder: Path) -> Shipped:
    """Score every pair and count by bin."""
    grid = grid_of()
    counts: Counter[tuple[float, bool]] = Counter()
    for row in rows(folder):
        found = like(Subject("1", row["name1"]), listed_of("2", (row["name2"],), (), ()))
        floor = max((step for step in grid if step <= found.score), default=grid[0] - (grid[1] - grid[0]))
        counts[floor, row["is_match"] == "1"] += 1
    floors = sorted({floor for floor, _ in counts})
    return Shipped(
        scale=SCALE,
        source=f"{FILE}, sha256 {sha256((folder / FILE).read_bytes()).hexdigest()[:12]}",
        pairs=sum(counts.values()),
        counts=tuple((floor, counts[floor, True], counts[floor, False]) for floor in floors),
        crowd=crowd(folder),
    )


if __name__ == "__main__":
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(measure(Path(sys.argv[1]))), indent=1) + b"\n")
