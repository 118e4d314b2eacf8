"""The files that every matcher is asked about, as plain rows: one reading for all of them.

A row of the odd half (sha256 of "cordillera-dev:" + its key) was never used to choose a weight of ours.
"""

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "data/screening"
SDN, ALT, ADD = (f"ofac_{part}_2021-07.csv.gz" for part in ("sdn", "alt", "add"))
UN = "un_sc_consolidated_2026-02-27.xml.gz"
YES = frozenset({"1", "true"})


class Pair(TypedDict):
    """Two names, what they name, the truth, and the slices that the row belongs to."""

    name1: str
    name2: str
    schema: str
    match: bool
    latam: bool
    unseen: bool


class Listed(TypedDict):
    """A listed person: names, weak aliases, and dates of birth as YYYY, YYYY-MM or YYYY-MM-DD."""

    id: str
    names: list[str]
    weak: list[str]
    births: list[str]


class Traveller(TypedDict):
    """Somebody to be screened; `wanted` holds the entries that are right, nothing for an innocent."""

    name: str
    birth: str
    wanted: list[str]
    unseen: bool


def folder() -> Path:
    """Return the folder of the data: `$CORDILLERA_SHARED`, else beside the checkout."""
    shared = Path(os.environ.get("CORDILLERA_SHARED") or ROOT.parent / "shared")
    if not (shared / FOLDER).is_dir():
        raise SystemExit(f"no screening data: {shared / FOLDER} is not there; set CORDILLERA_SHARED")
    return shared / FOLDER


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, plain or gzip."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as raw, io.TextIOWrapper(raw, "utf-8") as text:
        yield from csv.DictReader(text, skipinitialspace=True)


def unseen(key: str) -> bool:
    """Tell whether a row is of the half that nothing of ours was chosen on."""
    return hashlib.sha256(f"cordillera-dev:{key}".encode()).digest()[-1] % 2 == 1


def sampled(found: list, most: int) -> list:
    """Return all, or about `most` of them spread evenly (0 = all)."""
    return found[:: -(-len(found) // most)] if 0 < most < len(found) else found


def read_pairs(path: Path) -> list[Pair]:
    """Return labelled pairs; matches that share no word are nicknames that no matcher can know: left out."""
    return [
        Pair(
            name1=row["name1"],
            name2=row["name2"],
            schema=row.get("schema") or "",
            match=row["is_match"].lower() in YES,
            latam=row.get("latam") == "1",
            unseen=unseen(row.get("ent") or f"{row['name1']}|{row['name2']}"),
        )
        for row in rows(path)
        if not (row["is_match"].lower() in YES and row.get("shares_tokens") == "0")
    ]


def read_spellings(path: Path) -> list[Pair]:
    """Return all pairs of the spellings of one person."""
    names = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Pair(name1=one, name2=other, schema="Person", match=True, latam=False, unseen=True)
        for one, other in combinations(dict.fromkeys(names), 2)
    ]


def read_list(where: Path) -> list[Listed]:
    """Return the persons of the UN and OFAC lists, as our readers see them, for everybody alike."""
    from cordillera.engines.watchlists.formats import Delivery, read  # noqa: PLC0415 - only ours has it
    from cordillera.engines.watchlists.source import ListFile  # noqa: PLC0415

    files = [ListFile.at(where / name) for name in (UN, SDN, ALT, ADD)]
    deliveries = (("un-xml", Delivery(files[0])), ("ofac-csv", Delivery(*files[1:])))
    return [
        Listed(
            id=f"{form}:{entity.reference}",
            names=[name.full for name in entity.names if not name.weak],
            weak=[name.full for name in entity.names if name.weak],
            births=[text for birth in entity.births for text in _written(birth)],
        )
        for form, delivery in deliveries
        for entity in read(delivery, form)
        if entity.kind.value == "person"
    ]


def _written(birth) -> list[str]:  # noqa: ANN001 - a BirthRange of ours
    first, last = birth.first, birth.last
    if first == last:
        return [first.isoformat()]
    if (first.year, first.month) == (last.year, last.month):
        return [f"{first:%Y-%m}"]
    return [str(year) for year in range(first.year, last.year + 1)]


def read_damaged(path: Path, listed: list[Listed]) -> list[Traveller]:
    """Return the damaged names that are on the list by their undamaged name."""
    places: dict[str, list[str]] = {}
    for person in listed:
        for name in person["names"] + person["weak"]:
            places.setdefault(_plain(name), []).append(person["id"])
    found = []
    for row in rows(path):
        wanted = [entry for entry in places.get(_plain(row["listed_name"]), []) if entry.startswith("un-xml")]
        if wanted:
            name, birth = row["treated_name"], row["date_of_birth"]
            found.append(Traveller(name=name, birth=birth, wanted=wanted, unseen=unseen(name)))
    return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def read_innocents(where: Path, *, seen: bool = False) -> list[Traveller]:
    """Return invented travellers who are on no list: of the unseen half, and of the `seen` one if wanted."""
    return [
        Traveller(name=name, birth=row["date_of_birth"], wanted=[], unseen=unseen(name))
        for part in ("global", "us")
        for row in rows(where / f"travellers_synthetic_{part}.csv.gz")
        if unseen(name := row["full_name"]) or seen
    ]
