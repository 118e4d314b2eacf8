r"""Read a machine readable zone of any of the five formats; nothing it is given makes it raise.

>>> zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
>>> reading = parse(zone)
>>> reading.valid, reading.format, reading.surname, reading.given_names, reading.date_of_birth
(True, <MrzFormat.TD3: 'TD3'>, 'ERIKSSON', 'ANNA MARIA', '')
>>> from datetime import date
>>> parse(zone, date(2010, 1, 1)).date_of_birth
'1974-08-12'
"""

import re
from datetime import date

from cordillera.engines.edifact import dates
from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.model import LAYOUTS, Layout, MrzFormat, MrzReading, Span

_MAX_INPUT = 1_000
# what optical readers confuse, by what the place asks for
_AS_DIGIT = str.maketrans("OQDUILZSGB", "0000112568")
_AS_LETTER = str.maketrans("012568", "OIZSGB")
_CONFUSED = {
    "O": "0",
    "0": "O",
    "I": "1",
    "1": "I",
    "S": "5",
    "5": "S",
    "B": "8",
    "8": "B",
    "Z": "2",
    "2": "Z",
}
_DATE = re.compile("[0-9<]{6}")


def parse(zone: str, at: date | None = None) -> MrzReading:
    """Read a zone given as lines or as one run of characters; `at` settles centuries (the flight's day)."""
    text = zone[:_MAX_INPUT].upper().replace("«", "<<")
    rows = [re.sub(r"\s+", "", row) for row in re.split(r"[\r\n]+", text)]
    lines = [row for row in rows if row]
    if re.search("[^A-Z0-9<]", "".join(lines)):
        return MrzReading(valid=False, reasons=("mrz.characters",))
    chosen = _format(lines)
    if chosen is None:
        return MrzReading(valid=False, reasons=("mrz.length",))
    layout = LAYOUTS[chosen]
    joined = "".join(lines)
    cut = [joined[at_ : at_ + layout.width] for at_ in range(0, len(joined), layout.width)]
    return _ZoneReader(chosen, layout, cut, at).read(lower=zone[:_MAX_INPUT] != zone[:_MAX_INPUT].upper())


def _format(lines: list[str]) -> MrzFormat | None:
    """Which format has lines of this number and width; a first letter V makes it a visa."""
    total, widths = sum(map(len, lines)), {len(line) for line in lines}
    for name, layout in LAYOUTS.items():
        fits = total == layout.lines * layout.width and (len(lines) == 1 or widths == {layout.width})
        is_visa = name in {MrzFormat.MRV_A, MrzFormat.MRV_B}
        if fits and (layout.lines == 3 or (lines[0][0] == "V") == is_visa):
            return name
    return None


