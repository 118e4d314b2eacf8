"""The agreements a node holds, each with its standing at this moment: the object that releases ask.

`PolicyBook.from_store(tx, now)` reads the standing inside the caller's transaction and holds a shared
lock until it ends, so a suspension waits for releases under way and no release starts after it. Adopted
versions are read there too, so an adoption takes effect at once in every process; what was made of a
text is kept by its hash.

>>> book = PolicyBook.load_shipped()
>>> [loaded.agreement.id for loaded in book.between("EC", "US")]
['us-ec-2025']
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements.decide import decide, unknown_agreement
from cordillera.trust.agreements.errors import UnknownAgreement
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement, load_shipped
from cordillera.trust.agreements.reading import read_standing
from cordillera.trust.agreements.request import ArticleUse, DisclosureRequest, PolicyDecision
from cordillera.trust.agreements.store import words_ahead
from cordillera.trust.agreements.versions import (
    Version,
    as_shipped,
    deciding,
    for_hash,
    last_moment,
    made_in_time,
)

STANDING = "standing"
"""The channel in which nodes tell each other where agreements stand: under no agreement, so that neither a
message held back by a suspension nor another text at the partner keeps the word from arriving."""
OTHER_TEXT = "agreements.condition.1.text"
_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class PolicyBook:
    """Compiled agreements and their states; immutable, cheap to make again for each transaction."""

    def __init__(
        self,
        agreements: Iterable[LoadedAgreement],
        states: Mapping[str, AgreementState] | None = None,
        versions: Mapping[str, Sequence[Version]] | None = None,
    ) -> None:
        self._agreements = {loaded.agreement.id: loaded for loaded in agreements}
        self._states = dict(states or {})
        self._versions = dict(versions or {})
        self._now: dict[str, tuple[LoadedAgreement, AgreementState]] = {}

    @classmethod
    def load_shipped(cls) -> "PolicyBook":
        """Return the shipped agreements in the state their files name, nothing confirmed."""
        return cls(load_shipped())

    @classmethod
    def from_store(cls, tx: sa.Connection, now: datetime) -> "PolicyBook":
        """Return the node's agreements as they stand in this transaction, at a moment (aware, UTC).

        Raises `AgreementTampered` when a stored text is not the one that was adopted.
        """
        found = read_standing(tx, now)
        current = [deciding(versions, now).loaded for versions in found.versions.values()]
        return cls(current, found.states, found.versions)

    @staticmethod
    def ahead(tx: sa.Connection) -> None:
        """Have the standing answered with the next answer of a transaction that gathers.

        The shared lock is asked for now; nothing may be written meanwhile that the standing is read from.
        """
        words_ahead(tx)

    def __iter__(self) -> Iterator[LoadedAgreement]:
        """Go through the agreements by id."""
        return iter([self._agreements[name] for name in sorted(self._agreements)])

    def get(self, agreement_id: str) -> LoadedAgreement:
        """Return the agreement, ended or not, in the version that decides now; raise `UnknownAgreement`."""
        try:
            return self._agreements[agreement_id]
        except (KeyError, TypeError):
            raise UnknownAgreement(agreement_id=str(agreement_id)[:64]) from None

    def carries(self, name: str) -> bool:
        """Whether messages under that name are taken in: of an agreement held here, or about standing."""
        return name == STANDING or name in self._agreements

    def state(self, agreement_id: str) -> AgreementState:
        """Return where the agreement stands; raise `UnknownAgreement`."""
        loaded = self.get(agreement_id)
        return self._states.get(loaded.agreement_hash) or self._states.get(agreement_id, loaded.initial_state)

    def versions(self, agreement_id: str) -> tuple[Version, ...]:
        """Return every version that this node holds, in order; raise `UnknownAgreement`."""
        loaded = self.get(agreement_id)
        return tuple(self._versions.get(agreement_id, ())) or (as_shipped(loaded),)

    def between(self, one: str, other: str) -> tuple[LoadedAgreement, ...]:
        """Return the agreements that bind these two countries."""
        return tuple(loaded for loaded in self if loaded.agreement.countries == {one, other})

    def accepts(self, agreement_id: str, agreement_hash: str, made: datetime, now: datetime) -> bool:
        """Whether a message made under that text is judged here now (conditions 3 and 4 of `versions.py`)."""
        versions = self.versions(agreement_id)
        version = for_hash(versions, agreement_hash, now)
        return version is not None and made_in_time(versions, version, made)

    def decide(self, request: DisclosureRequest) -> PolicyDecision:
        """Decide a request (conditions 1 to 16 of `decide.py`); whatever is doubtful is a denial.

        A request that names the text it was made under is judged by that text, or by none.
        """
        try:
            loaded, state = self._now.get(request.agreement_id) or self._standing(request.agreement_id)
        except (UnknownAgreement, TypeError):
            return unknown_agreement(request.agreement_id)
        if request.agreement_hash not in ("", loaded.agreement_hash) or self._moved(request.agreement_id):
            return self._decide_by_version(request)
        return decide(loaded, state, request)

    def _standing(self, agreement_id: str) -> tuple[LoadedAgreement, AgreementState]:
        """Return the agreement and where it stands, and keep both: a book never changes."""
        return self._now.setdefault(agreement_id, (self.get(agreement_id), self.state(agreement_id)))

    def _moved(self, agreement_id: str) -> bool:
        """Whether another version might decide at the moment the request names."""
        return len(self._versions.get(agreement_id, ())) > 1

    def _decide_by_version(self, request: DisclosureRequest) -> PolicyDecision:
        versions, at = self.versions(request.agreement_id), request.at
        if not isinstance(at, datetime) or at.utcoffset() is None:
            version: Version | None = deciding(versions, _EVER)
        elif request.agreement_hash == "":
            version = deciding(versions, at)
        else:
            version = for_hash(versions, request.agreement_hash, at)
        if version is None:
            return _other_text(self.get(request.agreement_id))
        if isinstance(at, datetime) and at.utcoffset() is not None:
            request = msgspec.structs.replace(request, at=last_moment(version, at))
        return decide(version.loaded, self._state_of(version), request)

    def _state_of(self, version: Version) -> AgreementState:
        return self._states.get(version.loaded.agreement_hash, version.loaded.initial_state)

    def duty(self, agreement_id: str, duty: str) -> PolicyDecision:
        """Cite the clauses that demand a duty, such as "correction"; it also binds once the agreement ended.

        Only an agreement that this node does not hold is a denial: nothing was ever shared under it.
        """
        if agreement_id == STANDING:
            return _HOUSE_DUTY
        try:
            loaded = self.get(agreement_id)
        except UnknownAgreement:
            return unknown_agreement(agreement_id)
        return PolicyDecision(
            allow=True,
            articles=loaded.demanding(duty),
            agreement_id=agreement_id,
            agreement_hash=loaded.agreement_hash,
            policy_hash=loaded.known_policy_hash,
        )


_HOUSE_DUTY = PolicyDecision(
    allow=True,
    articles=(ArticleUse("cordillera/status", "allows", "agreements.duty.status"),),
    agreement_id=STANDING,
    agreement_hash="",
    policy_hash="",
)


def _other_text(held: LoadedAgreement) -> PolicyDecision:
    """Deny by condition 1: the agreement is held, but not the text that the request names."""
    denied = unknown_agreement(held.agreement.id)
    uses = tuple(msgspec.structs.replace(use, text=OTHER_TEXT) for use in denied.articles)
    return msgspec.structs.replace(
        denied, articles=uses, errors=(OTHER_TEXT,), agreement_hash=held.agreement_hash
    )
