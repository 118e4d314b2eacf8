"""The rules of screening again, without a database: when it begins, since what, and when a ground is lost.

>>> lost(False, None, "x"), lost(True, "x", "x"), lost(True, "y", "x"), lost(True, None, "x")
(<Why.REMOVED: 'removed'>, None, <Why.RENEWED: 'renewed'>, <Why.CHANGED: 'changed'>)
"""

from datetime import datetime
from uuid import UUID

from cordillera.desks.travellers.rescreening_model import Phase, Progress
from cordillera.desks.travellers.rescreening_ports import ListInUse
from cordillera.trust.review.grounds import Why


def begun(
    known: Progress | None, in_use: ListInUse | None, who: tuple[str, str], now: datetime
) -> Progress | None:
    """Return the line that a list's screening begins with (`who`: list name and agency), or None.

    1. A list that was never screened is screened whole; so is one that ended and came back.
    2. A list whose active version has been screened, or is being, needs nothing.
    3. A list with another version is screened for what differs from the version screened last.
    4. When that had not been finished, alerts may rest on the versions before, too: it is screened for what
       differs from any of them.
    5. A list that ended takes the ground from what rests on it.
    """
    if in_use is None:
        if known is None or known.to_version is None:
            return None
        return _line(who, None, (), now)  # 5
    if known is None or known.to_version is None:
        return _line(who, in_use, (), now)  # 1
    if known.to_version == in_use.version:
        return None  # 2
    if known.phase is Phase.DONE:
        return _line(who, in_use, (known.to_version,), now)  # 3
    since = (*known.from_versions, known.to_version) if known.from_versions else ()
    return _line(who, in_use, since, now)  # 4


def lost(standing: bool, now: str | None, before: str) -> Why | None:  # noqa: FBT001 - read beside the table above
    """Return how a finding lost its ground, None when it stands.

    `standing`: its entry is on the list; `now`: the identity of what the entry says about the subject today,
    None when it does not resemble them; `before`: the identity of the finding.
    """
    if not standing:
        return Why.REMOVED
    if now is None:
        return Why.CHANGED
    return None if now == before else Why.RENEWED


def _line(who: tuple[str, str], in_use: ListInUse | None, since: tuple[UUID, ...], now: datetime) -> Progress:
    return Progress(
        list_name=who[0],
        agency=who[1],
        from_versions=since,
        to_version=in_use.version if in_use else None,
        list_date=in_use.list_date if in_use else "",
        phase=Phase.SCREENING if in_use else Phase.GROUNDS,
        reached=UUID(int=0),
        entries=0,
        travellers=0,
        alerts=0,
        offered=0,
        seconds=0.0,
        started_at=now,
        finished_at=None,
    )
