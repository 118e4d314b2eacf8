"""What reading a machine readable zone gives: fields, a verdict with numbered reasons, what was repaired."""

from enum import StrEnum

import msgspec

from cordillera.engines.mrz.conditions import Reason
from cordillera.engines.mrz.layouts import MrzFormat


class Verdict(StrEnum):
    """How far a zone can be relied on.

    `repaired` zones hold every condition, but only after what `repairs` lists; `invalid` ones break a
    condition; `unreadable` text is no zone of any format.
    """

    VALID = "valid"
    REPAIRED = "repaired"
    INVALID = "invalid"
    UNREADABLE = "unreadable"


class Ground(StrEnum):
    """Why a repair was accepted; without one of these grounds nothing is changed.

    `check_digit`: the check digits over the place hold only so. `alphabet`: the standard allows no other
    kind of character there (no digits in names). `state_code`: only so is it a code of the standard.
    `layout`: only so do the lines have the width of a format, and every check digit holds.
    """

    CHECK_DIGIT = "check_digit"
    ALPHABET = "alphabet"
    STATE_CODE = "state_code"
    LAYOUT = "layout"


class Repair(msgspec.Struct, frozen=True):
    """One thing read as another: the field, its place in the joined lines (-1: the zone as a whole)."""

    field: str
    place: int
    read: str
    taken: str
    ground: Ground


class DateRange(msgspec.Struct, frozen=True):
    """First and last day that a date can mean, ISO; both "" when not even the year is known."""

    first: str = ""
    last: str = ""


class MrzReading(msgspec.Struct, frozen=True):
    """A zone as read; reading itself never fails.

    Names are as in the zone, with blanks for fillers. `names_truncated` says that the name field is full:
    such names may only be compared as prefixes (`names.names_agree`). Dates are ISO, "" when partial,
    impossible or of unknown century; `birth` is the range of a partial one. `remarks` tell what is unusual
    but allowed.
    `number_candidates` are numbers one confused character away that would fit, where none is the only one.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    format: MrzFormat | None = None
    lines: tuple[str, ...] = ()
    document_type: str = ""
    issuer: str = ""
    surname: str = ""
    given_names: str = ""
    names_truncated: bool = False
    document_number: str = ""
    number_candidates: tuple[str, ...] = ()
    nationality: str = ""
    date_of_birth: str = ""
    birth: DateRange = DateRange()
    sex: str = ""
    expires: str = ""
    optional: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every condition holds, if need be after repairs."""
        return not self.reasons

    @property
    def broken(self) -> tuple[str, ...]:
        """The message ids of the conditions that do not hold."""
        return tuple(reason.code for reason in self.reasons)
