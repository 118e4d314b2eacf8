r"""A machine readable zone in the one line of the search: found, read, and what its check digits say of it.

A zone is pasted from a scanner or typed from a document: with line breaks, with blanks in their place, with
nothing; in lower case; with letters that a scanner confused; with other words before or behind it. What it
says becomes a name, a date of birth and documents to search for, and is shown with every condition of
ICAO Doc 9303 that does not hold and every repair, so that nothing is guessed silently.

Searched for is:
1. the name as the zone has it;
2. the date of birth, if its own check digit holds and it is a date: a wrong one would hide the right person;
3. the number as taken, as it was read, and each number that a confused character leaves possible;
4. the personal number of the optional data, where its check digit is not broken;
5. of a line that stands alone, which no composite digit covers: line 1 gives the name, line 2 only what its
   check digits prove.

>>> text = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<10"
>>> zone, rest = find_zone("seen " + text.lower(), date(2026, 11, 22))
>>> zone.format, zone.name, zone.birth, zone.numbers, zone.reasons, rest
('TD3', 'ERIKSSON, ANNA MARIA', '1974-08-12', ('L898902C3', 'ZE184226B'), (), 'seen')
>>> find_zone("Jhon Vélez 1985", date(2026, 11, 22)) is None
True
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

import msgspec

from cordillera.engines.mrz import MrzReading, Repair, Verdict, parse, read_names
from cordillera.engines.mrz.checkdigit import check_digit
from cordillera.engines.mrz.conditions import Condition, Reason, bit, reasons
from cordillera.engines.mrz.dates import birth as birth_at
from cordillera.engines.mrz.layouts import LAYOUTS
from cordillera.engines.mrz.model import DateRange
from cordillera.engines.mrz.names import NameField

_SIGNS: Final = frozenset("<«‹〈⟨＜≤≺≪")
_FEWEST: Final = 3  # fillers, or what a scanner takes for them, below which a text is no zone
_LONG: Final = 26  # letters and digits without a blank that no name has
_WIDTHS: Final = (44, 36)
_BEHIND: Final = 2  # short pieces at the end that may belong to a zone
_CHECKS: Final = frozenset(
    {Condition.NUMBER_CHECK, Condition.BIRTH_CHECK, Condition.EXPIRY_CHECK, Condition.COMPOSITE_CHECK}
)
_BIRTH_IN_DOUBT: Final = frozenset({Condition.BIRTH_CHECK, Condition.BIRTH_DATE})
_HALF: Final = reasons(bit(Condition.LENGTH))
_FIRST_LINE: Final = re.compile("[PVACI][A-Z<][A-Z<]{3}[A-Z][A-Z<]+")
_SECOND_LINE: Final = re.compile("[A-Z0-9<]{10}[A-Z<]{3}[0-9<]{6}[0-9][A-Z<][0-9<]{7}[A-Z0-9<]+")
_PERSONAL: Final = re.compile(r"(?=(?:\D*\d){4})[A-Z0-9]{5,15}")
_WORD: Final = re.compile(r"\S+")


class Zone(msgspec.Struct, frozen=True):
    """A zone as searched: `verdict` and `format` ("" for a line that stands alone), then what is asked for.

    `reasons` are the conditions that do not hold, `repairs` what was taken as something else, `remarks` what
    is unusual but allowed, `left_out` what stands in the zone and is not searched for.
    """

    verdict: Verdict
    format: str
    name: str
    birth: str
    numbers: tuple[str, ...]
    lines: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()
    repairs: tuple[Repair, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def find_zone(text: str, at: date | None) -> tuple[Zone, str] | None:
    """Return the zone that a line holds and the rest of the line; None without one.

    `at`, the day of the search, settles centuries; without it no date of birth is taken.
    """
    spans = tuple(_spans(text))
    best: tuple[MrzReading, tuple[int, int]] | None = None
    for start, end in spans:
        reading = parse(text[start:end], at)
        if _believed(reading) and (best is None or len(reading.reasons) < len(best[0].reasons)):
            best = reading, (start, end)
    if best is not None:
        return _zone(best[0]), _without(text, best[1])
    for span in spans:
        half = _half(text[slice(*span)], at)
        if half is not None:
            return half, _without(text, span)
    return None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a zone may stand: all of the text, from its first long word to its last, and a bit more."""
    words = list(_WORD.finditer(text))
    likely = [place for place, word in enumerate(words) if _may_be_of_zone(word.group())]
    fillers = sum(sign in _SIGNS for sign in text) + text.count("«") + text.count("≪")
    if not likely or (fillers < _FEWEST and not any(len(words[p].group()) >= _LONG for p in likely)):
        return
    first, last = likely[0], likely[-1]
    for before in (first, max(0, first - 1)):
        for behind in range(last, min(last + _BEHIND, len(words) - 1) + 1):
            yield words[before].start(), words[behind].end()


