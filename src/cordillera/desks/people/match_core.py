"""Pure steps between a question on the wire and its answer: ids, choice of entries, candidates.

>>> decode_id(encode_id("UN", "X.1/2"))
('UN', 'X.1/2')
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec

from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.match_errors import UnknownAlgorithm
from cordillera.desks.people.match_ftm import Schema, caption_of, properties_of, schema_of
from cordillera.desks.people.match_score import WIRE_THRESHOLD, to_wire
from cordillera.desks.people.match_wire import Entity, Explanation, FeatureDoc, ListTold, ScoredEntity
from cordillera.desks.people.model import ListVersion, PersonHit
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.foundation.explain import Term

ALL_LISTS: Final = "default"
"""The name under which every active list is asked, unless a list is called so."""

NAME: Final = "cordillera"
_ALGORITHMS: Final = frozenset(
    {NAME, "best", "default", "logic-v1", "logic-v2", "regression-v1", "name-based"}
)
_PREFIX: Final = "cl-"
_DOCUMENTATION: Final = "docs/screening.md"


class Choice(msgspec.Struct, frozen=True):
    """What of the answer is wanted; scores are those of the wire."""

    limit: int = 5
    threshold: float = WIRE_THRESHOLD
    cutoff: float = 0.5
    include_dataset: tuple[str, ...] = ()
    exclude_dataset: tuple[str, ...] = ()
    exclude_schema: tuple[str, ...] = ()
    exclude_entity_ids: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    topics: tuple[str, ...] = ()
    changed_since: str = ""


def check_algorithm(name: str) -> None:
    """Take names of other matchers, which clients have built in, as ours; raise `UnknownAlgorithm`."""
    if name not in _ALGORITHMS:
        raise UnknownAlgorithm


def encode_id(list_name: str, entry: str) -> str:
    """The id of an entry on the wire: the same in every version of its list, safe in an address."""
    return _PREFIX + base64.urlsafe_b64encode(f"{list_name}\n{entry}".encode()).rstrip(b"=").decode()


def decode_id(given: str) -> tuple[str, str]:
    """List and entry of an id; raise `EntryNotFound`."""
    raw = given.removeprefix(_PREFIX)
    try:
        padded = raw + "=" * (-len(raw) % 4)
        list_name, found, entry = base64.b64decode(padded, b"-_", validate=True).decode().partition("\n")
    except (binascii.Error, ValueError) as error:
        raise EntryNotFound from error
    if raw == given or not found:
        raise EntryNotFound
    return list_name, entry


def told(version: ListVersion) -> ListTold:
    """The list's name, date and version, as every answer names them, and a partner's conditions."""
    return ListTold(
        version.list_name,
        version.stated_date,
        str(version.version_id),
        version.agreement_id,
        version.handling,
    )


def topic_of(version: ListVersion) -> str:
    """What an entry of this list is about: a published sanctions list, or a partner's list."""
    return "poi" if version.agreement_id else "sanction"


def entity_of(version: ListVersion, entity: ListedEntity) -> Entity:
    """An entry as the wire shows it."""
    seen = version.imported_at.strftime("%Y-%m-%dT%H:%M:%S")
    return Entity(
        id=encode_id(version.list_name, entity.reference),
        caption=caption_of(entity),
        schema_=schema_of(entity.kind).name,
        properties=properties_of(entity, topic_of(version)),
        datasets=(version.list_name,),
        referents=(f"{version.list_name}:{entity.reference}",),
        target=True,
        first_seen=seen,
        last_seen=seen,
        last_change=seen,
        list_date=version.stated_date,
    )


def scored(
    version: ListVersion, entity: ListedEntity, hit: PersonHit, lines: tuple[float, float]
) -> ScoredEntity:
    """A candidate; `lines` are the list's threshold in the engine's unit and the wire's threshold.

    1. `score` is `match_score.to_wire`.
    2. `match` holds when `score` is at or above the wire's threshold that was asked for.
    """
    score = to_wire(hit.score, lines[0])
    shown = msgspec.structs.asdict(entity_of(version, entity))
    return ScoredEntity(
        **shown,
        score=score,
        match=score >= lines[1],
        features=features(hit.terms),
        explanations=explanations(hit.terms),
        engine_score=hit.score,
        similarity=hit.similarity,
        probability=hit.probability,
        completeness=hit.completeness,
        rests_on=hit.rests_on,
    )


def features(terms: Iterable[Term]) -> dict[str, float]:
    """Contributions by feature; equal features are added, so that they sum to the engine's score."""
    found: dict[str, float] = {}
    for term in terms:
        found[term.name] = found.get(term.name, 0.0) + term.contribution
    return found


def explanations(terms: Sequence[Term]) -> dict[str, Explanation]:
    """Each feature with the values it is about."""
    details: dict[str, list[str]] = {}
    for term in terms:
        details.setdefault(term.name, []).append(term.detail)
    return {
        name: Explanation(score, "; ".join(detail for detail in details[name] if detail)[:500])
        for name, score in features(terms).items()
    }


def feature_docs(names: Iterable[str]) -> dict[str, FeatureDoc]:
    """What features are: ids of messages, explained on the page of the matcher."""
    return {name: FeatureDoc(name, 1.0, _DOCUMENTATION) for name in sorted(set(names))}


def is_wanted(choice: Choice, version: ListVersion, entity: ListedEntity, wanted: Schema) -> bool:
    """Whether an entry may be in the answer.

    1. Its kind is one of the schema that was asked for.
    2. Its list is included and not excluded, and has not been unchanged since `changed_since`.
    3. Its schema, its id and its entry are not excluded.
    4. Its topic is one of those asked for, if any were.
    """
    if entity.kind not in wanted.entries:  # 1
        return False
    name = version.list_name
    if name in choice.exclude_dataset or (choice.include_dataset and name not in choice.include_dataset):  # 2
        return False
    if choice.changed_since and version.imported_at.isoformat() < choice.changed_since:  # 2
        return False
    ids = {encode_id(name, entity.reference), f"{name}:{entity.reference}"}
    if schema_of(entity.kind).name in choice.exclude_schema or ids & set(choice.exclude_entity_ids):  # 3
        return False
    return not choice.topics or topic_of(version) in choice.topics  # 4
