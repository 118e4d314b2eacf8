"""The supervisor's ports filled: erasures from the retention runner, quotas and sampling from agreements."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange import reconcile_store
from cordillera.trust.exchange.model import SERVICE
from cordillera.trust.exchange.ports import PolicySource
from cordillera.trust.ledger.ports import Overdue, Quota
from cordillera.trust.safeguards.retention import RetentionRunner


class NodeDuties:
    """Fills the ledger's `Duties`."""

    def __init__(self, safeguards: RetentionRunner, policies: PolicySource, clock: Clock) -> None:
        self._safeguards = safeguards
        self._policies = policies
        self._clock = clock

    def overdue(self, tx: sa.Connection) -> Sequence[Overdue]:
        """Return kinds of records with erasures due now, the next run of retention included."""
        now = self._clock.now()
        return [
            Overdue(
                one.kind, one.due, one.next_erasure if one.next_erasure and one.next_erasure <= now else None
            )
            for one in self._safeguards.states(tx)
            if one.due
        ]

    def quotas(self, tx: sa.Connection, day: str) -> Sequence[Quota]:
        """Return what was used of each quota on a day, beside what the agreement allows."""
        limits = daily_limits(self._policies(tx))
        return [
            Quota(peer, agreement, direction, day, used, limits.get(agreement, 0))
            for peer, agreement, direction, used in reconcile_store.quota_use(tx, day)
        ]


class AgreementRates:
    """Fills the ledger's `SampleRates`."""

    def __init__(self, policies: PolicySource) -> None:
        self._policies = policies

    def rates(self, tx: sa.Connection) -> Mapping[str, int]:
        """Return how many exchanges of each agreement are drawn a month."""
        held = [one.agreement for one in self._policies(tx)]
        return {one.id: one.oversight.sample_audit_per_month for one in held}


def daily_limits(book: PolicyBook) -> Mapping[str, int]:
    """Return the queries a day that each agreement allows."""
    found = {}
    for one in book:
        service = one.agreement.service(SERVICE)
        if service is not None:
            found[one.agreement.id] = service.quota.per_day
    return found
