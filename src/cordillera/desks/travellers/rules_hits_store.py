"""SQL of what active rules did: which are in force, whom they raised, whom they judged, in which groups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from cordillera.foundation.store.swift import Bulk, Statement, spread, uuids
from cordillera.trust.review.model import Retention

_IN_FORCE: Final = Statement(
    "SELECT id FROM traveller_rule WHERE state = 'active' AND agency = :agency"
    " AND review_on > :today ORDER BY id"
)
_HELD: Final = Statement(
    "SELECT id FROM traveller_rule WHERE id = ANY(:rules) AND state = 'active' ORDER BY id FOR NO KEY UPDATE"
)
_FIRST_SEEN: Final = Statement(
    "SELECT id FROM traveller WHERE id = ANY(:travellers) AND message_id = ANY(:messages)"
)
_FLIGHTS_JUDGED: Final = Statement(
    "SELECT DISTINCT r.rule_id, l.flight_id FROM traveller_message_flight l"
    " JOIN traveller_rule_judged j ON j.message_id = l.message_id, unnest(j.rules) AS r(rule_id)"
    " WHERE l.flight_id = ANY(:flights) AND r.rule_id = ANY(:rules)"
)

_WHOLLY_JUDGED: Final = Statement(
    "SELECT flight.id FROM unnest(:flights) AS flight(id) CROSS JOIN LATERAL (SELECT j.rules"
    " FROM traveller_message_flight l JOIN traveller_rule_judged j ON j.message_id = l.message_id"
    " WHERE l.flight_id = flight.id ORDER BY l.message_id DESC LIMIT 1) newest WHERE newest.rules @> :rules"
)
_KEEP_JUDGED: Final = Bulk(
    "INSERT INTO traveller_rule_judged (message_id, agency, rules, travellers, groups, at, erase_after,"
    " review_at) SELECT message_id, :agency, CAST(string_to_array(rules, chr(31)) AS uuid[]), travellers,"
    " CAST(groups AS jsonb), :at, erase_after, review_at FROM {rows} ON CONFLICT DO NOTHING",
    {
        "message_id": "uuid",
        "rules": "text",
        "travellers": "bigint",
        "groups": "text",
        "erase_after": "timestamptz",
        "review_at": "timestamptz",
    },
)


class Hit(msgspec.Struct, frozen=True):
    """A traveller that a version raised, the message that said so, and the groups they belong to."""

    rule_id: UUID
    traveller_id: UUID
    agency: str
    message_id: UUID
    groups: Mapping[str, str]
    keep: Retention
    alert_id: UUID | None = None


class Judged(msgspec.Struct, frozen=True):
    """A message whose travellers some versions judged: how many for the first time, and of each group."""

    message_id: UUID
    agency: str
    rules: tuple[UUID, ...]
    travellers: int
    groups: Mapping[str, Mapping[str, int]]
    keep: Retention


def in_force(tx: sa.Connection, agency: str, today: date) -> tuple[UUID, ...]:
    """Return the versions that judge an agency's travellers now: active, and their review not overdue."""
    return tuple(rule_id for (rule_id,) in _IN_FORCE.rows(tx, {"agency": agency, "today": today}))


def held(tx: sa.Connection, rules: Collection[UUID]) -> frozenset[UUID]:
    """Hold versions until the transaction ends, in one order; return those that are active still.

    Whoever counts their hits next, or suspends one, waits: nobody counts beside another.
    """
    return frozenset(rule_id for (rule_id,) in _HELD.rows(tx, {"rules": uuids(sorted(rules))}))


def suspended(tx: sa.Connection) -> int:
    """Return how many versions are suspended, as far as the scope sees."""
    query = sa.text("SELECT count(*) FROM traveller_rule WHERE state = 'suspended'")
    return int(tx.execute(query).scalar_one())


def first_seen_in(
    tx: sa.Connection, messages: Collection[UUID], travellers: Collection[UUID]
) -> frozenset[UUID]:
    """Return which of some travellers messages were the first to announce."""
    asked = {"messages": uuids(list(messages)), "travellers": uuids(list(travellers))}
    return frozenset(traveller for (traveller,) in _FIRST_SEEN.rows(tx, asked))


