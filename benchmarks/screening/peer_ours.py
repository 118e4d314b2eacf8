"""Our own matcher on the rows of standard input (see `peer.py`), in our own environment.

The accuracy of pairs comes from `cordillera screen pairs`; here they are only timed. Linkage is what
`ListIndex` offers: the records are a list, and each record is asked against it.
"""

from importlib.metadata import version
from typing import Any

from peer import answer

from cordillera.engines.names.birth import read_births
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.pairs import NamePair, score_pairs
from cordillera.engines.names.screen_index import ListIndex
from cordillera.engines.names.weights import LIST_THRESHOLD

THRESHOLD = LIST_THRESHOLD
FLOOR = THRESHOLD - 4.0  # how far below the shipped threshold scores are still looked at
NEVER = -1000.0  # of an entry that is below the floor


def pairs(rows: list) -> list[float]:
    score_pairs([NamePair(*row) for row in rows])
    return []


def screen(listed: list, subjects: list, *, births: bool) -> dict[str, Any]:
    """Return [best score of the right entries, best score of all] of each subject."""
    index = ListIndex(_entry(one, births=births) for one in listed)
    asked = [
        Subject(str(place), one["name"], date_of_birth=one["birth"] if births else "")
        for place, one in enumerate(subjects)
    ]
    scores = []
    for one, matches in zip(subjects, index.screen(asked, FLOOR), strict=True):
        right = [match.score for match in matches if match.entry_id in one["wanted"]]
        scores.append([max(right, default=NEVER), max((match.score for match in matches), default=NEVER)])
    return {"scores": scores, "threshold": THRESHOLD}


def _entry(one: dict[str, Any], *, births: bool) -> ListedPerson:
    names = [ListedName(name) for name in one["names"]] + [
        ListedName(name, weak=True) for name in one["weak"]
    ]
    told = tuple(birth for text in one["births"] for birth in read_births(text)) if births else ()
    return ListedPerson(one["id"], tuple(names), told)


def link(records: list[dict[str, str]], kind: str) -> dict[str, Any]:
    """Return [place, place, score] of the pairs that reach the floor; name, birth, number or birthplace."""
    read = _febrl if kind == "febrl3" else _historical
    subjects = [read(place, record) for place, record in enumerate(records)]
    index = ListIndex(_listed(subject) for subject in subjects)
    found = [
        [int(subject.ref), int(match.entry_id), match.score]
        for subject, matches in zip(subjects, index.screen(subjects, FLOOR), strict=True)
        for match in matches
        if match.entry_id != subject.ref
    ]
    return {"links": found, "threshold": THRESHOLD}


def _febrl(place: int, record: dict[str, str]) -> Subject:
    day, number = record["date_of_birth"] or "", record["soc_sec_id"]
    given, family = record["given_name"] or "", record["surname"] or ""
    return Subject(
        str(place),
        f"{given} {family}".strip(),
        given_names=given,
        family_names=family,
        date_of_birth=f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == len("YYYYMMDD") else "",
        documents=(Document(DocumentKind.NATIONAL_ID, number),) if number else (),
    )


def _historical(place: int, record: dict[str, str]) -> Subject:
    told = {name: record[name] or "" for name in ("full_name", "dob", "birth_place")}
    return Subject(str(place), told["full_name"], date_of_birth=told["dob"], birthplace=told["birth_place"])


def _listed(subject: Subject) -> ListedPerson:
    names = (ListedName(subject.full_name, subject.given_names, subject.family_names),)
    places = (subject.birthplace,) if subject.birthplace else ()
    births = read_births(subject.date_of_birth)
    return ListedPerson(subject.ref, names, births, subject.documents, places)


if __name__ == "__main__":
    answer(version("cordillera"), pairs=pairs, screen=screen, link=link)
