"""Write the machine readable zone of a passport (ICAO Doc 9303-4), with the truncation of long names.

>>> person = Person("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "UTO", "1974-08-12", "F", "2012-04-15")
>>> for line in write_td3(person, optional="ZE184226B"): print(line)
P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10
"""

import re

import msgspec

from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.model import LAYOUTS, MrzFormat
from cordillera.engines.mrz.transliteration import mrz_name
from cordillera.foundation.errors import BadInput


class NotWritableMrz(BadInput):
    """A document number, state or date that a passport's zone cannot hold."""

    code = "mrz.not_writable"


class Person(msgspec.Struct, frozen=True):
    """Whose passport: names in any script, states as three letters, dates ISO, sex F, M or ""."""

    surname: str
    given_names: str
    document_number: str
    issuer: str
    nationality: str
    date_of_birth: str
    sex: str
    expires: str


def write_td3(person: Person, optional: str = "") -> tuple[str, str]:
    """The two lines of 44 characters; raises `NotWritableMrz` for what has no place in them."""
    layout = LAYOUTS[MrzFormat.TD3]
    number = _field("document_number", person.document_number, 9)
    birth, expiry = _day("date_of_birth", person.date_of_birth), _day("expires", person.expires)
    extra = _field("optional", optional, 14)
    nationality = _field("nationality", person.nationality, 3)
    sex = person.sex if person.sex in {"F", "M"} else "<"
    checked = [number + check_digit(number), birth + check_digit(birth), expiry + check_digit(expiry)]
    checked.append(extra + check_digit(extra))
    line = checked[0] + nationality + checked[1] + sex + checked[2] + checked[3]
    issuer = _field("issuer", person.issuer, 3)
    names = name_field(person.surname, person.given_names, layout.width - 5)
    return f"P<{issuer}{names}", line + check_digit("".join(checked))


def name_field(surname: str, given_names: str, width: int) -> str:
    """The names in `width` characters: `SURNAME<<GIVEN<NAMES`, filled, or cut so that a letter is last.

    A full field whose last character is a letter tells readers that names may be missing (9303-4, 4.2.3).
    """
    primary, secondary = mrz_name(surname), mrz_name(given_names)
    if not secondary:
        return (
            _ending_in_letter(primary, width).ljust(width, "<")
            if len(primary) > width
            else primary.ljust(width, "<")
        )
    whole = f"{primary}<<{secondary}"
    if len(whole) <= width:
        return whole.ljust(width, "<")
    if len(primary) > width - 3:
        primary = primary[: width - 3].rstrip("<")
    return _ending_in_letter(f"{primary}<<{secondary}", width).ljust(width, "<")


def _ending_in_letter(whole: str, width: int) -> str:
    """Cut to the width; where the cut falls on a filler, shorten the word before it by a letter."""
    cut = whole[:width]
    while cut.endswith("<") and len(whole) > width:
        kept = cut.rstrip("<")
        if len(kept) < 2 or kept[-2] == "<":
            return kept
        whole = kept[:-1] + whole[len(kept) :]
        cut = whole[:width]
    return cut


def _field(name: str, text: str, width: int) -> str:
    """An upper-case field filled to its width."""
    if len(text) > width or not re.fullmatch("[A-Z0-9<]*", text):
        raise NotWritableMrz(field=name)
    return text.ljust(width, "<")


def _day(name: str, iso: str) -> str:
    """An ISO date as YYMMDD."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso):
        raise NotWritableMrz(field=name)
    return iso[2:4] + iso[5:7] + iso[8:10]
