"""From rows to what decisions go by: each agreement's versions, and the state of each text at a moment."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements import store, version_store
from cordillera.trust.agreements.core import Closing, status_between
from cordillera.trust.agreements.errors import AgreementTampered
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement, load_agreement, load_shipped
from cordillera.trust.agreements.signatures import read_signed
from cordillera.trust.agreements.versions import Version, as_shipped, midnight
from cordillera.trust.agreements.vocabulary import Status

KEPT_TEXTS: Final = 1024
_CLOSED = (Status.SUSPENDED, Status.TERMINATED)


class Found(msgspec.Struct, frozen=True):
    """Versions by agreement, in order; states by the hash of the text."""

    versions: dict[str, tuple[Version, ...]]
    states: dict[str, AgreementState]


def read_standing(tx: sa.Connection, now: datetime) -> Found:
    """Return all agreements of the node: those adopted, and those that came with it and were not."""
    kept = store.read_kept(tx)
    versions: dict[str, tuple[Version, ...]] = {
        loaded.agreement.id: (as_shipped(loaded),) for loaded in load_shipped()
    }
    for name, held in kept.versions.items():
        versions[name] = tuple(sorted((_version(tx, one) for one in held), key=lambda one: one.begins))
    states = {
        one.loaded.agreement_hash: _state(kept, one, now) for several in versions.values() for one in several
    }
    return Found(versions, states)


def read_states(
    tx: sa.Connection, agreements: Iterable[LoadedAgreement], now: datetime
) -> dict[str, AgreementState]:
    """Return how texts that were given from outside stand by their agreements' ids: drills and benchmarks."""
    kept = store.read_kept(tx)
    return {loaded.agreement.id: _state(kept, as_shipped(loaded), now) for loaded in agreements}


def opened_status(in_file: Status, opened_hash: str, agreement_hash: str) -> Status:
    """Return the status of a text while nobody closed it: in force once it was brought into force."""
    return Status.IN_FORCE if opened_hash == agreement_hash else in_file


def own_closing(change: store.StatusChange | None, loaded: LoadedAgreement) -> Closing:
    """Return our own word about a text: what was closed stays closed for every version."""
    in_file = loaded.agreement.status
    if change is None:
        return Closing(in_file)
    if change.status in _CLOSED:
        return change.closing
    return Closing(opened_status(in_file, change.opened_hash, loaded.agreement_hash), change.ends_on)


def _state(kept: store.Kept, version: Version, now: datetime) -> AgreementState:
    name, text = version.loaded.agreement.id, version.loaded.agreement_hash
    partners: Mapping[str, Closing] = kept.partners.get(name, {})
    own = own_closing(kept.own.get(name), version.loaded)
    status = status_between(own, partners.values(), now.date())
    return AgreementState(status, frozenset(kept.confirmed.get(text, ())), version.signed)


def _version(tx: sa.Connection, held: store.HeldVersion) -> Version:
    loaded = _KEPT.get(held.agreement_hash)
    if loaded is None:
        loaded = _KEPT[held.agreement_hash] = _load(tx, held.agreement_hash)
        while len(_KEPT) > KEPT_TEXTS:
            _KEPT.pop(next(iter(_KEPT)))
    since = max(midnight(held.begins), held.adopted_at)
    return Version(loaded, held.begins, held.ends, since, held.signed)


_KEPT: dict[str, LoadedAgreement] = {}
"""What was made of each text, by its hash: a text never changes."""


def _load(tx: sa.Connection, agreement_hash: str) -> LoadedAgreement:
    file, signed = version_store.file_of(tx, agreement_hash)
    loaded = load_agreement(read_signed(file).text if signed else file)
    if loaded.agreement_hash != agreement_hash:
        raise AgreementTampered(agreement_hash=agreement_hash, found=loaded.agreement_hash)
    return loaded


def forget_texts() -> None:
    """Forget what was made of adopted texts, as a new process does."""
    _KEPT.clear()
