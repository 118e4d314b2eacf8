"""A person as the desk shows one: items that sources hold, each with where it is from and until when.

An item is what one source says of somebody: a list entry, a traveller of a carrier's message, a record of
the exchange. Nothing is copied: an item is read from its source each time, under the officer's own scope.

>>> Item(source="record", ref="1", label="Ana Invented").address
'/people/item/record/1'
"""

from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import msgspec

from cordillera.desks.people.search_core import Part
from cordillera.desks.people.search_zone import Zone
from cordillera.engines.names.model import Document, SubjectKind
from cordillera.engines.watchlists.model import EntityKind, compared_as
from cordillera.foundation.explain import Term

LIST = "list"
TRAVELLER = "traveller"
RECORD = "record"


class Provenance(msgspec.Struct, frozen=True):
    """Where an item is from: the list, carrier or node; under which agreement; when it came."""

    origin: str
    agreement: str = ""
    since: datetime | None = None
    by: str = ""


class Badge(msgspec.Struct, frozen=True):
    """How an item is to be handled: TLP level of the kit, the stamp in words, what it may serve for."""

    level: str = "amber"
    stamp: str = ""
    codes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """What one source holds about somebody. `state`: active, disputed, blocked, sealed; in words only.

    `facts` are label (message id) and value. Nationality may be among them; it never scores. `mark` changes
    when the content does. `home` leads to the source's own page; `seen_as` are the names under which the
    ledger has the looks at it.
    """

    source: str
    ref: str
    label: str
    kind: EntityKind = EntityKind.PERSON
    names: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    phones: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    provenance: Provenance = Provenance("")
    badge: Badge = Badge()
    state: str = "active"
    erase_after: datetime | None = None
    review_at: datetime | None = None
    home: str = ""
    mark: str = ""
    seen_as: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The opaque address of the person page of this item alone; no name is in it."""
        return f"/people/item/{self.source}/{quote(self.ref, safe='')}"

    @property
    def compared_as(self) -> SubjectKind:
        """By the rules of which kind its names are compared."""
        return compared_as(self.kind)

    @property
    def key(self) -> tuple[str, str]:
        """What tells an item from all others."""
        return self.source, self.ref


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Something that hangs on an item: an alert, a query to a partner, a notice, a request of the person."""

    kind: str
    ref: str
    text: str
    state: str
    at: datetime
    href: str = ""
    agreement: str = ""
    score: float | None = None


class Likeness(msgspec.Struct, frozen=True):
    """How alike a search and an item, or two items, are: three facts that are not mixed.

    `similarity` of the names and `completeness` of the evidence lie in 0..1; `score` is in the unit that
    `scale` names, and `terms` sum to it; `probability` is None where the scale has none.
    `rests_on` names the kinds of fact that were compared: name, birth, document, place.
    """

    similarity: float
    score: float
    scale: str
    terms: tuple[Term, ...]
    name: str = ""
    probability: float | None = None
    completeness: float = 0.0
    rests_on: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """One item that a search found, why, and the person of the register that it belongs to, if any.

    `exact`: what agrees to the letter (a document, a phone). `alert`: at or above the alert line.
    """

    item: Item
    likeness: Likeness | None
    exact: tuple[str, ...] = ()
    person: UUID | None = None
    alert: bool = False


class SourceCount(msgspec.Struct, frozen=True):
    """How many items of a source a search found; `asked` is False where the officer may not see it."""

    source: str
    found: int
    asked: bool = True


class SearchResult(msgspec.Struct, frozen=True):
    """What a search found, the best first, over the sources that the officer may see.

    `zone`: the machine readable zone that the line held, with what its check digits say.
    """

    parts: tuple[Part, ...]
    found: tuple[Found, ...]
    sources: tuple[SourceCount, ...]
    cut: bool = False
    zone: Zone | None = None


class Contradiction(msgspec.Struct, frozen=True):
    """A fact on which two items of one person cannot both be right."""

    fact: str
    left: str
    left_from: str
    right: str
    right_from: str


class Seen(msgspec.Struct, frozen=True):
    """One look at something held about the person, as the ledger has it."""

    at: datetime
    kind: str
    who: str
    agency: str
    purpose: str
    source: str
    index: int | None
