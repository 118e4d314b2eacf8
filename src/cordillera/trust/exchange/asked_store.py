"""SQL of what officers have asked today, sent or still waiting for its place."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
import sqlalchemy as sa

from cordillera.foundation.store.swift import Statement, texts

_ASKED_TODAY = Statement(
    "SELECT queued.total + coalesce(node.used, 0), queued.own + coalesce(one.used, 0)"
    " FROM unnest(:peers, :agreements, :officers, :pseudonyms)"
    " WITH ORDINALITY AS asker (peer, agreement_id, officer_id, pseudonym, at)"
    " CROSS JOIN LATERAL (SELECT count(*) AS total,"
    " count(*) FILTER (WHERE waiting.officer_id = asker.officer_id) AS own FROM exchange_outbox AS waiting"
    " WHERE waiting.peer = asker.peer AND waiting.state = 'queued'"
    " AND waiting.agreement_id = asker.agreement_id AND waiting.type = 'query.person') AS queued"
    " LEFT JOIN exchange_quota AS node ON node.direction = 'out' AND node.peer = asker.peer"
    " AND node.agreement_id = asker.agreement_id AND node.day = :day AND node.officer = ''"
    " LEFT JOIN exchange_quota AS one ON one.direction = 'out' AND one.peer = asker.peer"
    " AND one.agreement_id = asker.agreement_id AND one.day = :day AND one.officer = asker.pseudonym"
    " ORDER BY asker.at"
)


class Asker(msgspec.Struct, frozen=True):
    """Whose queries are counted: `pseudonym` names the officer where messages were counted."""

    peer: str
    agreement_id: str
    officer_id: str
    pseudonym: str


def askers(given: Sequence[Asker], day: date) -> dict[str, object]:
    """Return what `asked_today` is asked with, so that it may be sent ahead."""
    peers, agreements, officers, pseudonyms = zip(*map(msgspec.structs.astuple, given), strict=True)
    names = {"peers": peers, "agreements": agreements, "officers": officers, "pseudonyms": pseudonyms}
    return {name: texts(values) for name, values in names.items()} | {"day": day}


def asked_today_ahead(tx: sa.Connection, values: Mapping[str, object]) -> None:
    """Have `asked_today` answered with the next answer."""
    _ASKED_TODAY.ahead(tx, values)


def asked_today(tx: sa.Connection, values: Mapping[str, object]) -> list[tuple[int, int]]:
    """Return for each of the `askers` the day's queries, sent or still waiting for their place.

    Those of all officers, and those of this one.
    """
    return [(total, own) for total, own in _ASKED_TODAY.rows(tx, values)]
