"""The versions of an agreement at this node: which one decides at a moment, and which old one still may.

1. No two versions are valid on one day; a version that follows another names it in `supersedes`.
2. A version decides from its first day on, or from its adoption when that came later.
3. A message made under the version before is still judged by it for 24 hours after the change, by the
   day on which that version ended; one made under the version to come, within the skew of clocks.
4. Any other text decides nothing.

>>> OVERLAP
datetime.timedelta(days=1)
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import msgspec

from cordillera.trust.agreements.errors import VersionRolledBack, VersionsOverlap
from cordillera.trust.agreements.loading import LoadedAgreement
from cordillera.trust.agreements.model import Agreement

OVERLAP: Final = timedelta(hours=24)
SKEW: Final = timedelta(seconds=300)


class Version(msgspec.Struct, frozen=True):
    """One version: its days (`ends` None: until notice), since when it decides, who signed it."""

    loaded: LoadedAgreement
    begins: date
    ends: date | None
    since: datetime
    signed: bool

    @property
    def number(self) -> int:
        """The number that the file carries."""
        return self.loaded.agreement.version


def as_shipped(loaded: LoadedAgreement) -> Version:
    """Return an unsigned text that came with the software as its first version."""
    valid = loaded.agreement.valid
    return Version(loaded, valid.from_, valid.to, midnight(valid.from_), signed=False)


def midnight(day: date) -> datetime:
    """Return the first moment of a day, UTC."""
    return datetime.combine(day, time(), UTC)


def deciding(versions: Sequence[Version], at: datetime) -> Version:
    """Return the version that decides at a moment: the last that began, else the first there is (2)."""
    begun = [version for version in versions if version.since <= at]
    return begun[-1] if begun else versions[0]


def for_hash(versions: Sequence[Version], agreement_hash: object, at: datetime) -> Version | None:
    """Return the version by which a message under that text is judged at a moment, if any (3, 4)."""
    now = deciding(versions, at)
    if now.loaded.agreement_hash == agreement_hash:
        return now
    place = versions.index(now)
    before = versions[place - 1] if place > 0 else None
    if before and before.loaded.agreement_hash == agreement_hash and at < now.since + OVERLAP:
        return before
    after = versions[place + 1] if place + 1 < len(versions) else None
    if after and after.loaded.agreement_hash == agreement_hash and at >= after.since - SKEW:
        return after
    return None


def made_in_time(versions: Sequence[Version], version: Version, made: datetime) -> bool:
    """Whether a message under `version` was made while it decided, or within the skew of clocks (3)."""
    later = [other for other in versions if other.since > version.since]
    ended = min((other.since for other in later), default=None)
    return ended is None or made < ended + SKEW


def last_moment(version: Version, at: datetime) -> datetime:
    """Return `at`, or the last moment of the version's last day when that is over (3)."""
    if version.ends is None:
        return at
    return min(at, midnight(version.ends + timedelta(days=1)) - timedelta(microseconds=1))


def closed_by(agreement: Agreement, held: Iterable[Version]) -> tuple[tuple[Version, date], ...]:
    """Return which versions a new one ends, each with its last day. It must hold.

    1. Its number is greater than any adopted one's, or its text is the one held under its number.
    2. It is valid on no day together with a version that it does not supersede.
    3. What it supersedes began before it.

    Raises `VersionRolledBack` (1), `VersionsOverlap` (2, 3).
    """
    others = [version for version in held if version.number != agreement.version]
    newest = max((version.number for version in others), default=0)
    if agreement.version <= newest:
        raise VersionRolledBack(given=agreement.version, held=newest)
    ended = []
    for version in others:
        if not _overlap(agreement, version):
            continue
        named = agreement.supersedes == version.loaded.agreement.name
        if not named or version.begins >= agreement.valid.from_:
            raise VersionsOverlap(given=agreement.name, held=version.loaded.agreement.name)
        ended.append((version, agreement.valid.from_ - timedelta(days=1)))
    return tuple(ended)


def _overlap(agreement: Agreement, version: Version) -> bool:
    ends_before = agreement.valid.to is not None and agreement.valid.to < version.begins
    begins_after = version.ends is not None and agreement.valid.from_ > version.ends
    return not (ends_before or begins_after)
