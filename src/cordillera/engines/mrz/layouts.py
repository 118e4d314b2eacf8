"""Where the fields of the five formats are (ICAO Doc 9303-4 to -7), as places in the lines put end to end."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec


class MrzFormat(StrEnum):
    """The five formats: identity cards, small and large documents, visas."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


Span = tuple[int, int]  # first place, past the last
TYPE: Final[Span] = (0, 2)
ISSUER: Final[Span] = (2, 5)


class Layout(msgspec.Struct, frozen=True):
    """Places of a format; `composite` lists what its composite check digit covers, none for visas.

    The check digit of a number or date stands right behind it. `long_number` says that a document number of
    more than nine characters goes on in the optional data.
    """

    lines: int
    width: int
    types: str
    names: Span
    number: Span
    nationality: Span
    birth: Span
    sex: Span
    expiry: Span
    optional: tuple[Span, ...]
    composite: tuple[Span, ...] = ()
    has_optional_check: bool = False
    long_number: bool = False

    @property
    def size(self) -> int:
        """How many characters the zone has."""
        return self.lines * self.width


def _two_lines(width: int, types: str, optional_end: int) -> Layout:
    return Layout(
        lines=2,
        width=width,
        types=types,
        names=(5, width),
        number=(width, width + 9),
        nationality=(width + 10, width + 13),
        birth=(width + 13, width + 19),
        sex=(width + 20, width + 21),
        expiry=(width + 21, width + 27),
        optional=((width + 28, width + optional_end),),
    )


_TD2, _TD3 = _two_lines(36, "ACI", 35), _two_lines(44, "P", 42)

LAYOUTS: Final[Mapping[MrzFormat, Layout]] = {
    MrzFormat.TD1: Layout(
        lines=3,
        width=30,
        types="ACI",
        names=(60, 90),
        number=(5, 14),
        nationality=(45, 48),
        birth=(30, 36),
        sex=(37, 38),
        expiry=(38, 44),
        optional=((15, 30), (48, 59)),
        composite=((5, 30), (30, 37), (38, 45), (48, 59)),
        long_number=True,
    ),
    MrzFormat.TD2: msgspec.structs.replace(
        _TD2, composite=((36, 46), (49, 56), (57, 71)), long_number=True
    ),
    MrzFormat.TD3: msgspec.structs.replace(
        _TD3, composite=((44, 54), (57, 64), (65, 87)), has_optional_check=True
    ),
    MrzFormat.MRV_A: _two_lines(44, "V", 44),
    MrzFormat.MRV_B: _two_lines(36, "V", 36),
}  # fmt: skip
FORMATS: Final = tuple(MrzFormat)
SIZES: Final = frozenset(layout.size for layout in LAYOUTS.values())
COMPOSITE_PLACE: Final[Mapping[MrzFormat, int]] = {
    MrzFormat.TD1: 59,
    MrzFormat.TD2: 71,
    MrzFormat.TD3: 87,
}


def format_of(zone: str) -> MrzFormat | None:
    """The format of a zone of this length; a first letter V makes two lines a visa's."""
    visa = zone.startswith("V")
    by_size = {
        90: MrzFormat.TD1,
        72: MrzFormat.MRV_B if visa else MrzFormat.TD2,
        88: MrzFormat.MRV_A if visa else MrzFormat.TD3,
    }
    return by_size.get(len(zone))