class _ZoneReader:
    """One zone, field by field; collects reasons, repairs and remarks."""

    def __init__(self, name: MrzFormat, layout: Layout, lines: list[str], at: date | None) -> None:
        self.name = name
        self.layout = layout
        self.lines = lines
        self.at = at
        self.reasons: list[str] = []
        self.repairs: list[str] = []
        self.remarks: list[str] = []
        self.candidates: tuple[str, ...] = ()

    def read(self, *, lower: bool) -> MrzReading:
        layout = self.layout
        if lower:
            self.remarks.append("mrz.lower_case")
        issuer = self._letters("issuer", (0, 2, 5))
        nationality = self._letters("nationality", layout.nationality)
        number = self._number()
        birth = self._date("birth_date", layout.birth)
        expiry = self._date("expiry_date", layout.expiry)
        surname, given = self._names()
        sex = self._at(layout.sex)
        if sex not in {"F", "M", "X", "<"}:
            self.reasons.append("mrz.sex")
        self._optional()
        self._composite()
        born, expires = self._iso("birth_date", birth), self._iso("expiry_date", expiry)
        return MrzReading(
            valid=not self.reasons,
            reasons=tuple(self.reasons),
            format=self.name,
            document_type=self._at((0, 0, 2)).replace("<", ""),
            issuer=issuer,
            surname=surname,
            given_names=given,
            names_truncated=not self._at(layout.names).endswith("<"),
            document_number=number,
            number_candidates=self.candidates,
            nationality=nationality,
            date_of_birth=born,
            sex=sex.replace("<", ""),
            expires=expires,
            optional=" ".join(self._at(span).strip("<") for span in layout.optional)
            .replace("<", " ")
            .strip(),
            repairs=tuple(self.repairs),
            remarks=tuple(self.remarks),
        )

    def _at(self, span: Span) -> str:
        return self.lines[span[0]][span[1] : span[2]]

    def _put(self, field: str, span: Span, text: str) -> None:
        """Replace a field by its repaired form, and say so."""
        before = self._at(span)
        self.repairs += [f"{field}:{old}>{new}" for old, new in zip(before, text, strict=True) if old != new]
        line = self.lines[span[0]]
        self.lines[span[0]] = line[: span[1]] + text + line[span[2] :]

    def _letters(self, field: str, span: Span) -> str:
        repaired = self._at(span).translate(_AS_LETTER)
        self._put(field, span, repaired)
        if not re.fullmatch("[A-Z<]{3}", repaired):
            self.reasons.append(f"mrz.{field}")
        return repaired.replace("<", "")

    def _date(self, field: str, span: Span) -> str:
        self._put(field, span, self._at(span).translate(_AS_DIGIT))
        check = self._check_place(span)
        self._put(field, check, self._at(check).translate(_AS_DIGIT))
        text = self._at(span)
        if self._at(check) != check_digit(text):
            self.reasons.append(f"mrz.check.{field}")
        return text

    def _iso(self, field: str, text: str) -> str:
        if _DATE.fullmatch(text) is None or text.strip("<") == "":
            self.remarks.append(f"mrz.{field}_unknown")
            return ""
        if "<" in text:
            self.remarks.append(f"mrz.{field}_partial")
            return ""
        meaning = dates.birth_date if field == "birth_date" else dates.expiry_date
        found = meaning(text, "", self.at)
        if found is None and not dates.is_day(text):
            self.reasons.append(f"mrz.{field}")
        return found or ""

    def _check_place(self, span: Span) -> Span:
        return (span[0], span[2], span[2] + 1)

    def _number(self) -> str:
        """The document number; on cards one of more than 9 characters continues in the optional data."""
        span = self.layout.number
        check = self._check_place(span)
        text = self._at(span)
        if self._at(check) == "<" and self.layout.long_number:
            rest = self._at(self.layout.optional[0]).partition("<")[0]
            if len(rest) > 1:
                if (
                    check_digit(text + "<" + rest[:-1]) != rest[-1]
                    and check_digit(text + rest[:-1]) != rest[-1]
                ):
                    self.reasons.append("mrz.check.document_number")
                return text + rest[:-1]
        self._put("document_number", check, self._at(check).translate(_AS_DIGIT))
        if check_digit(text) != self._at(check):
            self.reasons.append("mrz.check.document_number")
            self.candidates = _repairs_of(text, self._at(check))
        return text.replace("<", "")

    def _optional(self) -> None:
        place = self.layout.optional_check
        if place is None:
            return
        data = self._at(self.layout.optional[0])
        found = self._at(place)
        if found != check_digit(data) and not (found == "<" and not data.strip("<")):
            self.reasons.append("mrz.check.optional")

    def _composite(self) -> None:
        place = self.layout.composite_check
        if place is None:
            return
        self._put("composite", place, self._at(place).translate(_AS_DIGIT))
        if check_digit("".join(self._at(span) for span in self.layout.composite)) != self._at(place):
            self.reasons.append("mrz.check.composite")

    def _names(self) -> tuple[str, str]:
        span = self.layout.names
        self._put("names", span, self._at(span).translate(_AS_LETTER))
        text = self._at(span)
        if not re.fullmatch("[A-Z<]+", text) or not text.strip("<"):
            self.reasons.append("mrz.names")
        surname, _, given = text.strip("<").partition("<<")
        if "<<" in given:
            self.remarks.append("mrz.names_double_filler")
        return surname.replace("<", " "), re.sub("<+", " ", given).strip()


def _repairs_of(text: str, digit: str) -> tuple[str, ...]:
    """Numbers that differ in one confused character and have the right check digit: hints, not facts."""
    swapped = (
        text[:at] + _CONFUSED[letter] + text[at + 1 :]
        for at, letter in enumerate(text)
        if letter in _CONFUSED
    )
    return tuple(number.replace("<", "") for number in swapped if check_digit(number) == digit)
