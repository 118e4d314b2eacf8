"""Alerts about travellers name nobody after six months either (PNR Directive 2016/681, art. 12(2)-(3)).

What lists say, how the alert scored and what officers decided stay as long as the alert does; whom it is
about is shown again while two officers let the traveller be seen (`depersonalise`).
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers import unmask_store as sql
from cordillera.desks.travellers.depersonalise import due
from cordillera.desks.travellers.raising import DESK, TRAVELLER
from cordillera.foundation.clock import Clock
from cordillera.trust.review.model import AlertRow


class OldAlerts:
    """Tells the review queue which alerts of this desk name nobody any more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def nameless(self, tx: sa.Connection, rows: Sequence[AlertRow]) -> set[UUID]:
        """Return those of some alerts whose traveller may not be named. It must hold.

        1. The alert is about a traveller.
        2. Six months are over since their message came; where no such traveller is held, since the alert was
           raised.
        3. No two officers let them be seen now.
        """
        ours = [row for row in rows if (row.desk, row.subject_kind) == (DESK, TRAVELLER)]  # 1
        if not ours:
            return set()
        about = {row.id: _traveller(row.subject_ref) for row in ours}
        now, came = self._clock.now(), sql.announced(tx, _known(about.values()))
        raised = {row.id: row.raised_at for row in ours}
        old = {
            one: ref
            for one, ref in about.items()
            if due(raised[one] if ref is None else came.get(ref, raised[one]), now)
        }  # 2
        seen = sql.granted(tx, _known(old.values()), now) if old else set()
        return {one for one, ref in old.items() if ref not in seen}  # 3


def _traveller(reference: str) -> UUID | None:
    """The traveller that an alert refers to; None when it refers to nobody who could be held."""
    try:
        return UUID(reference)
    except ValueError:
        return None


def _known(references: Iterable[UUID | None]) -> set[UUID]:
    return {one for one in references if one is not None}
