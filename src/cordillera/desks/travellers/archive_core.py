"""What of history goes into files for rules, and which rules may be asked of them (ADR 0062).

A file holds what rules read, never a name, a number of a document or a way to reach somebody; who a row is
about is told by a keyed hash. From the day on which a traveller is no longer named (`depersonalise`), what is
told of payments, contacts and programmes of carriers is left out too.

A rule is asked of a file when everything it reads is in it; else of the store, so the answer is the same. A
file that was written before a fact was made does not hold it, nor one that was written before passenger lists
told of companions these (`facts_of`).
Not in files, because it is not as it was or would tell who somebody is:

1. numbers of documents and tags of bags;
2. what is counted over others' journeys and reservations: it changes when theirs are erased.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.rules.legality import LawfulRule
from cordillera.engines.rules.plain import All, AtLeast, Not, Pair, Plain, Some
from cordillera.engines.rules.schema import FACTS, Ground

MOST: Final = 20_000
"""Travellers of a file, about: their facts are in memory together, and filed again when one is erased."""
HORIZON: Final = timedelta(days=1)
"""A flight of which something goes within a day is not filed again: the store answers for its last day."""
_IDENTIFYING: Final = frozenset({"document.number", "bag.tag"})
_COUNTED: Final = frozenset(
    {
        "traveller.journeys",
        "traveller.journeys_year",
        "companion.journeys_shared",
        "payment.card_uses",
        "contact.shared_with",
        "agency.bookings_week",
        "document.reported_lost",
    }
)
COMPANY: Final = "company"
"""The column of a file of which companions were read from passenger lists too."""
_MASKED_SETS: Final = frozenset({"payment", "contact"})
_MASKED: Final = frozenset({"traveller.frequent_flyer"})


class Part(msgspec.Struct, frozen=True):
    """One file: an agency's flights from `first_flight` to `last_flight`, all of one month of arrival."""

    id: UUID
    agency: str
    month: str
    first_flight: UUID
    last_flight: UUID
    travellers: int
    messages: int
    masked: bool
    told_from: datetime
    made_at: datetime
    key_id: UUID
    erase_after: datetime

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.month}-{self.id}.parquet.sealed"


def filed(*, masked: bool) -> tuple[str, ...]:
    """Return the facts that a file holds."""
    gone = _IDENTIFYING | _COUNTED | (_MASKED if masked else frozenset())
    return tuple(
        fact.name
        for fact in FACTS.values()
        if fact.ground in (Ground.FREE, Ground.COUNTRY)
        and fact.name not in gone
        and not (masked and fact.set in _MASKED_SETS)
    )


def facts_of(held: Collection[str], own: Collection[str]) -> frozenset[str]:
    """Return the facts that a file tells as the store does, of those it has a place for, by its own columns.

    >>> sorted(facts_of(["bag.weight", "companion.age"], ["flight", "ref"]))
    ['bag.weight']
    """
    return frozenset(name for name in held if COMPANY in own or FACTS[name].set != "companion")


def answers(rule: LawfulRule, *, masked: bool, held: Collection[str] | None = None) -> bool:
    """Tell whether a file holds all that a rule reads; `held` are its facts, where it was opened.

    >>> from cordillera.engines.rules import compile_rule, read_rule
    >>> told = 'any payment (method = "CASH") unless traveller.visa = yes'
    >>> rule = compile_rule(read_rule(f'rule a "A" for terrorism when {told}'))
    >>> answers(rule, masked=False), answers(rule, masked=True)
    (True, False)
    """
    known = {name for name in filed(masked=masked) if held is None or name in held}
    sets = {FACTS[name].set for name in known}
    return all(name in known or name in sets for name in {*_read(rule.when), *_read(rule.unless)})


def _read(node: Plain) -> Iterator[str]:
    """Yield the facts and the sets that a condition reads."""
    match node:
        case Not(of):
            yield from _read(of)
        case All(of) | Some(of):
            for part in of:
                yield from _read(part)
        case AtLeast(_, name, body):
            yield name
            yield from _read(body)
        case Pair(name, _, other):
            yield from (name, other)
        case _:
            yield node.fact
