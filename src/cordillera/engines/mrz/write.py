"""Write the machine readable zone of any of the five formats (ICAO Doc 9303-4 to -7), long names cut.

>>> person = Document("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", "UTO", "1974-08-12", "F", "2012-04-15")
>>> for line in write_zone(person, MrzFormat.TD3, optional="ZE184226B"): print(line)
P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10
"""

import re

import msgspec

from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.core import is_date
from cordillera.engines.mrz.layouts import LAYOUTS, Layout, MrzFormat
from cordillera.engines.mrz.transliteration import mrz_name
from cordillera.foundation.errors import BadInput


class NotWritableMrz(BadInput):
    """A document number, state, date or text that a zone of this format cannot hold."""

    code = "mrz.not_writable"


class Document(msgspec.Struct, frozen=True):
    """Whose document: names in any script, states as their code, dates ISO, sex F, M or "".

    A date of birth may be partial ("1974-08", "1974", ""), a document may not expire (""). `type` is the
    document's letters ("" for the usual one of the format).
    """

    surname: str
    given_names: str
    document_number: str
    issuer: str
    nationality: str
    date_of_birth: str
    sex: str
    expires: str
    type: str = ""


def write_zone(
    document: Document, name: MrzFormat, optional: str = "", optional_2: str = ""
) -> tuple[str, ...]:  # fmt: skip
    """The lines; raises `NotWritableMrz` for what has no place. `optional_2` is a TD1's second field.

    1. The type begins with a letter that the format allows.
    2. Number, states and optional data are of A to Z, 0 to 9 and the filler, and fit; on cards a number
       of more than nine characters goes on in the optional data.
    3. Dates are real, or partial as above; there is a surname or a given name in letters.
    """
    layout = LAYOUTS[name]
    kind = _field("type", document.type or layout.types[-1], 2)
    if kind[0] not in layout.types:
        raise NotWritableMrz(field="type")
    number, extra = _number(document.document_number, optional, layout)
    birth = _checked(_day("date_of_birth", document.date_of_birth))
    rest = (document.sex if document.sex in {"F", "M", "X"} else "<") + _checked(
        _day("expires", document.expires)
    )
    head = kind + _field("issuer", document.issuer, 3)
    nationality = _field("nationality", document.nationality, 3)
    names = _names(document, layout)
    if name is MrzFormat.TD1:
        return _three_lines(head + number + extra, birth + rest + nationality, optional_2, names)
    return head + names, _second_line(number + nationality + birth + rest, extra, layout)


def _three_lines(first: str, second: str, optional: str, names: str) -> tuple[str, ...]:
    middle = second + _field("optional_2", optional, 11)
    composite = check_digit(first[5:] + middle[:7] + middle[8:15] + middle[18:])
    return first, middle + composite, names


def _second_line(fields: str, extra: str, layout: Layout) -> str:
    """The data line of two-line formats: optional data, its check digit, the composite, where there are."""
    line = fields + extra + (check_digit(extra) if layout.has_optional_check else "")
    if not layout.composite:
        return line
    spans = ((first - layout.width, end - layout.width) for first, end in layout.composite)
    return line + check_digit("".join(line[first:end] for first, end in spans))


def _number(number: str, optional: str, layout: Layout) -> tuple[str, str]:
    """The number with its check digit, and the optional data, in which a long number goes on."""
    width = layout.optional[0][1] - layout.optional[0][0]
    if len(number) <= 9:
        return _checked(_field("document_number", number, 9)), _field("optional", optional, width)
    if not layout.long_number or not re.fullmatch("[A-Z0-9]{10,22}", number):
        raise NotWritableMrz(field="document_number")
    rest = number[9:] + check_digit(number) + ("<" + optional if optional else "")
    return f"{number[:9]}<", _field("optional", rest, width)


def _names(document: Document, layout: Layout) -> str:
    field = name_field(document.surname, document.given_names, layout.names[1] - layout.names[0])
    if field.startswith("<"):
        raise NotWritableMrz(field="surname")
    return field


def name_field(surname: str, given_names: str, width: int) -> str:
    """The names in `width` characters: `SURNAME<<GIVEN<NAMES`, filled, or cut so that a letter is last.

    A full field whose last character is a letter tells readers that names may be missing (9303-4, 4.2.3).
    """
    primary, secondary = mrz_name(surname), mrz_name(given_names)
    if not primary:
        primary, secondary = secondary, ""
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


def _checked(text: str) -> str:
    return text + check_digit(text)


def _field(name: str, text: str, width: int) -> str:
    """An upper-case field filled to its width."""
    if len(text) > width or not re.fullmatch("[A-Z0-9<]*", text):
        raise NotWritableMrz(field=name)
    return text.ljust(width, "<")


def _day(name: str, iso: str) -> str:
    """An ISO date, or its beginning, as YYMMDD."""
    if not re.fullmatch(r"(?:\d{4}(?:-\d{2}(?:-\d{2})?)?)?", iso):
        raise NotWritableMrz(field=name)
    text = "".join(part.rjust(2, "<")[-2:] for part in (*iso.split("-"), "<<", "<<")[:3])
    if not is_date(text):
        raise NotWritableMrz(field=name)
    return text
