"""Whether a new version of a list takes effect by itself, waits for an officer, or for two.

>>> judge(Policy(), None, _version(entries=10), UpdateCounts()).officers
0
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from cordillera.desks.people.core import shown_fields, shrank
from cordillera.desks.people.errors import ListFormatChanged
from cordillera.desks.people.lists_errors import (
    ListMovedOn,
    NothingWaits,
    ReasonMissing,
    SameOfficer,
)
from cordillera.desks.people.lists_model import (
    PROOFS,
    EntryChange,
    FieldChange,
    Outcome,
    Policy,
    Update,
    UpdateCounts,
)
from cordillera.desks.people.model import ListVersion
from cordillera.engines.watchlists.model import ListedEntity

MOST_CAPPED: Final = 0.01  # of all names: beyond it somebody floods the list
MOST_EMPTIED: Final = 0.01  # of all entries: beyond it a field of the format is no longer where it was
MOST_NEW_LOSSES: Final = 0.05  # of all entries: values refused or unreadable more than before
FEW: Final = 2  # entries that may differ whatever their share: else no tiny list is ever updated
SHORTEST_REASON: Final = 10


class Verdict(msgspec.Struct, frozen=True):
    """How many officers must agree, and why."""

    officers: int
    reasons: tuple[str, ...]


def judge(policy: Policy, active: ListVersion | None, new: ListVersion, counts: UpdateCounts) -> Verdict:
    """Decide how a version takes effect. By itself, if all of this holds; else somebody must agree.

    1. It has the format of the active version: raise `ListFormatChanged`.
    2. It holds at most 5 % fewer entries than the active one: else two officers.
    3. It holds at most 5 % fewer bytes: else two officers.
    4. It is not dated before the active version, nor without a date where that has one: else one officer.
    5. At most `policy.largest_change` percent of its entries differ, or two entries: else one officer.
    6. At most 1 % as many values as it has names lay beyond the limits of an entry: else one officer.
    7. The policy lets it: else one officer.
    8. At most 5 % of the active version's entries are gone, whatever came instead: else two officers.
    9. At most 1 % of the entries lost all of their names, dates of birth or documents: else one officer.
    10. At most 5 for 100 entries more values than before were refused as protected: else one officer.
    11. At most 5 for 100 entries more values than before were unreadable: else one officer.
    12. It is proven as the active version was, by a signature or by sums: else one officer.
    """
    found: list[tuple[int, str]] = []
    if active is not None:
        if active.format != new.format:
            raise ListFormatChanged(list=active.list_name, active=active.format, new=new.format)
        found += _size(active, new, counts) + _content(policy, active, new, counts)
    if new.capped_values > new.names * MOST_CAPPED:
        found.append((1, "lists.reason.capped"))
    if not policy.automatic:
        found.append((1, "lists.reason.policy"))
    return Verdict(max((need for need, _ in found), default=0), tuple(reason for _, reason in found))


def _size(active: ListVersion, new: ListVersion, counts: UpdateCounts) -> list[tuple[int, str]]:
    """Conditions 2, 3, 8: what the new version no longer holds; each for two officers."""
    broken = (
        (shrank(active.entries, new.entries), "lists.reason.entries"),
        (shrank(active.source_bytes, new.source_bytes), "lists.reason.bytes"),
        (shrank(active.entries, active.entries - counts.removed), "lists.reason.removed"),
    )
    return [(2, reason) for so, reason in broken if so]


def _content(
    policy: Policy, active: ListVersion, new: ListVersion, counts: UpdateCounts
) -> list[tuple[int, str]]:
    """Conditions 4, 5, 9 to 12: what the new version holds otherwise; each for one officer."""
    differing = counts.added + counts.removed + counts.changed
    few = FEW if policy.largest_change else 0
    most = max(few * 100, max(active.entries, new.entries) * policy.largest_change)
    losses = new.entries * MOST_NEW_LOSSES
    dated = active.list_date
    broken = (
        (dated is not None and (new.list_date is None or new.list_date < dated), "lists.reason.older"),
        (differing * 100 > most, "lists.reason.change"),
        (counts.emptied > active.entries * MOST_EMPTIED, "lists.reason.emptied"),
        (new.refused_fields - active.refused_fields > losses, "lists.reason.refused"),
        (new.unread_fields - active.unread_fields > losses, "lists.reason.unread"),
        (PROOFS.index(counts.proof) < PROOFS.index(counts.proof_before), "lists.reason.proof"),
    )
    return [(1, reason) for so, reason in broken if so]


def lost_identity(before: ListedEntity, after: ListedEntity) -> bool:
    """Whether an entry keeps none of the names, or no date of birth or document, that it was known by."""
    names = {name.full for name in before.names}
    gone = (
        names.isdisjoint(name.full for name in after.names),
        bool(before.births) and not after.births,
        bool(before.documents) and not after.documents,
    )
    return any(gone)


def agree(update: Update | None, active: UUID | None, officer: str, now: datetime) -> Update:
    """Return the update with an officer's agreement; activated when enough have agreed.

    It must hold:

    1. the update waits: raise `NothingWaits`;
    2. the officer has not agreed before: raise `SameOfficer`;
    3. the version that it was compared with is still the active one: raise `ListMovedOn`.
    """
    if update is None or update.outcome is not Outcome.WAITING or update.closed_at is not None:
        raise NothingWaits
    if officer == update.first_officer:
        raise SameOfficer
    if update.replaces != active:
        raise ListMovedOn(list=update.list_name)
    first = update.first_officer or officer
    second = officer if update.first_officer else ""
    agreed = msgspec.structs.replace(update, first_officer=first, second_officer=second)
    if agreed.approvals < agreed.officers_needed:
        return agreed
    return msgspec.structs.replace(agreed, outcome=Outcome.ACTIVATED, closed_at=now)


def check_reason(reason: str) -> str:
    """Return a reason without spaces around it; raise `ReasonMissing` when it says nothing."""
    plain = reason.strip()
    if len(plain) < SHORTEST_REASON:
        raise ReasonMissing(length=len(plain))
    return plain


def fresh_until(list_date: date | None, checked: datetime, policy: Policy) -> datetime:
    """Return until when a list is fresh: its own date or the last look, whichever is later, and a while."""
    stated = datetime(list_date.year, list_date.month, list_date.day, tzinfo=UTC) if list_date else checked
    return max(stated, checked) + timedelta(days=policy.stale_days)


def entry_change(before: ListedEntity | None, after: ListedEntity | None) -> EntryChange:
    """Return what differs of one entry, field by field; at least one of the two is there."""
    shown = after or before
    if shown is None:  # no caller has neither
        raise NothingWaits
    fields = tuple(_changes(_by_label(before), _by_label(after)))
    one_side: Literal["added", "removed"] = "added" if after else "removed"
    change = "changed" if before and after else one_side
    return EntryChange(shown.reference, change, shown.names[0].full if shown.names else "", fields)


def _by_label(entity: ListedEntity | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label, value in shown_fields(entity) if entity else ():
        found.setdefault(label, []).append(value)
    for value in (*entity.birthplaces,) if entity else ():
        found.setdefault("people.field.birthplace", []).append(value)
    for value in (*entity.addresses,) if entity else ():
        found.setdefault("people.field.address", []).append(value)
    return found


def _changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[FieldChange]:
    """Return the labels under which something differs, with what is only before and only after."""
    found = []
    for label in dict.fromkeys((*before, *after)):
        old, new = before.get(label, []), after.get(label, [])
        gone = tuple(value for value in old if value not in new)
        come = tuple(value for value in new if value not in old)
        if gone or come:
            found.append(FieldChange(label, gone, come))
    return found


def _version(*, entries: int) -> ListVersion:
    """A version for the example above."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return ListVersion(UUID(int=0), "X", "ftm", None, "", 0, entries, 0, 0, 0, 0, now, "node", None, now, now)
