"""An agency's lists of documents reported lost: replaced whole, ended, and seen by rules alone.

What a list named before stays, with its end, for the time of a pre-test's history, so that a rule reads on
history what it would have read then.
"""

from datetime import timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers import lost_store as sql
from cordillera.desks.travellers.errors import LostListUnreadable
from cordillera.desks.travellers.lost_core import LostList
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import Retention
from cordillera.trust.review.ports import Officer

KEEP: Final = timedelta(days=400)
REVIEW: Final = timedelta(days=90)
KEEP_ENDED: Final = timedelta(days=183)
_LONGEST_NAME: Final = 64


class LostReport(msgspec.Struct, frozen=True):
    """What a replacement did: documents named now, new, no longer named, and rows that named none."""

    list_name: str
    documents: int
    added: int
    ended: int
    left_out: int


class LostDocuments:
    """Takes lists of lost documents in."""

    def __init__(self, ledger: Ledger, sealer: FieldSealer, clock: Clock) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._clock = clock

    def lines(self, tx: sa.Connection, officer: Officer) -> tuple[sql.LostLine, ...]:
        """Return the officer's agency's lists that name something now."""
        return sql.lines(tx, officer.agency)

    def replace(self, tx: sa.Connection, officer: Officer, list_name: str, told: LostList) -> LostReport:
        """Let a list name the documents told (`read_lost` of a file, `lost_of` of pairs), from now on."""
        keys = {self._sealer.blind("traveller_lost_document.key", key) for key in told.keys}
        return self._become(tx, officer, checked_name(list_name), keys, told.left_out)

    def end(self, tx: sa.Connection, officer: Officer, list_name: str) -> LostReport:
        """Let a list name nothing any more."""
        return self._become(tx, officer, checked_name(list_name), set(), 0)

    def _become(
        self, tx: sa.Connection, officer: Officer, list_name: str, keys: set[bytes], left_out: int
    ) -> LostReport:
        now, about = self._clock.now(), (officer.agency, list_name)
        before = sql.standing(tx, *about)
        keep = Retention(now + KEEP, now + REVIEW)
        ended = Retention(now + KEEP_ENDED, now + REVIEW)
        sql.end(tx, about, before - keys, (now, ended))
        sql.prolong(tx, about, before & keys, (now, keep))
        sql.add(tx, about, keys - before, (now, keep))
        report = LostReport(list_name, len(keys), len(keys - before), len(before - keys), left_out)
        told = {"list": list_name, "what": "lost documents", "documents": str(len(keys))}
        event = Event(
            kind=LeafKind.LIST_CHANGED,
            actor=officer.officer_id,
            agency=officer.agency,
            purpose=officer.purpose,
            payload=canonical.dumps({**told, "added": str(report.added), "ended": str(report.ended)}),
            detail={**told, "officer": officer.name},
            subject_ref=f"lost/{list_name}",
        )
        self._ledger.record(tx, event)
        return report


def checked_name(list_name: str) -> str:
    """Return a list's name without margins; raise `LostListUnreadable` for one that is none."""
    name = list_name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise LostListUnreadable(reason="name", line=0)
    return name
