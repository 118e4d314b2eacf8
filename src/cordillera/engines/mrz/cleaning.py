"""From what a reader or a keyboard gave to lines of a format: the possible zones, with what was changed.

Lower case, blanks, guillemets and other signs in place of fillers, missing or misplaced line breaks, lines of
other text around the zone, and fillers counted wrong. Each possibility is a `Proposal`; parse.py keeps the
first that holds, and those that guess (`must_hold`) only if every condition holds.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from cordillera.engines.mrz.layouts import LAYOUTS, SIZES, Layout
from cordillera.engines.mrz.model import Ground, Repair

MAX_INPUT: Final = 2_000
"""Characters looked at; a zone has at most 90, and what surrounds it is cut here."""

_MAX_LINES = 12
_MAX_PROPOSALS = 64
_SLACK = 3
_SIGNS: Final = str.maketrans(
    dict.fromkeys("‹〈⟨＜≤≺([{", "<") | dict.fromkeys("|!", "I") | {"$": "S", "§": "S", "°": "0"}
)
_ALPHABET: Final = re.compile("[A-Z0-9<]*")


class Proposal(msgspec.Struct, frozen=True):
    """A zone of a format's size, how it was arrived at, and whether it must hold to be believed."""

    zone: str
    repairs: tuple[Repair, ...] = ()
    must_hold: bool = False


def proposals(raw: str | bytes) -> tuple[list[Proposal], bool]:
    """Possible zones, the least changed first, at most 64; and whether the alphabet is an MRZ's."""
    text = _decoded(raw)
    found: list[Proposal] = []
    readable = False
    for lines, repairs in _spellings(text):
        fits = all(_ALPHABET.fullmatch(line) for line in lines)
        readable = readable or fits
        found += [
            msgspec.structs.replace(each, repairs=repairs + each.repairs)
            for each in islice(_zones(lines), _MAX_PROPOSALS)
            if fits or _ALPHABET.fullmatch(each.zone)
        ]
    ordered = sorted(found, key=lambda each: (each.must_hold, len(each.repairs)))
    return ordered[:_MAX_PROPOSALS], readable


def _decoded(raw: str | bytes) -> str:
    """Text of bounded length; bytes are UTF-8 where they can be, else byte for byte."""
    if isinstance(raw, str):
        return raw[:MAX_INPUT]
    cut = raw[:MAX_INPUT]
    try:
        return cut.decode("utf-8")
    except UnicodeDecodeError:
        return cut.decode("latin-1")


def _spellings(text: str) -> Iterator[tuple[list[str], tuple[Repair, ...]]]:
    """The lines in the letters of a zone: guillemets as two fillers or one, blanks dropped or as fillers."""
    upper = text.upper()
    common: tuple[Repair, ...] = (_changed("lower_case", "a", "A"),) if upper != text else ()
    plain = unicodedata.normalize("NFKC", upper).translate(_SIGNS)
    if plain != upper:
        common += (_changed("signs", _others(upper), ""),)
    guillemets = ("<<", "<") if "«" in plain or "≪" in plain else ("",)
    for filler in guillemets:
        with_fillers = re.sub("[«≪]", filler, plain)
        told = (*common, _changed("signs", "«", filler)) if filler else common
        lines = [line.strip() for line in re.split(r"[\r\n\f\v\u2028\u2029\x85]+", with_fillers)]
        lines = [line for line in lines if line][:_MAX_LINES]
        spaced = any(re.search(r"\s", line) for line in lines)
        if not spaced:
            yield lines, told
            continue
        yield [re.sub(r"\s+", "", line) for line in lines], (*told, _changed("blanks", " ", ""))
        yield [re.sub(r"\s", "<", line) for line in lines], (*told, _changed("blanks", " ", "<"))


def _others(text: str) -> str:
    return "".join(sorted(set(re.sub(r"[A-Z0-9<«≪\s]", "", text))))[:16]


def _zones(lines: list[str]) -> Iterator[Proposal]:
    """Zones of the right size that these lines can be."""
    joined = "".join(lines)
    if len(joined) in SIZES:
        as_printed = any(_is_printed_so(lines, layout) for layout in LAYOUTS.values())
        told = () if as_printed else (_changed("line_breaks", str(len(lines)), ""),)
        yield Proposal(joined, told)
    for layout in LAYOUTS.values():
        yield from _windows(lines, layout)


def _is_printed_so(lines: list[str], layout: Layout) -> bool:
    return len(lines) == layout.lines and all(len(line) == layout.width for line in lines)


def _windows(lines: list[str], layout: Layout) -> Iterator[Proposal]:
    """Lines of the format's width among others; lines a few fillers too short or too long."""
    for first in range(len(lines) - layout.lines + 1):
        window = lines[first : first + layout.lines]
        if _is_printed_so(window, layout):
            if len(window) != len(lines):
                yield Proposal(
                    "".join(window), (_changed("other_lines", str(len(lines)), ""),), must_hold=True
                )
        elif all(abs(len(line) - layout.width) <= _SLACK for line in window):
            told = (_changed("filler_count", " ".join(str(len(line)) for line in window), ""),)
            yield from (Proposal(zone, told, must_hold=True) for zone in _refilled(window, layout))


def _refilled(window: list[str], layout: Layout) -> Iterator[str]:
    """The lines at their width, by adding or taking fillers in one run of each."""
    zones = [""]
    for line in window:
        zones = [zone + fitted for zone in zones for fitted in _fitted(line, layout.width)]
    yield from zones


def _fitted(line: str, width: int) -> list[str]:
    """The line with one run of fillers made longer or shorter; itself when it fits; none without a run."""
    missing = width - len(line)
    if missing == 0:
        return [line]
    runs = [match for match in re.finditer("<{2,}", line) if len(match.group()) + missing >= 1][:-5:-1]
    return [line[: run.end()] + "<" * missing + line[run.end() :] for run in runs if missing > 0] + [
        line[: run.end() + missing] + line[run.end() :] for run in runs if missing < 0
    ]


def _changed(what: str, read: str, taken: str) -> Repair:
    return Repair(what, -1, read, taken, Ground.LAYOUT)
