"""SQL of what callers asked of the lists: counters by caller, blind marks of the entries they have seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.desks.people.model import Actor

MINUTE: Final = timedelta(seconds=60)
DAY: Final = timedelta(hours=24)
OF_LIST: Final = 8
"""Bytes of a mark that are those of its list."""
TABLES: Final = ("list_asking", "list_shown")


class Told(msgspec.Struct, frozen=True):
    """Questions of the minute, entries of the day with what was added, since when; how many are new."""

    asked_since: datetime
    asked: int
    shown_since: datetime
    shown: int
    fresh: int


def _counter(name: str, added: str) -> str:
    """One counter raised by `added`; it begins anew when its time, `:name_ended`, is over."""
    ended = f"a.since <= :{name}_ended"
    return (
        "INSERT INTO list_asking AS a (agency, caller, counter, since, count, erase_after, review_at)"  # noqa: S608 - constant words
        f" VALUES (:agency, :caller, '{name}', :now, {added}, :due, :due)"
        " ON CONFLICT (agency, caller, counter) DO UPDATE SET"
        f" since = CASE WHEN {ended} THEN excluded.since ELSE a.since END,"
        f" count = CASE WHEN {ended} THEN excluded.count ELSE a.count + excluded.count END,"
        " erase_after = excluded.erase_after, review_at = excluded.review_at RETURNING since, count"
    )


_COUNT = sa.text(
    f"WITH asked AS ({_counter('queries', ':queries')}), fresh AS ("  # noqa: S608 - constant text only
    " INSERT INTO list_shown AS s (agency, caller, entry, erase_after, review_at)"
    " SELECT :agency, :caller, one.entry, :due, :due FROM asked, unnest(CAST(:entries AS bytea[])) one(entry)"
    " ON CONFLICT (agency, caller, entry) DO UPDATE"
    " SET erase_after = excluded.erase_after, review_at = excluded.review_at WHERE s.erase_after <= :now"
    f" RETURNING 1), shown AS ({_counter('entries', '(SELECT count(*) FROM fresh)')})"
    " SELECT asked.since, asked.count, shown.since, shown.count, (SELECT count(*) FROM fresh)"
    " FROM asked, shown"
)
"""The caller's row of queries is locked first, so two answers to one caller wait in one order and add up."""

_SEEN_OF = sa.text(
    "SELECT l.name, (SELECT count(*) FROM list_shown s WHERE s.agency = :agency AND s.caller = :caller"
    " AND s.entry BETWEEN l.mark AND l.mark || :above AND s.erase_after > :now),"
    " coalesce((SELECT max(v.entries) FROM watchlist_version v WHERE v.list_name = l.name"
    " AND v.superseded_at IS NULL AND NOT v.waiting), 0)"
    " FROM unnest(CAST(:names AS text[]), CAST(:marks AS bytea[])) l(name, mark)"
)
_ALARM = sa.text(_counter("alarms", "1"))


def count(tx: sa.Connection, by: Actor, added: tuple[int, Sequence[bytes]], now: datetime) -> Told:
    """Add questions and the blind marks of entries shown, each once; return the counts with them."""
    queries, entries = added
    given = {"queries": queries, "entries": list(entries)}
    ended = {"queries_ended": now - MINUTE, "entries_ended": now - DAY}
    return Told(*tx.execute(_COUNT, {**_of(by, now), **given, **ended}).one())


def seen_of(
    tx: sa.Connection, by: Actor, lists: Mapping[str, bytes], now: datetime
) -> tuple[tuple[str, int, int], ...]:
    """Return for each list, given with how its marks begin: entries seen in a day, and entries it has."""
    given = {"names": list(lists), "marks": list(lists.values()), "above": b"\xff" * 16}
    rows = tx.execute(_SEEN_OF, {"agency": by.agency, "caller": by.actor, "now": now, **given})
    return tuple((name, seen, size) for name, seen, size in rows)


def is_new_alarm(tx: sa.Connection, by: Actor, now: datetime) -> bool:
    """Whether the supervisor has not been told of this caller for a day; one process alone hears yes."""
    _, alarms = tx.execute(_ALARM, {**_of(by, now), "alarms_ended": now - DAY}).one()
    return bool(alarms == 1)


def _of(by: Actor, now: datetime) -> dict[str, object]:
    return {"agency": by.agency, "caller": by.actor, "now": now, "due": now + DAY}
