"""What reading a machine readable zone gives, and the layouts of the five formats (ICAO Doc 9303-4 to -7)."""

from enum import StrEnum

import msgspec


class MrzFormat(StrEnum):
    """The five formats: identity cards, small and large documents, visas."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"


class MrzReading(msgspec.Struct, frozen=True):
    """A zone as read. `valid` means no reason speaks against it; reading itself never fails.

    Names are as in the zone, with blanks for fillers. `names_truncated` says that the name field is
    full, so that names may only be compared as prefixes. Dates are ISO, "" when partial or impossible;
    `reasons` are message ids of what is wrong, `repairs` the characters that were read as another
    ("birth_date:O>0"), `remarks` what is unusual but allowed. A document number under a wrong check digit
    is never repaired; `number_candidates` are the numbers one confused character away that would fit.
    """

    valid: bool
    reasons: tuple[str, ...]
    format: MrzFormat | None = None
    document_type: str = ""
    issuer: str = ""
    surname: str = ""
    given_names: str = ""
    names_truncated: bool = False
    document_number: str = ""
    number_candidates: tuple[str, ...] = ()
    nationality: str = ""
    date_of_birth: str = ""
    sex: str = ""
    expires: str = ""
    optional: str = ""
    repairs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


Span = tuple[int, int, int]  # line, first, past the last


class Layout(msgspec.Struct, frozen=True):
    """Where the fields of a format are; `composite` lists the spans of the composite check digit."""

    lines: int
    width: int
    names: Span
    number: Span
    birth: Span
    sex: Span
    expiry: Span
    nationality: Span
    optional: tuple[Span, ...]
    optional_check: Span | None = None
    composite: tuple[Span, ...] = ()
    composite_check: Span | None = None
    long_number: bool = False


def _two_lines(width: int, optional_end: int) -> Layout:
    return Layout(
        lines=2,
        width=width,
        names=(0, 5, width),
        number=(1, 0, 9),
        nationality=(1, 10, 13),
        birth=(1, 13, 19),
        sex=(1, 20, 21),
        expiry=(1, 21, 27),
        optional=((1, 28, optional_end),),
    )


LAYOUTS = {
    MrzFormat.TD1: Layout(
        lines=3,
        width=30,
        names=(2, 0, 30),
        number=(0, 5, 14),
        birth=(1, 0, 6),
        sex=(1, 7, 8),
        expiry=(1, 8, 14),
        nationality=(1, 15, 18),
        optional=((0, 15, 30), (1, 18, 29)),
        composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
        composite_check=(1, 29, 30),
        long_number=True,
    ),
    MrzFormat.TD2: msgspec.structs.replace(
        _two_lines(36, 35),
        composite=((1, 0, 10), (1, 13, 20), (1, 21, 35)),
        composite_check=(1, 35, 36),
        long_number=True,
    ),
    MrzFormat.TD3: msgspec.structs.replace(
        _two_lines(44, 42),
        optional_check=(1, 42, 43),
        composite=((1, 0, 10), (1, 13, 20), (1, 21, 43)),
        composite_check=(1, 43, 44),
    ),
    MrzFormat.MRV_A: _two_lines(44, 44),
    MrzFormat.MRV_B: _two_lines(36, 36),
}
