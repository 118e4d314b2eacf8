"""Pure steps of reconciliation: questions to examples, candidates to answers, the manifest.

>>> example_of(ReconcileQuery("Ana Loor", "Person", properties=[PropertyAsked("Person:birthDate", 1980)]))
Example(schema_='Person', properties={'name': ['Ana Loor'], 'birthDate': ['1980']}, id=None)
"""

import html
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec

from cordillera.desks.people.match_errors import QueryUnreadable
from cordillera.desks.people.match_ftm import LABELS, SCHEMATA
from cordillera.desks.people.match_wire import Entity, Example, ListTold, ScoredEntity
from cordillera.desks.people.reconcile_wire import (
    MAX_QUERIES,
    Candidate,
    ExtendQuery,
    Extension,
    Feature,
    Manifest,
    Named,
    Place,
    PropertyAsked,
    ReconcileBatch,
    ReconcileQuery,
    Result,
    Value,
)
from cordillera.foundation import canonical, shapes
from cordillera.foundation.errors import BadInput

__all__ = ["PropertyAsked", "ReconcileQuery", "example_of"]

LIMIT: Final = 10
MAX_LIMIT: Final = 50
SCHEMA_SPACE: Final = "https://followthemoney.tech/explorer/schemata/"
_SHOWN_TYPES: Final = ("Person", "Organization", "Company", "Vessel", "Thing")
_FETCHED: Final = (
    *("name", "alias", "weakAlias", "birthDate", "birthPlace", "nationality", "address"),
    *("passportNumber", "idNumber", "taxNumber", "registrationNumber", "imoNumber"),
    *("programId", "topics", "createdAt"),
)


def read_queries(text: str) -> dict[str, ReconcileQuery]:
    """The questions of a batch, of which one may be empty as a cell may; raise `QueryUnreadable`."""
    queries: dict[str, ReconcileQuery] = _read(text, ReconcileBatch)
    return queries


def read_query(text: str) -> ReconcileQuery:
    """A question alone, as clients of 0.1 send it: an object, or the bare name; raise `QueryUnreadable`."""
    bare = not text.lstrip().startswith("{")
    query: ReconcileQuery = _read(
        msgspec.json.encode({"query": text}).decode() if bare else text, ReconcileQuery
    )
    return query


def read_extension(text: str) -> ExtendQuery:
    """What to fetch of which entries; raise `QueryUnreadable`."""
    asked: ExtendQuery = _read(text, ExtendQuery)
    return asked


def _read(text: str, kind: Any) -> Any:
    try:
        return shapes.convert(canonical.loads(text.encode()), kind)
    except (BadInput, msgspec.ValidationError) as error:
        raise QueryUnreadable(reason=f"not the declared JSON, or over {MAX_QUERIES} queries") from error


def example_of(query: ReconcileQuery) -> Example:
    """The example that a question stands for; unknown properties are left unread."""
    properties: dict[str, list[str]] = {"name": [query.query]} if query.query.strip() else {}
    for asked in query.properties:
        name = asked.pid.rpartition(":")[2]
        values = asked.v if isinstance(asked.v, list) else [asked.v]
        texts = [text for value in values[:16] if (text := _text(value))]
        if texts:
            properties[name] = [*properties.get(name, []), *texts]
    return Example(_type_of(query), dict(properties))


def _type_of(query: ReconcileQuery) -> str:
    """The first type that we know; "Thing" for none."""
    given = [query.type] if isinstance(query.type, str) else list(query.type or ())
    return next((name for name in given if name in SCHEMATA), "Thing")


def _text(value: object) -> str:
    """A value as text: of an entity its name, of a whole number no fraction, of a truth value nothing."""
    if isinstance(value, dict):
        name = value.get("name") or value.get("id")
        return name[:2_000] if isinstance(name, str) else ""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:2_000] if isinstance(value, str | int | float) else ""


def limit_of(query: ReconcileQuery) -> int:
    """How many candidates are wanted, within what one answer may have."""
    wanted = query.limit
    if wanted is None or not 1 <= wanted <= MAX_LIMIT:
        return LIMIT if wanted is None or wanted < 1 else MAX_LIMIT
    return int(wanted)


def result_of(found: list[ScoredEntity], limit: int) -> Result:
    """The answer to one question.

    Clients accept a `match` without asking, so it is given only to the single candidate at or above the
    threshold; of two, a person must choose.
    """
    certain = [one.id for one in found if one.match]
    only = certain[0] if len(certain) == 1 else ""
    return Result(tuple(_candidate(one, match=one.id == only) for one in found[:limit]))


