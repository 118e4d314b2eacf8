"""Caveats as a page shows them: one level for the badge, one line for the rest, and what they forbid."""

import msgspec

from cordillera.trust.handling.exports import Cleared, Export, Use
from cordillera.trust.handling.model import Audience, Caveats
from cordillera.trust.handling.schemes import CONDITIONS, EUROPOL

_LEVELS = {
    Audience.RECIPIENT: "red",
    Audience.AGENCY: "amber-strict",
    Audience.CLIENTS: "amber",
    Audience.COMMUNITY: "green",
    Audience.PUBLIC: "clear",
}


class Badge(msgspec.Struct, frozen=True):
    """What a badge says: the level by audience, the line of markings, Europol's codes, and the limits."""

    level: str
    stamp: str
    codes: tuple[str, ...]
    conditions: tuple[str, ...]
    may_disseminate: bool
    may_evidence: bool
    may_act: bool
    audience: str


def stamp_of(caveats: Caveats) -> str:
    """Return the marking in one line."""
    return Cleared(Export(Use.PRINT), (), caveats).stamp


def badge_of(caveats: Caveats) -> Badge:
    """Return what a page shows of caveats."""
    return Badge(
        level=_LEVELS[caveats.audience],
        stamp=stamp_of(caveats),
        codes=caveats.values(EUROPOL),
        conditions=caveats.values(CONDITIONS),
        may_disseminate=caveats.may_disseminate,
        may_evidence=caveats.may_evidence,
        may_act=caveats.may_act,
        audience=caveats.audience.word,
    )
