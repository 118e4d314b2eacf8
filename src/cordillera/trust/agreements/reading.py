"""From rows to what decisions go by: each agreement's versions, and the state of each text at a moment."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

import msgspec
import sqlalchemy as sa

from cordillera.trust.agreements import store, version_store
from cordillera.trust.agreements.core import Closing, status_between
from cordillera.trust.agreements.errors import AgreementTampered
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.loading import LoadedAgreement, load_shipped, read_agreement
from cordillera.trust.agreements.signatures import read_signed
from cordillera.trust.agreements.versions import Version, as_shipped, midnight
from cordillera.trust.agreements.vocabulary import Status

KEPT_TEXTS: Final = 1024
KEPT_STANDINGS: Final = 16
_CLOSED = (Status.SUSPENDED, Status.TERMINATED)


class Found(msgspec.Struct, frozen=True):
    """Versions by agreement, in order; states by the hash of the text."""

    versions: dict[str, tuple[Version, ...]]
    states: dict[str, AgreementState]


def read_standing(tx: sa.Connection, now: datetime) -> Found:
    """Return all agreements of the node: those adopted, and those that came with it and were not.

    The words are read in every transaction; what they make of the day is made once.
    """
    words, shipped = store.read_words(tx), load_shipped()
    key = (words, now.date(), tuple(loaded.agreement_hash for loaded in shipped))
    found = _FOUND.get(key)
    if found is None:
        found = _found(tx, store.kept_of(words), shipped, now)
        if len(_FOUND) >= KEPT_STANDINGS:
            _FOUND.clear()
        _FOUND[key] = found
    return found


def _found(tx: sa.Connection, kept: store.Kept, shipped: Iterable[LoadedAgreement], now: datetime) -> Found:
    versions: dict[str, tuple[Version, ...]] = {
        loaded.agreement.id: (as_shipped(loaded),) for loaded in shipped
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
    kept = store.kept_of(store.read_words(tx))
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
    loaded = LoadedAgreement(*read_agreement(read_signed(file).text if signed else file))
    if loaded.agreement_hash != agreement_hash:
        raise AgreementTampered(agreement_hash=agreement_hash, found=loaded.agreement_hash)
    return loaded


_FOUND: dict[tuple[store.Words, date, tuple[str, ...]], Found] = {}
"""What was made of the same words on the same day; nobody changes it."""


def forget_texts() -> None:
    """Forget what was made of adopted texts, as a new process does."""
    _KEPT.clear()
    _FOUND.clear()
