"""Caveats as they travel: the `handling` of a payload and of a record, text by text.

Reading closes what is missing, doubtful or unknown; writing names every marking as its source wrote it.
`codes` are Europol's. What is written reads back as the same caveats.

>>> caveats_of({"tlp": "GREEN", "may_disseminate": "true", "may_evidence": "yes"}).may_evidence
False
"""

from collections.abc import Mapping
from typing import Final

from cordillera.trust.handling.errors import HandlingTooLong
from cordillera.trust.handling.model import CLOSED, OPEN, Audience, Caveats, Marking, join
from cordillera.trust.handling.schemes import ADMIRALTY, CONDITIONS, EUROPOL, PAP, TLP, UK, meaning

LIMIT: Final = 200
"""Characters of one member, as payloads have it."""
_FLAGS: Final = ("may_disseminate", "may_evidence", "may_act")
_SCHEMES: Final = {
    "tlp": TLP,
    "pap": PAP,
    "codes": EUROPOL,
    "uk": UK,
    "grading": ADMIRALTY,
    "conditions": CONDITIONS,
}
_MEMBERS: Final = {scheme: member for member, scheme in _SCHEMES.items()}
_BETWEEN: Final = {CONDITIONS: " | "}
_WORDS: Final = {audience.word: audience for audience in Audience}


def caveats_of(handling: Mapping[str, str]) -> Caveats:
    """Return what a `handling` says; never raises, and closes whatever it cannot read."""
    flags = Caveats(
        may_disseminate=handling.get("may_disseminate") == "true",
        may_evidence=handling.get("may_evidence") == "true",
        may_act=handling.get("may_act") == "true",
    )
    marked = [
        meaning(scheme, value)
        for member, scheme in _SCHEMES.items()
        for value in _split(handling.get(member, ""), scheme)
    ]
    unknown = [
        join(CLOSED, Caveats(markings=(Marking(name, value),)))
        for name, value in handling.items()
        if name not in _SCHEMES and name not in _FLAGS and name != "audience"
    ]
    return join(flags, _audience(handling), *marked, *unknown)


def handling_of(caveats: Caveats) -> dict[str, str]:
    """Return caveats as they travel; raise `HandlingTooLong` when a scale has more than a member holds."""
    told = {name: str(getattr(caveats, name)).lower() for name in _FLAGS}
    told["audience"] = caveats.audience.word
    for scheme in dict.fromkeys(marking.scheme for marking in caveats.markings):
        member = _MEMBERS.get(scheme, scheme)
        told[member] = _BETWEEN.get(scheme, ",").join(caveats.values(scheme))
        if len(told[member]) > LIMIT:
            raise HandlingTooLong(name=member)
    return told


def _audience(handling: Mapping[str, str]) -> Caveats:
    """An audience that is not named follows from the TLP; without either nobody else may read it."""
    word = handling.get("audience", "")
    if not word and handling.get("tlp"):
        return OPEN
    return Caveats(audience=_WORDS.get(word, Audience.RECIPIENT))


def _split(text: str, scheme: str) -> list[str]:
    return [value for part in text.split(_BETWEEN.get(scheme, ",")) if (value := part.strip())]
