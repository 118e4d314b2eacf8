"""Two pairs of eyes on a candidate, where the agreement's service asks for them (biometrics above all).

The first officer's conclusion is kept as a proposal and tells nobody anything; a second officer who comes
to the same conclusion makes it one. Who proposed may change their own mind until then.
"""

import sqlalchemy as sa

from cordillera.foundation.clock import Clock
from cordillera.foundation.store.sealing import DataKey, FieldSealer, Place
from cordillera.trust.exchange import proposal_store as sql
from cordillera.trust.exchange.errors import ConclusionsDiffer
from cordillera.trust.exchange.ports import Officer
from cordillera.trust.exchange.query_store import QueryRow


class Seconding:
    """Keeps first conclusions until a second officer concludes the same."""

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self._sealer = sealer
        self._clock = clock

    def first(  # noqa: PLR0913 - everything one conclusion consists of
        self,
        tx: sa.Connection,
        officer: Officer,
        row: QueryRow,
        key: DataKey,
        reference: str,
        said: tuple[bool, str],
    ) -> str:
        """Return who concluded the same before, or "" after keeping this as the first conclusion.

        Raises `ConclusionsDiffer` when another officer concluded otherwise.
        """
        confirmed, reason = said
        before = sql.get(tx, row.id, reference)
        if before is not None and before.officer != officer.officer_id:
            if before.confirmed is not confirmed:
                raise ConclusionsDiffer
            return before.officer
        place = Place("exchange_proposal", "reason", f"{row.id}|{reference}")
        proposal = sql.ProposalRow(
            query_id=row.id,
            reference=reference,
            agency=row.agency,
            confirmed=confirmed,
            officer=officer.officer_id,
            judged_at=self._clock.now(),
            key_id=key.key_id,
            reason=self._sealer.seal(key, place, reason.strip().encode()),
            erase_after=row.erase_after,
            review_at=row.review_at,
        )
        sql.put(tx, proposal)
        return ""
