"""The agreements a node holds, each with its standing at this moment: the object that releases ask.

`PolicyBook.from_store(tx)` reads the standing inside the caller's transaction and holds a shared lock
until it ends, so a suspension waits for releases under way and no release starts after it.

>>> book = PolicyBook.load_shipped()
>>> [loaded.agreement.id for loaded in book.between("EC", "US")]
['us-ec-2025']
"""

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from cordillera.trust.agreements.decide import decide, unknown_agreement
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement, load_shipped
from cordillera.trust.agreements.request import DisclosureRequest, PolicyDecision
from cordillera.trust.agreements.store import read_states


class PolicyBook:
    """Compiled agreements and their states; immutable, cheap to make again for each transaction."""

    def __init__(
        self, agreements: Iterable[LoadedAgreement], states: Mapping[str, AgreementState] | None = None
    ) -> None:
        self._agreements = {loaded.agreement.id: loaded for loaded in agreements}
        self._states = dict(states or {})

    @classmethod
    def load_shipped(cls) -> "PolicyBook":
        """Return the shipped agreements in the state their files name, nothing confirmed."""
        return cls(load_shipped())

    @classmethod
    def from_store(cls, tx: sa.Connection) -> "PolicyBook":
        """Return the node's agreements in the state they have in this transaction."""
        agreements = load_shipped()
        return cls(agreements, read_states(tx, agreements))

    def __iter__(self) -> Iterator[LoadedAgreement]:
        """Go through the agreements by id."""
        return iter([self._agreements[name] for name in sorted(self._agreements)])

    def get(self, agreement_id: str) -> LoadedAgreement:
        """Return the agreement; raise `UnknownAgreement`."""
        try:
            return self._agreements[agreement_id]
        except (KeyError, TypeError):
            raise UnknownAgreement(agreement_id=str(agreement_id)[:64]) from None

    def state(self, agreement_id: str) -> AgreementState:
        """Return where the agreement stands; raise `UnknownAgreement`."""
        loaded = self.get(agreement_id)
        return self._states.get(agreement_id, loaded.initial_state)

    def between(self, one: str, other: str) -> tuple[LoadedAgreement, ...]:
        """Return the agreements that bind these two countries."""
        return tuple(loaded for loaded in self if loaded.agreement.countries == {one, other})

    def decide(self, request: DisclosureRequest) -> PolicyDecision:
        """Decide a request (conditions 1 to 16 of `decide.py`); whatever is doubtful is a denial."""
        try:
            loaded = self.get(request.agreement_id)
        except UnknownAgreement:
            return unknown_agreement(request.agreement_id)
        return decide(loaded, self.state(request.agreement_id), request)

    def duty(self, agreement_id: str, duty: str) -> PolicyDecision:
        """Cite the clauses that demand a duty, such as "correction"; it also binds once the agreement ended.

        Only an agreement that this node does not hold is a denial: nothing was ever shared under it.
        """
        try:
            loaded = self.get(agreement_id)
        except UnknownAgreement:
            return unknown_agreement(agreement_id)
        return PolicyDecision(
            allow=True,
            articles=loaded.demanding(duty),
            agreement_id=agreement_id,
            agreement_hash=loaded.agreement_hash,
            policy_hash=loaded.policy_hash,
        )