def flights_judged(
    tx: sa.Connection, rules: Collection[UUID], flights: Collection[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """Return which versions judged people of which flights already.

    Mostly the newest message about a flight tells: all that are in force judged it. Only else all are read.
    """
    asked = {"rules": uuids(list(rules)), "flights": uuids(list(flights))}
    whole = {flight_id for (flight_id,) in _WHOLLY_JUDGED.rows(tx, asked)} if flights else set()
    pairs = {(rule_id, flight_id) for rule_id in rules for flight_id in whole}
    others = [flight_id for flight_id in flights if flight_id not in whole]
    if others:
        pairs.update(_FLIGHTS_JUDGED.rows(tx, {**asked, "flights": uuids(others)}))
    return frozenset(pairs)


def raised_before(
    tx: sa.Connection, rules: Collection[UUID], travellers: Collection[UUID]
) -> frozenset[tuple[UUID, UUID]]:
    """Return which versions raised which travellers already."""
    rows = tx.execute(
        sa.text(
            "SELECT rule_id, traveller_id FROM traveller_rule_hit WHERE rule_id = ANY(:rules)"
            " AND traveller_id = ANY(:travellers)"
        ),
        {"rules": list(rules), "travellers": list(travellers)},
    )
    return frozenset((row.rule_id, row.traveller_id) for row in rows)


def hits_since(tx: sa.Connection, rules: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Return how many travellers each version raised since a moment."""
    rows = tx.execute(
        sa.text(
            "SELECT rule_id, count(*) AS hits FROM traveller_rule_hit WHERE rule_id = ANY(:rules)"
            " AND at >= :since GROUP BY rule_id"
        ),
        {"rules": list(rules), "since": since},
    )
    return {row.rule_id: row.hits for row in rows}


def keep_hits(tx: sa.Connection, hits: Sequence[Hit], at: datetime) -> None:
    """Keep hits; one that is there already stays."""
    if hits:
        rows = [_row(hit, at) for hit in hits]
        tx.execute(_into("traveller_rule_hit", rows[0], groups=JSONB()).on_conflict_do_nothing(), rows)


def keep_judged(tx: sa.Connection, judged: Sequence[Judged], at: datetime) -> None:
    """Keep whom versions judged, as counts of groups."""
    rows = [
        (
            one.message_id, spread([str(rule) for rule in one.rules]), one.travellers,
            msgspec.json.encode(one.groups).decode(), one.keep.erase_after, one.keep.review_at,
        )
        for one in judged
    ]  # fmt: skip
    if rows:
        _KEEP_JUDGED.send(tx, rows, {"agency": judged[0].agency, "at": at})


def _row(one: Hit, at: datetime) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in one.__struct_fields__ if name != "keep"}
    return {**plain, "at": at, "erase_after": one.keep.erase_after, "review_at": one.keep.review_at}


def alerts_of(tx: sa.Connection, rule_id: UUID, since: datetime) -> tuple[UUID, ...]:
    """Return the alerts that hits of a version are in."""
    found = tx.execute(
        sa.text(
            "SELECT DISTINCT alert_id FROM traveller_rule_hit WHERE rule_id = :rule AND at >= :since"
            " AND alert_id IS NOT NULL"
        ),
        {"rule": rule_id, "since": since},
    )
    return tuple(found.scalars())


def travellers_judged(tx: sa.Connection, rule_id: UUID, agency: str, since: datetime) -> int:
    """Return how many travellers a version judged."""
    query = sa.text(
        "SELECT coalesce(sum(travellers), 0) FROM traveller_rule_judged WHERE agency = :agency"
        " AND at >= :since AND :rule = ANY(rules)"
    )
    return int(tx.execute(query, {"rule": rule_id, "agency": agency, "since": since}).scalar_one())


def groups_judged(
    tx: sa.Connection, rule_id: UUID, agency: str, since: datetime
) -> dict[str, dict[str, int]]:
    """Return how many travellers of each group a version judged, by kind of group."""
    rows = tx.execute(
        sa.text(
            "SELECT k.key AS kind, g.key AS name, sum(CAST(g.value AS bigint)) AS number"
            " FROM traveller_rule_judged j, jsonb_each(j.groups) k, jsonb_each_text(k.value) g"
            " WHERE j.agency = :agency AND j.at >= :since AND :rule = ANY(j.rules) GROUP BY 1, 2"
        ),
        {"rule": rule_id, "agency": agency, "since": since},
    )
    return _nested(rows.all())


def groups_raised(tx: sa.Connection, rule_id: UUID, since: datetime) -> dict[str, dict[str, int]]:
    """Return how many travellers of each group a version raised, by kind of group."""
    rows = tx.execute(
        sa.text(
            "SELECT g.key AS kind, g.value AS name, count(*) AS number FROM traveller_rule_hit h,"
            " jsonb_each_text(h.groups) g WHERE h.rule_id = :rule AND h.at >= :since GROUP BY 1, 2"
        ),
        {"rule": rule_id, "since": since},
    )
    return _nested(rows.all())


def _nested(rows: Sequence[sa.Row[Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.kind, {})[row.name] = int(row.number)
    return found


def _into(table: str, row: Mapping[str, object], **types: Any) -> Any:
    return insert(sa.table(table, *(sa.column(name, types.get(name)) for name in row)))
