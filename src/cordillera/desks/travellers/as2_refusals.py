"""What refused signed uploads leave in the log (ADR 0068): a leaf of their own kind, so many an hour.

A refusal leaves a leaf, with the hash of what came, the sender as claimed and the reason, when

1. fewer than `MOST` of the same sender left one in the hour before; whoever is no carrier in force, or writes
   headers that cannot be read, is one sender with all others like that: strangers cannot fill the log;
2. the next leaf says how many left none, so that nothing goes uncounted.

>>> from datetime import UTC
>>> allowance, noon = Allowance(most=1), datetime(2026, 11, 21, 12, tzinfo=UTC)
>>> [allowance.take("XA", noon + timedelta(minutes=minutes)) for minutes in (0, 1, 2, 61)]
[0, None, None, 2]
"""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

import structlog

from cordillera.desks.travellers.as2_core import NAME
from cordillera.desks.travellers.as2_store import As2Partner
from cordillera.foundation import canonical
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger

MOST: Final = 20
PURPOSE: Final = "border.ingest"
_HOUR: Final = timedelta(hours=1)
_STRANGER: Final = "as2:?"
log = structlog.get_logger(__name__)


class Allowance:
    """How many leaves each sender has left in the hour; of one process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._noted: dict[str, deque[datetime]] = {}
        self._omitted: dict[str, int] = {}

    def take(self, sender: str, now: datetime) -> int | None:
        """How many were left out since the last one that was noted, or None when this one is too."""
        with self._lock:
            noted = self._noted.setdefault(sender, deque())
            while noted and noted[0] <= now - _HOUR:
                noted.popleft()
            if len(noted) >= self._most:
                self._omitted[sender] = self._omitted.get(sender, 0) + 1
                return None
            noted.append(now)
            return self._omitted.pop(sender, 0)


class Refusals:
    """Notes refused uploads."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._allowance = Allowance()

    def note(
        self, store: Store, partner: As2Partner | None, told: tuple[str, bytes], refused: CordilleraError
    ) -> None:
        """Write the leaf of a refusal in a transaction of its own; `told`: who it claims to be, its bytes."""
        claimed, body = told
        known = None if partner is None else str(partner.id)
        log.warning("as2.refused", reason=refused.code, partner=known)
        omitted = self._allowance.take(known or _STRANGER, self._clock.now())
        if omitted is None:
            return
        detail = {
            "act": "as2.upload",
            "sha256": sha256(body).hex(),
            "claimed": claimed if NAME.fullmatch(claimed) else "",
            "reason": refused.code,
            "omitted": str(omitted),
        }
        agency, actor = (
            ("node", _STRANGER) if partner is None else (partner.agency, f"as2:{partner.as2_name}")
        )
        scope = Scope.node("as2") if partner is None else Scope(agency, PURPOSE, actor)
        event = Event(
            kind=LeafKind.UPLOAD_REFUSED,
            actor=actor,
            agency=agency,
            purpose=PURPOSE,
            payload=canonical.dumps(detail),
            detail=detail,
            subject_ref=known or "",
        )
        with store.transaction(scope) as tx:
            self._ledger.record(tx, event)