def _candidate(one: ScoredEntity, *, match: bool) -> Candidate:
    features = tuple(Feature(name, value) for name, value in one.features.items())
    return Candidate(
        one.id, one.caption, (named_type(one.schema_),), one.score, match, described(one), features
    )


def described(entity: Entity) -> str:
    """Schema, list and its date, birth dates: what tells namesakes apart."""
    born = ", ".join(entity.properties.get("birthDate", ())[:3])
    list_name = f"{entity.datasets[0]} ({entity.list_date or 'no date stated'})"
    return "; ".join(part for part in (entity.schema_, list_name, born) if part)


def named_type(name: str) -> Named:
    """A type by id and name."""
    return Named(name, SCHEMATA[name].label)


def types_beginning(prefix: str) -> tuple[Named, ...]:
    """Types whose id or label begins so."""
    start = prefix.casefold().strip()
    shown = (SCHEMATA[name] for name in SCHEMATA)
    return tuple(
        Named(one.name, one.label)
        for one in shown
        if one.name.casefold().startswith(start) or one.label.casefold().startswith(start)
    )


def properties_beginning(prefix: str) -> tuple[Named, ...]:
    """Properties whose id or label begins so."""
    start = prefix.casefold().strip()
    return tuple(
        Named(name, label)
        for name, label in LABELS.items()
        if name.casefold().startswith(start) or label.casefold().startswith(start)
    )


def fetched_properties() -> tuple[Named, ...]:
    """Properties that can be fetched of an entry."""
    return tuple(Named(name, LABELS[name]) for name in _FETCHED)


def extension_of(asked: ExtendQuery, entities: Mapping[str, Entity]) -> Extension:
    """Values of entries; an id that is not known gives an empty row, a property that is not, no column."""
    wanted = [one for one in asked.properties if one.id in _FETCHED]
    rows = {
        given: {one.id: _values(entities.get(given), one.id, one.settings.get("limit")) for one in wanted}
        for given in asked.ids
    }
    return Extension(tuple(Named(one.id, LABELS[one.id]) for one in wanted), rows)


def _values(entity: Entity | None, name: str, limit: object) -> tuple[Value, ...]:
    values = entity.properties.get(name, []) if entity else []
    number = _whole(limit)
    return tuple(Value(text) for text in (values[:number] if number else values))


def _whole(limit: object) -> int:
    """A limit, which clients send as a number or as its digits; 0 for none."""
    text = str(limit).removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def manifest(base: str, name: str, lists: Iterable[ListTold], query: Mapping[str, str]) -> Manifest:
    """The manifest of the service at `base`; `query` (the key, a purpose) is handed on in every address."""
    told = ", ".join(f"{one.name} ({one.date or 'no date stated'})" for one in lists)
    root = f"{base}/reconcile/{quote(name, safe='')}"
    tail = f"?{urlencode(query)}" if query else ""
    place = root + "/preview/{{id}}" + tail
    return Manifest(
        versions=("0.1", "0.2"),
        name=f"Cordillera: {told}",
        identifierSpace=f"{base}/entities/",
        schemaSpace=SCHEMA_SPACE,
        documentation=f"{base}/api/openapi.json",
        serviceVersion="1",
        defaultTypes=tuple(named_type(one) for one in _SHOWN_TYPES),
        view={"url": place},
        preview={"url": place, "width": 420, "height": 320},
        suggest={kind: Place(root, f"/suggest/{kind}{tail}") for kind in ("entity", "property", "type")},
        extend={
            "propose_properties": Place(root, f"/extend/properties{tail}"),
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "0: all values",
                }
            ],
        },
        batchSize=MAX_QUERIES,
        authentication={"type": "apiKey", "name": "key", "in": "query"},
    )


def preview_of(entity: Entity) -> str:
    """An entry as a small page without style or script; every value is escaped."""
    rows = "".join(
        f"<dt>{html.escape(LABELS.get(name, name))}</dt>"
        + "".join(f"<dd>{html.escape(value)}</dd>" for value in values[:20])
        for name, values in entity.properties.items()
    )
    title = html.escape(entity.caption)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{html.escape(described(entity))}. Not verified by a person.</p>"
        f"<dl>{rows}</dl></body></html>"
    )
