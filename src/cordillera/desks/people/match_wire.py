"""What passes between us and clients written for yente 5 (`POST /match/{dataset}`): its names and its shapes.

Names of schemata and properties are FollowTheMoney's; they live on this wire only. Unknown fields of a
request are left unread, as there. Fields that the other does not have are added, none is taken away.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

MAX_QUERIES = 100
"""Queries in one request, as there by default."""

Id = Annotated[str, msgspec.Meta(max_length=128)]
Value = Annotated[str, msgspec.Meta(max_length=2_000)]
Number = int | float
Values = Annotated[Sequence[Value | Number | None], msgspec.Meta(max_length=64)]


class Example(msgspec.Struct, frozen=True, rename={"schema_": "schema"}):
    """A thing to look for: `{"schema": "Person", "properties": {"name": ["..."], "birthDate": ["..."]}}`."""

    schema_: Annotated[str, msgspec.Meta(max_length=64)]
    properties: Annotated[Mapping[str, Value | Number | Values | None], msgspec.Meta(max_length=64)]
    id: Id | None = None


class MatchQuery(msgspec.Struct, frozen=True):
    """The body of a match request. `weights` and `config` of other matchers are accepted and not used."""

    queries: Annotated[dict[str, Example], msgspec.Meta(min_length=1, max_length=MAX_QUERIES)]
    weights: dict[str, float] = {}
    config: dict[str, Any] = {}
    params: dict[str, Any] = {}


class ListTold(msgspec.Struct, frozen=True):
    """Which list answered: its name, the date it states, the version that was asked.

    `agreement` and `handling` are set for a list that a partner gave: what is shown of it stays under them.
    """

    name: str
    date: str
    version: str
    agreement: str = ""
    handling: dict[str, str] = {}


class Explanation(msgspec.Struct, frozen=True):
    """One feature: its contribution in the unit of our score, and the values it is about."""

    score: float
    detail: str


class Entity(msgspec.Struct, frozen=True, rename={"schema_": "schema"}):
    """An entry of a list. Nationality is shown and never scores."""

    id: str
    caption: str
    schema_: str
    properties: dict[str, list[str]]
    datasets: tuple[str, ...]
    referents: tuple[str, ...]
    target: bool
    first_seen: str
    last_seen: str
    last_change: str
    list_date: str


class ScoredEntity(Entity, frozen=True, kw_only=True, rename={"schema_": "schema"}):
    """A candidate that no human has verified.

    `score` is in [0, 1] and 0.7 at the list's threshold (docs/match-api.md); the last fields are the engine's
    own numbers, 0 where the engine gives none, and
    the kinds of fact that they rest on.
    """

    score: float
    match: bool
    features: dict[str, float]
    explanations: dict[str, Explanation]
    engine_score: float
    similarity: float
    probability: float
    completeness: float
    rests_on: tuple[str, ...] = ()


class Total(msgspec.Struct, frozen=True):
    """How many results there are."""

    value: int
    relation: str = "eq"


class Matches(msgspec.Struct, frozen=True):
    """The answer to one query, and the query as it was understood."""

    status: int
    results: tuple[ScoredEntity, ...]
    total: Total
    query: Example


class FeatureDoc(msgspec.Struct, frozen=True):
    """What a feature is."""

    description: str
    coefficient: float
    url: str


class MatchResponse(msgspec.Struct, frozen=True):
    """The answer to a request; `lists` names every list that was asked, with its date and version."""

    responses: dict[str, Matches]
    matcher: dict[str, FeatureDoc]
    limit: int
    lists: tuple[ListTold, ...]


class SearchResponse(msgspec.Struct, frozen=True):
    """The answer to a search for text."""

    results: tuple[Entity, ...]
    facets: dict[str, Any]
    limit: int
    offset: int
    total: Total
    lists: tuple[ListTold, ...]


class Algorithm(msgspec.Struct, frozen=True):
    """A matcher."""

    name: str
    description: str
    features: dict[str, FeatureDoc]


class Algorithms(msgspec.Struct, frozen=True):
    """The matchers there are: one."""

    algorithms: tuple[Algorithm, ...]
    default: str
    best: str


class Dataset(msgspec.Struct, frozen=True):
    """A list in the catalogue."""

    name: str
    title: str
    version: str
    index_version: str
    index_current: bool
    last_export: str
    entity_count: int
    load: bool = True
    children: tuple[str, ...] = ()


class Catalog(msgspec.Struct, frozen=True):
    """The lists that can be asked."""

    datasets: tuple[Dataset, ...]
    current: tuple[str, ...]
    outdated: tuple[str, ...]
    index_stale: bool
