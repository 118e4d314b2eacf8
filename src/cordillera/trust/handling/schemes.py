"""The scales that partners mark with, and what each value means for software.

TLP 2.0 (FIRST, 2022), the Permissible Actions Protocol (PAP), Europol's handling codes H0 to H3, the United
Kingdom's 3x5x2, and the Admiralty grading A-F by 1-6 (STANAG 2511, FM 2-22.3). A grading tells how far to
trust, not what may be done: it restricts nothing and is never averaged. A value that a scale does not have
closes everything (DESIGN 4.1).

>>> meaning("tlp", "TLP:AMBER+STRICT").audience.word
'agency'
>>> meaning("europol", "H1").may_evidence
False
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from cordillera.trust.handling.model import CLOSED, OPEN, Audience, Caveats, Marking, join

TLP: Final = "tlp"
PAP: Final = "pap"
EUROPOL: Final = "europol"
UK: Final = "3x5x2"
ADMIRALTY: Final = "admiralty"
CONDITIONS: Final = "conditions"
"""Words that only people can follow; what H3 points to."""

_TLP: Mapping[str, Caveats] = {
    "RED": Caveats(may_disseminate=False, audience=Audience.RECIPIENT),
    "AMBER+STRICT": Caveats(may_disseminate=False, audience=Audience.AGENCY),
    "AMBER": Caveats(audience=Audience.CLIENTS),
    "GREEN": Caveats(audience=Audience.COMMUNITY),
    "CLEAR": OPEN,
    "WHITE": OPEN,
}
_PAP: Mapping[str, Caveats] = {
    "RED": Caveats(may_act=False),
    "AMBER": Caveats(may_act=False),
    "GREEN": OPEN,
    "CLEAR": OPEN,
    "WHITE": OPEN,
}
_EUROPOL: Mapping[str, Caveats] = {
    "H0": OPEN,
    "H1": Caveats(may_evidence=False),
    "H2": Caveats(may_disseminate=False),
    "H3": Caveats(may_disseminate=False, may_evidence=False, may_act=False),
}
_LISTED = {TLP: _TLP, PAP: _PAP, EUROPOL: _EUROPOL}
_UK_SHAPE = re.compile(r"[123][/ ]?[A-E][/ ]?([PC])", re.IGNORECASE)
_ADMIRALTY_SHAPE = re.compile(r"([A-F])[/ -]?([1-6])", re.IGNORECASE)
_SPOKEN = Caveats(may_disseminate=False, may_evidence=False, may_act=False)
"""What words restrict until a person has read them."""


def meaning(scheme: str, value: str) -> Caveats:
    """Return what a value of a scale means, with the marking as written; unknown ones close everything."""
    return join(_meaning(scheme, value), Caveats(markings=(Marking(scheme, value),)))


def _meaning(scheme: str, value: str) -> Caveats:
    word = value.strip().upper()
    listed = _LISTED.get(scheme)
    if listed is not None:
        return listed.get(word.removeprefix(f"{scheme.upper()}:"), CLOSED)
    if scheme == UK:
        found = _UK_SHAPE.fullmatch(word)
        return CLOSED if found is None else Caveats(may_disseminate=found[1] == "P")
    if scheme == ADMIRALTY and _ADMIRALTY_SHAPE.fullmatch(word):
        return OPEN
    return _SPOKEN if scheme == CONDITIONS and word else CLOSED


class Grading(msgspec.Struct, frozen=True):
    """An Admiralty grading: how reliable the source is (A-F), how credible what it said (1-6).

    >>> Grading("b", "2").text
    'B2'
    """

    source: str
    information: str

    @property
    def text(self) -> str:
        """The usual two signs."""
        return f"{self.source}{self.information}".upper()

    @property
    def weights(self) -> tuple[float, float]:
        """How much source and information weigh, in 0..1; what cannot be judged weighs half."""
        return _RELIABILITY[self.source.upper()], _CREDIBILITY[self.information]


_RELIABILITY: Mapping[str, float] = {"A": 1.0, "B": 0.75, "C": 0.5, "D": 0.25, "E": 0.0, "F": 0.5}
_CREDIBILITY: Mapping[str, float] = {"1": 1.0, "2": 0.75, "3": 0.5, "4": 0.25, "5": 0.0, "6": 0.5}
SOURCES: Final = tuple(_RELIABILITY)
CREDIBILITIES: Final = tuple(_CREDIBILITY)


def read_grading(text: str) -> Grading | None:
    """Return the grading that two signs stand for, or None."""
    found = _ADMIRALTY_SHAPE.fullmatch(text.strip())
    return None if found is None else Grading(found[1].upper(), found[2])
