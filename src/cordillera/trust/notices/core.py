"""What must hold before a notice is released, accepted, declined or kept; pure, numbered as the tests are."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cordillera.foundation import canonical
from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.exchange.envelope import Payload, Retention
from cordillera.trust.notices.errors import (
    ConditionsChanged,
    DraftChanged,
    FactsNeeded,
    FilesMissing,
    NotTheWriter,
    ReasonNeeded,
    SecondPersonNeeded,
    TooManyFiles,
    WriterInactive,
    WrongStep,
)
from cordillera.trust.notices.model import MAX_FILES, Draft, NoticeContent, State

NODE = "node"
_MIN_WORDS = 3


def check_content(content: NoticeContent) -> None:
    """Check that facts are facts. It must hold.

    1. They are written in words: at least three.

    Raises `FactsNeeded`.
    """
    if len(content.facts.split()) < _MIN_WORDS:
        raise FactsNeeded(condition=1)


def check_files(state: State, writer: str, officer: str, named: int) -> None:
    """Check that the files of a draft may be changed. It must hold.

    1. It is a draft.
    2. Who changes them wrote it: what is released was seen by two people, whole.
    3. It names at most 32 afterwards.

    Raises `WrongStep`, `NotTheWriter`, `TooManyFiles`.
    """
    if state != "draft":
        raise WrongStep(condition=1, state=state)
    if officer != writer:
        raise NotTheWriter(condition=2)
    if named > MAX_FILES:
        raise TooManyFiles(condition=3, limit=MAX_FILES)


def check_shown(draft: str, shown: str) -> None:
    """Check that a draft is the one that was shown, where that is said; raise `DraftChanged`."""
    if shown and shown != draft:
        raise DraftChanged


def check_whole(whole: Sequence[bool]) -> None:
    """Check that every file is here whole; raise `FilesMissing`."""
    if not all(whole):
        raise FilesMissing(missing=sum(1 for one in whole if not one))


def draft_digest(draft: Draft) -> str:
    """Return SHA-256 of a draft in hex: what a second person looked at before releasing it."""
    return sha256(canonical.dumps(draft)).hex()


def check_release(state: State, writer: str, releaser: str, *, writer_active: bool) -> None:
    """Check that a draft may be released. It must hold.

    1. It is a draft.
    2. A named person releases it, and not the one who wrote it.
    3. The one who wrote it may still act.

    Raises `WrongStep`, `SecondPersonNeeded`, `WriterInactive`. The agreement is asked after this.
    """
    if state != "draft":
        raise WrongStep(condition=1, state=state)
    if releaser in {"", NODE, writer}:
        raise SecondPersonNeeded(condition=2)
    if not writer_active:
        raise WriterInactive(condition=3)


def check_accept(state: State, conditions: str, shown: str) -> None:
    """Check that conditions may be accepted. It must hold.

    1. The notice is sealed: nobody has decided about it.
    2. The conditions that the officer was shown are the ones it came with, to the byte.

    Raises `WrongStep`, `ConditionsChanged`.
    """
    if state != "sealed":
        raise WrongStep(condition=1, state=state)
    if conditions != shown:
        raise ConditionsChanged(condition=2)


def check_reason(reason: str) -> None:
    """Check that a reason is given; raise `ReasonNeeded`."""
    if not any(sign.isalnum() for sign in reason):
        raise ReasonNeeded


def conditions_digest(payload: Payload) -> str:
    """Return what both sides call the conditions of a notice: SHA-256 of its canonical terms, in hex."""
    return digest_of(payload.agreement_id, payload.agr_hash, payload.handling, payload.retention)


def digest_of(agreement_id: str, agr_hash: str, handling: dict[str, str], retention: Retention) -> str:
    """Return the digest of conditions, part by part."""
    terms = {
        "agreement_id": agreement_id,
        "agr_hash": agr_hash,
        "handling": handling,
        "erase_after": _moment(retention.erase_after),
        "review_at": _moment(retention.review_at),
        "notes": retention.notes,
    }
    return sha256(canonical.dumps(terms)).hex()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