def _may_be_of_zone(word: str) -> bool:
    return any(sign in _SIGNS for sign in word) or (len(word) >= _LONG and word.isalnum())


def _believed(reading: MrzReading) -> bool:
    """Whether a text is a zone: it has the size of one, names, and a check digit that holds."""
    broken = {reason.number for reason in reading.reasons}
    return reading.format is not None and Condition.NAMES not in broken and bool(_CHECKS - broken)


def _zone(reading: MrzReading) -> Zone:
    broken = {reason.number for reason in reading.reasons}
    doubtful = bool(_BIRTH_IN_DOUBT & broken)
    return Zone(
        reading.verdict,
        reading.format.value if reading.format else "",
        _name(NameField(reading.surname, reading.given_names, reading.names_truncated)),
        "" if doubtful else _birth(reading.birth),
        tuple(dict.fromkeys(_numbers(reading, broken))),
        reading.lines,
        reading.reasons,
        reading.repairs,
        reading.remarks,
        ("birth_date",) if doubtful else (),
    )


def _numbers(reading: MrzReading, broken: set[int]) -> Iterator[str]:
    """Yield the numbers to search for (3 and 4)."""
    yield from (number for number in (reading.document_number, _as_read(reading)) if number)
    yield from reading.number_candidates
    if Condition.OPTIONAL_CHECK not in broken:
        yield from (text for text in reading.optional if _PERSONAL.fullmatch(text))


def _as_read(reading: MrzReading) -> str:
    """Return the document number before its repairs."""
    if reading.format is None:
        return ""
    signs = list("".join(reading.lines))
    for repair in reading.repairs:
        if repair.field == "document_number" and repair.place >= 0:
            signs[repair.place : repair.place + len(repair.taken)] = repair.read
    return "".join(signs[slice(*LAYOUTS[reading.format].number)]).replace("<", "")


def _half(text: str, at: date | None) -> Zone | None:
    """Return what one line of a zone in two lines says alone (5)."""
    line = "".join(text.upper().replace("«", "<<").split())
    if len(line) not in _WIDTHS:
        return None
    if _FIRST_LINE.fullmatch(line):
        name = _name(read_names(line[5:]))
        return Zone(Verdict.INVALID, "", name, "", (), (line,), _HALF) if name else None
    if not _SECOND_LINE.fullmatch(line):
        return None
    number = line[:9].replace("<", "") if check_digit(line[:9]) == line[9] else ""
    born = birth_at(line[13:19], at) if check_digit(line[13:19]) == line[19] else DateRange()
    if not number:
        return None
    return Zone(Verdict.INVALID, "", "", _birth(born), (number,), (line,), _HALF)


def _name(field: NameField) -> str:
    """Return a name as lists write it: surname, comma, given names."""
    return ", ".join(part for part in (field.surname, field.given_names) if part)


def _birth(born: DateRange) -> str:
    """Return a date of birth as precisely as a zone has it.

    >>> _birth(DateRange("1974-08-01", "1974-08-31")), _birth(DateRange("1974-01-01", "1974-12-31"))
    ('1974-08', '1974')
    """
    if born.first == born.last:
        return born.first
    return born.first[:7] if born.first[:7] == born.last[:7] else born.first[:4]


def _without(text: str, span: tuple[int, int]) -> str:
    return f"{text[: span[0]]} {text[span[1] :]}".strip()
