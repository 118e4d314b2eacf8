"""Shapes of the reconciliation API 0.2 (W3C Entity Reconciliation Community Group, report of 2023-04-10)."""

from typing import Annotated, Any

import msgspec

MAX_QUERIES = 50
MAX_IDS = 100
Text = Annotated[str, msgspec.Meta(max_length=10_000)]
_Short = Annotated[str, msgspec.Meta(max_length=64)]


class ReconcileForm(msgspec.Struct, frozen=True):
    """The body of a request: one of the three, as JSON text; `query`, of the API 0.1, may be a bare name."""

    queries: Annotated[str, msgspec.Meta(max_length=500_000)] = ""
    extend: Annotated[str, msgspec.Meta(max_length=100_000)] = ""
    query: Annotated[str, msgspec.Meta(max_length=20_000)] = ""


class PropertyAsked(msgspec.Struct, frozen=True):
    """A property with its values: texts, numbers, truth values, or entities by id and name."""

    pid: _Short
    v: Any


class ReconcileQuery(msgspec.Struct, frozen=True):
    """One question of a batch: a name, a type, further properties."""

    query: Text = ""
    type: _Short | Annotated[list[_Short], msgspec.Meta(max_length=8)] | None = None
    limit: float | int | None = None
    properties: Annotated[list[PropertyAsked], msgspec.Meta(max_length=32)] = []
    type_strict: _Short = ""


ReconcileBatch = Annotated[dict[str, ReconcileQuery], msgspec.Meta(max_length=MAX_QUERIES)]


class ExtendProperty(msgspec.Struct, frozen=True):
    """A property to fetch; of its settings `limit` is known."""

    id: _Short
    settings: dict[str, Any] = {}


class ExtendQuery(msgspec.Struct, frozen=True):
    """Which properties of which entries to fetch."""

    ids: Annotated[list[Annotated[str, msgspec.Meta(max_length=400)]], msgspec.Meta(max_length=MAX_IDS)]
    properties: Annotated[list[ExtendProperty], msgspec.Meta(max_length=32)]


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A type, a property or an entry by id and name."""

    id: str
    name: str
    description: str = ""


class Feature(msgspec.Struct, frozen=True):
    """One contribution to a score."""

    id: str
    value: float


class Candidate(msgspec.Struct, frozen=True):
    """A candidate that no human has verified. `match`: the only one at or above the list's threshold."""

    id: str
    name: str
    type: tuple[Named, ...]
    score: float
    match: bool
    description: str
    features: tuple[Feature, ...]


class Result(msgspec.Struct, frozen=True):
    """The candidates for one question, the best first."""

    result: tuple[Candidate, ...]


class Value(msgspec.Struct, frozen=True):
    """A value of a property."""

    str: str


class Extension(msgspec.Struct, frozen=True):
    """Properties of entries: what they are, and a row for each entry."""

    meta: tuple[Named, ...]
    rows: dict[str, dict[str, tuple[Value, ...]]]


class Suggestion(msgspec.Struct, frozen=True):
    """An entry as a suggestion."""

    id: str
    name: str
    description: str
    notable: tuple[Named, ...]


class Suggested(msgspec.Struct, frozen=True):
    """Entries whose names are like what was typed, or begin so."""

    result: tuple[Suggestion, ...]
    prefix: str


class SuggestedNames(msgspec.Struct, frozen=True):
    """Types or properties whose names begin as typed."""

    result: tuple[Named, ...]
    prefix: str


class Proposal(msgspec.Struct, frozen=True):
    """Properties that entries of a type have."""

    type: str
    properties: tuple[Named, ...]
    limit: int


class Place(msgspec.Struct, frozen=True):
    """Where a service is."""

    service_url: str
    service_path: str


class Manifest(msgspec.Struct, frozen=True):
    """What the service can do and where."""

    versions: tuple[str, ...]
    name: str
    identifierSpace: str  # noqa: N815 - a name of the specification
    schemaSpace: str  # noqa: N815 - a name of the specification
    documentation: str
    serviceVersion: str  # noqa: N815 - a name of the specification
    defaultTypes: tuple[Named, ...]  # noqa: N815 - a name of the specification
    view: dict[str, str]
    preview: dict[str, str | int]
    suggest: dict[str, Place]
    extend: dict[str, Any]
    batchSize: int  # noqa: N815 - a name of the specification
    authentication: dict[str, str]
