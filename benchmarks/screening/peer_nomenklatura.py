"""nomenklatura's logic-v2 with its own defaults on the rows of standard input (see `peer.py`).

For screening it is given the entries to compare by rapidfuzz: the NEAREST by token_sort_ratio and by
token_set_ratio, which is more than its own blocker lets through for a name that resembles a listed one.
"""

from importlib.metadata import version

import numpy as np
from followthemoney import model
from followthemoney.proxy import EntityProxy
from nomenklatura.matching.logic_v2.model import LogicV2
from nomenklatura.matching.types import ScoringConfig
from peer import answer, birth_of, name_of
from rapidfuzz import fuzz, process, utils

CONFIG: ScoringConfig = LogicV2.default_config()
NEAREST = 15  # listed names by each of two measures
BATCH = 200
MOST = 10_000  # records joined at most


def entity(schema: str, names: list[str], weak: list[str] = (), births: list[str] = ()) -> EntityProxy:
    made = model.make_entity(schema)
    made.id = "|".join(names) or "-"
    made.add("name", names)
    if weak:
        made.add("weakAlias", weak)
    if births:
        made.add("birthDate", births)
    return made


def compare(query: EntityProxy, listed: EntityProxy) -> float:
    return LogicV2.compare(query, listed, CONFIG).score


def pairs(rows: list) -> list[float]:
    return [
        compare(entity(schema or "Person", [one]), entity(schema or "Person", [other]))
        for one, other, schema in rows
    ]


def screen(listed: list, subjects: list, *, births: bool) -> list[list[float]]:
    """Return [best score of the right entries, best score of all] of each subject."""
    entries = [
        entity("Person", one["names"] or one["weak"], one["weak"], one["births"] if births else [])
        for one in listed
    ]
    found = []
    for start in range(0, len(subjects), BATCH):
        batch = subjects[start : start + BATCH]
        for one, near in zip(batch, nearest(listed, batch), strict=True):
            query = entity("Person", [one["name"]], births=[one["birth"]] if births and one["birth"] else [])
            scores = {listed[place]["id"]: compare(query, entries[place]) for place in near}
            right = [scores.get(entry, 0.0) for entry in one["wanted"]]
            found.append([max(right, default=0.0), max(scores.values(), default=0.0)])
    return found


def link(records: list, kind: str) -> list[list[float]] | None:
    """Return [place, place, score] of each record and those whose names are nearest; name and birth."""
    if len(records) > MOST:
        return None
    listed = [
        {"names": [name_of(record, kind)], "weak": [], "name": name_of(record, kind)} for record in records
    ]
    entries = [
        entity("Person", one["names"], births=[day] if (day := birth_of(record, kind)) else [])
        for one, record in zip(listed, records, strict=True)
    ]
    found: set[tuple[int, int]] = set()
    for start in range(0, len(listed), BATCH):
        for row, near in enumerate(nearest(listed, listed[start : start + BATCH]), start):
            found.update((min(row, place), max(row, place)) for place in near if place != row)
    return [[one, other, compare(entries[one], entries[other])] for one, other in sorted(found)]


def nearest(listed: list, subjects: list) -> list[list[int]]:
    """Return the places of the entries whose names resemble each subject's most."""
    names = [(name, place) for place, one in enumerate(listed) for name in one["names"] + one["weak"]]
    texts = [utils.default_process(name) for name, _ in names]
    asked = [utils.default_process(one["name"]) for one in subjects]
    found: list[set[int]] = [set() for _ in subjects]
    for scorer in (fuzz.token_sort_ratio, fuzz.token_set_ratio):
        scores = process.cdist(asked, texts, scorer=scorer, dtype=np.uint8, workers=1)
        for places, line in zip(
            found, np.argpartition(-scores.astype(np.int16), NEAREST, axis=1), strict=True
        ):
            places.update(names[row][1] for row in line[:NEAREST])
    return [sorted(places) for places in found]


if __name__ == "__main__":
    answer(version("nomenklatura"), pairs=pairs, screen=screen, link=link)
