"""Agreements to practise under: the shipped US-EC terms between any two countries, without a day's quota.

>>> practice("CL", "PE").agreement.id
'practice-cl-pe'
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from itertools import combinations

import sqlalchemy as sa

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement
from cordillera.trust.agreements.reading import read_states

MODEL = "us-ec-2025"
NO_END = 10_000_000


def agreement_id(one: str, other: str) -> str:
    """Return the id of the practice agreement between two countries."""
    first, second = sorted((one, other))
    return f"practice-{first.lower()}-{second.lower()}"


@lru_cache(maxsize=64)
def practice(one: str, other: str) -> LoadedAgreement:
    """Return the practice agreement between two countries."""
    names = dict(zip(("EC", "US"), sorted((one, other)), strict=True))
    file = resources.files("cordillera.trust.agreements") / "shipped" / f"{MODEL}.json"
    terms = json.loads(file.read_bytes())
    terms["id"], terms["code"] = agreement_id(one, other), "-".join(("PRACTICE", *names.values()))
    for party in terms["parties"]:
        party["code"] = names[party["code"]]
    for place in terms["liaison"]:
        place["sent_by"] = names[place["sent_by"]]
    for service in terms["services"]:
        service["quota"] = {"per_day": NO_END, "per_officer": NO_END}
        for way in service["directions"]:
            way["from"], way["to"] = names[way["from"]], names[way["to"]]
    return load_agreement(json.dumps(terms).encode())


class PracticeBook:
    """Reads the practice agreements between some countries as they stand in a transaction."""

    def __init__(self, countries: tuple[str, ...]) -> None:
        self._held = tuple(practice(one, other) for one, other in combinations(sorted(countries), 2))

    def __call__(self, tx: sa.Connection) -> PolicyBook:
        """Return the book of a transaction."""
        return PolicyBook(self._held, read_states(tx, self._held, datetime.now(UTC)))
