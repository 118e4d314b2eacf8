"""One typed rule tree: what a rule says, however it was written (analyst's text, JSON, a visual builder).

Field names are those of `schema.py`, always whole (`bag.weight`). A rule raises a traveller when `when` is
true and `unless`, the exonerating conditions, is not true (CJEU C-817/19: both belong to a criterion).

>>> Compare("traveller.age", Relation.LT, Quantity(Decimal(18), "years")).relation.value
'<'
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec


class Purpose(StrEnum):
    """What a rule may be for: terrorism, serious crime (Directive (EU) 2016/681 art. 1(2), annex II)."""

    TERRORISM = "terrorism"
    DRUG_TRAFFICKING = "drug_trafficking"
    HUMAN_TRAFFICKING = "human_trafficking"
    MIGRANT_SMUGGLING = "migrant_smuggling"
    ARMS_TRAFFICKING = "arms_trafficking"
    CHILD_EXPLOITATION = "child_exploitation"
    DOCUMENT_FRAUD = "document_fraud"
    MONEY_LAUNDERING = "money_laundering"
    WILDLIFE_TRAFFICKING = "wildlife_trafficking"
    ORGANISED_CRIME = "organised_crime"


class Relation(StrEnum):
    """How a fact is compared with a value."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class Part(StrEnum):
    """Where a text must stand in a fact; there are no free patterns, so none can be slow (borders.md 7)."""

    START = "start"
    END = "end"
    ANYWHERE = "anywhere"


class Amount(StrEnum):
    """How many things of a set must satisfy the condition in the parentheses."""

    ANY = "any"
    EVERY = "every"
    NONE = "none"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


Words: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+\Z")]
"""A text on one line."""


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A text or code; compared without regard to case."""

    text: Words


class Flag(msgspec.Struct, frozen=True, tag="flag"):
    """Yes or no."""

    yes: bool


class Quantity(msgspec.Struct, frozen=True, tag="quantity"):
    """An amount in a unit of `units.py` ("" counts things)."""

    amount: Decimal
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse what would not be printed in a line: 1E+999999999 is short until it is written out."""
        exponent = self.amount.as_tuple().exponent
        if not self.amount.is_finite() or not isinstance(exponent, int) or not -9 <= exponent <= 12:
            raise ValueError("a number of at most 12 digits before and 9 behind the point is expected")
        if abs(self.amount) >= 10**12:
            raise ValueError("a number of at most 12 digits before and 9 behind the point is expected")


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A calendar day, YYYY-MM-DD."""

    day: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """A minute: in UTC (`Z` behind it), or in the local time of its place (nothing behind it)."""

    moment: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z?\Z")]


class Time(msgspec.Struct, frozen=True, tag="time"):
    """A local time of day, HH:MM."""

    time: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2}:[0-9]{2}\Z")]


Value: TypeAlias = Text | Flag | Quantity | Day | Moment | Time


class Compare(msgspec.Struct, frozen=True, tag="compare"):
    """A fact against a value."""

    fact: str
    relation: Relation
    value: Value


class Between(msgspec.Struct, frozen=True, tag="between"):
    """From `low` to `high`, both included; times of day may pass midnight (22:00 to 05:00)."""

    fact: str
    low: Value
    high: Value


class OneOf(msgspec.Struct, frozen=True, tag="one_of"):
    """A text fact that is one of a list."""

    fact: str
    texts: Annotated[
        tuple[Words, ...],
        msgspec.Meta(min_length=1, max_length=200),
    ]


class Holds(msgspec.Struct, frozen=True, tag="holds"):
    """A text fact that starts with, ends with or contains a text."""

    fact: str
    part: Part
    text: Words


class Known(msgspec.Struct, frozen=True, tag="known"):
    """Whether a fact is known at all; never itself unknown."""

    fact: str
    known: bool


class Same(msgspec.Struct, frozen=True, tag="same"):
    """Two facts against each other; in a set, `other` may be the traveller's."""

    fact: str
    relation: Relation
    other: str


class Negation(msgspec.Struct, frozen=True, tag="not"):
    """Not; of the unknown it is unknown."""

    of: "Condition"


class Both(msgspec.Struct, frozen=True, tag="and"):
    """All of two or more conditions."""

    of: Annotated[tuple["Condition", ...], msgspec.Meta(min_length=2, max_length=64)]


class Either(msgspec.Struct, frozen=True, tag="or"):
    """At least one of two or more conditions."""

    of: Annotated[tuple["Condition", ...], msgspec.Meta(min_length=2, max_length=64)]


class Quantified(msgspec.Struct, frozen=True, tag="set"):
    """So many things of a set satisfy one condition: the same bag, the same document.

    `count` is asked of `at_least`, `at_most` and `exactly`, and is 0 otherwise.
    """

    amount: Amount
    set: str
    where: "Condition"
    count: Annotated[int, msgspec.Meta(ge=0, le=999)] = 0


Condition: TypeAlias = (
    Compare | Between | OneOf | Holds | Known | Same | Negation | Both | Either | Quantified
)
Leaf: TypeAlias = Compare | Between | OneOf | Holds | Known | Same


class Rule(msgspec.Struct, frozen=True):
    """A rule as written: nothing is said yet about its law. `name` is a slug, `title` what officers read."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", max_length=64)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+\Z")]
    purpose: Purpose
    when: Condition
    unless: Condition | None = None
