"""No release when the log is not witnessed: the last cosigned checkpoint must be younger than the policy.

The rule of X-Road's time-stamps, for cosignatures: whoever could hide a rewritten log from its witnesses
gains nothing, because data stop leaving. Duties (corrections, erasures) still flow (DESIGN 4.8).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import BadInput
from cordillera.trust.ledger import witness_store as sql
from cordillera.trust.ledger.cosignature import Cosignature, read_cosignatures
from cordillera.trust.ledger.errors import LedgerUnwitnessed, PolicyMalformed
from cordillera.trust.ledger.own_keys import LogKeys
from cordillera.trust.ledger.policy import Policy, parse_policy

MAX_AGE = timedelta(hours=4)
SKEW = timedelta(minutes=5)
POLICY_FILE = "witness.policy"


class Standing(msgspec.Struct, frozen=True):
    """How the log stands with its witnesses: `fresh` is what decides over release."""

    fresh: bool
    reason: str
    required: bool
    size: int
    cosigned_at: datetime | None
    limit_seconds: int
    witnesses: tuple[str, ...]


class KnownLog(Protocol):
    """The log that is witnessed."""

    keys: LogKeys


class PolicyFile:
    """The witness policy in a file, read again whenever the file changes; no file asks for nobody."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[int, int] | None = None
        self._policy = Policy()

    def __call__(self) -> Policy:
        """The policy as it stands; raise `PolicyMalformed`."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._read, self._policy = None, Policy()
            return self._policy
        if (found.st_mtime_ns, found.st_size) != self._read:
            try:
                self._policy = parse_policy(self.path.read_text("utf-8"))
            except UnicodeDecodeError as error:
                raise PolicyMalformed(condition=1, line=0) from error
            self._read = (found.st_mtime_ns, found.st_size)
        return self._policy


class Watch:
    """Tells whether the log is witnessed as the policy asks.

    `required` is set in production: there a node without witnesses releases nothing. The stored note is
    verified again whenever it is another one; the time stored beside it decides nothing.
    """

    def __init__(
        self,
        policy: Callable[[], Policy],
        clock: Clock,
        *,
        max_age: timedelta = MAX_AGE,
        required: bool = False,
    ) -> None:
        self.policy = policy
        self._clock = clock
        self._max_age = max_age
        self._required = required
        self._seen: tuple[bytes, Policy, tuple[Cosignature, ...]] | None = None

    def ensure(self, tx: sa.Connection, log: KnownLog) -> None:
        """Raise `LedgerUnwitnessed` unless the log is witnessed lately enough."""
        standing = self.standing(tx, log)
        if not standing.fresh:
            raise LedgerUnwitnessed(reason=standing.reason, limit=standing.limit_seconds)

    def standing(self, tx: sa.Connection, log: KnownLog) -> Standing:
        """Tell how the log stands; it is fresh when (1), or (2) and (3) hold.

        1. the policy asks for nobody, and this is an exercise;
        2. the newest cosigned checkpoint is signed by the log and truly cosigned by a quorum;
        3. the quorum signed within the allowed age, and not in the future.
        """
        policy = self.policy()
        if not policy.asks_for_witnesses:
            reason = "no_witnesses" if self._required else "exercise"
            return self._told(policy, None, None, reason, fresh=not self._required)
        newest = sql.newest_cosigned(tx)
        if newest is None:
            return self._told(policy, None, None, "never", fresh=False)
        now = self._clock.now()
        latest = int((now + SKEW).timestamp())
        signed = [one for one in self._verified(newest.note, log, policy) if one.at <= latest]
        moment = policy.moment(signed)
        if moment is None:
            return self._told(policy, newest, None, "no_quorum", fresh=False)
        at = datetime.fromtimestamp(moment, UTC)
        late = now - at > self._max_age
        return self._told(policy, newest, at, "stale" if late else "", fresh=not late)

    def _verified(self, note: bytes, log: KnownLog, policy: Policy) -> tuple[Cosignature, ...]:
        if self._seen is None or self._seen[0] != note or self._seen[1] is not policy:
            try:
                log.keys.line().open(note)
                found = read_cosignatures(note, policy.keys)
            except BadInput:
                found = ()
            self._seen = (note, policy, found)
        return self._seen[2]

    def _told(
        self, policy: Policy, newest: sql.Cosigned | None, at: datetime | None, reason: str, *, fresh: bool
    ) -> Standing:
        return Standing(
            fresh=fresh,
            reason=reason,
            required=self._required,
            size=newest.size if newest else 0,
            cosigned_at=at,
            limit_seconds=int(self._max_age.total_seconds()),
            witnesses=tuple(witness.name for witness in policy.witnesses),
        )
