"""Agreements for exercises: the shipped one with other parties, so that any two nodes are bound.

Used by benchmarks and simulated federations of more nodes than there are shipped agreements. The terms
are those of the shipped text; only the parties, the quotas and the id are others.

>>> exercise_between("PE", "EC").agreement.id
'exercise-ec-pe'
"""

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from itertools import combinations
from typing import Any, Final

from cordillera.foundation import canonical
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement

TEMPLATE: Final = "us-ec-2025"
_PARTIES: Final = ("US", "EC")
_MANY: Final = 10_000_000


@lru_cache(maxsize=256)
def exercise_between(one: str, other: str) -> LoadedAgreement:
    """Return the exercise agreement of two countries; the order in which they are named is no matter."""
    first, second = sorted((one, other))
    file = resources.files("cordillera.trust.agreements") / "shipped" / f"{TEMPLATE}.json"
    terms: Any = canonical.loads(file.read_bytes())
    renamed = _renamed(terms, dict(zip(_PARTIES, (first, second), strict=True)))
    for service in renamed["services"]:
        service["quota"] = {"per_day": _MANY, "per_officer": _MANY}
    renamed["id"] = f"exercise-{first}-{second}".lower()
    renamed["code"] = f"EX-{first}-{second}"
    return load_agreement(canonical.dumps(renamed))


def exercises_among(countries: Iterable[str]) -> tuple[LoadedAgreement, ...]:
    """Return an agreement for each pair of countries."""
    return tuple(exercise_between(*pair) for pair in combinations(sorted(set(countries)), 2))


def with_exercises(book: PolicyBook, more: Iterable[LoadedAgreement]) -> PolicyBook:
    """Return a book with exercise agreements beside those that the node holds."""
    held = list(book)
    states = {loaded.agreement.id: book.state(loaded.agreement.id) for loaded in held}
    return PolicyBook([*held, *more], states)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """Put other country codes, and node ids of contact points, in place of the template's."""
    if isinstance(value, dict):
        return {key: _renamed(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, str):
        return value
    lower = {old.lower(): new.lower() for old, new in names.items()}
    return names.get(value, lower.get(value, value))
