"""Names become words: the same word whatever the script, case, accents or invisible characters.

Unicode NFKC and case folding, invisible and direction marks taken out, other scripts turned to ASCII
letters, apostrophes closed up, every other sign a gap. Each word keeps its place in the name as written.

>>> [word.text for word in read_name("María  del CARMEN Ñuñez").words]
['maria', 'del', 'carmen', 'nunez']
>>> read_name("FNU Torres").words[0].text
'torres'
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from cordillera.engines.names.constants import MAX_NAME_LENGTH, MAX_TOKENS, TRUNCATION_LENGTH
from cordillera.engines.names.culture.marks import VOWELLESS
from cordillera.engines.names.culture.placeholders import read_slashes, unknown
from cordillera.engines.names.culture.scripts import is_syllable, latin_words
from cordillera.engines.names.words import LOOKALIKES, PARTICLES, TITLES

_APOSTROPHES: Final = frozenset("'`´\u2018\u2019\u201b\u02bb\u02bc\u02bf\u02be\u02b9\uff07\u05f3")
_NOT_LETTER: Final = re.compile(r"[^a-z0-9]")
_LIGHT: Final = PARTICLES | TITLES
_HIDDEN_DIGIT: Final = re.compile(r"[a-z][013459][a-z]|^[013459][a-z]{3}|[a-z]{3}[0135]$")
_DOUBLED_OUTSET: Final = re.compile(r"^([b-df-hjkmnp-tv-z])\1(?=[a-z]{3})")  # no name but Ll- begins so
_DIGITS_AS_LETTERS: Final = str.maketrans("013459", "oieasg")


class Word(msgspec.Struct, frozen=True):
    """One word: its normal form, and where it stands in the field it was read from."""

    text: str
    written: str
    start: int
    end: int
    field: str = "full_name"
    light: bool = False


class Name(msgspec.Struct, frozen=True):
    """The words of a name. `family` numbers the words of the surname when that is known.

    `flags` are message ids of what was odd: mixed scripts, invisible characters, a name too long.
    """

    words: tuple[Word, ...]
    family: frozenset[int] | None = None
    flags: tuple[str, ...] = ()
    may_be_cut: bool = False

    @property
    def surnames(self) -> tuple[int, ...]:
        """The numbers of the surnames proper, without particles, in order; empty when not known."""
        return tuple(i for i in sorted(self.family or ()) if not self.words[i].light)


def read_name(full: str, given: str = "", family: str = "") -> Name:
    """Return the words of a name, from its two parts when both are there, else from `full`."""
    if given.strip() and family.strip():
        return _join(given, family, ("given_names", "family_names"))
    before, comma, after = full.partition(",")
    if comma and _words(after, "full_name"):
        return _join(after, before, ("full_name", "full_name"), len(before) + 1)
    words = _words(full, "full_name")
    return _name(words, None, (full,))


def _join(given: str, family: str, fields: tuple[str, str], given_at: int = 0) -> Name:
    first = _words(given, fields[0], given_at)
    last = _words(family, fields[1])
    surname = frozenset(range(len(first), min(len(first) + len(last), MAX_TOKENS)))
    return _name(first + last, surname if first and last else None, (given, family))


def _name(words: list[Word], family: frozenset[int] | None, texts: tuple[str, ...]) -> Name:
    flags = tuple(dict.fromkeys(flag for text in texts for flag in _oddities(text)))
    if len(words) > MAX_TOKENS:
        flags = (*flags, "names.cut_to_limit")
    length = sum(len(text.strip()) for text in texts) + len(texts) - 1
    return Name(tuple(words[:MAX_TOKENS]), family, flags, length >= TRUNCATION_LENGTH)


def _words(text: str, field: str, shift: int = 0) -> list[Word]:
    text = read_slashes(text[:MAX_NAME_LENGTH])
    pieces = _spans(text)
    found = []
    for start, end in pieces:
        forms = normal_forms(text[start:end])
        whole = len(pieces) > 1 or field != "full_name"  # only a name written as one word is cut
        for normal in ("".join(forms),) if whole and forms else forms:
            light = (normal in _LIGHT and not is_syllable(text[start:end])) or len(normal) == 1
            found.append(Word(normal, text[start:end], start + shift, end + shift, field, light))
    gone = unknown([word.text for word in found], [word.written for word in found])
    return [word for number, word in enumerate(found) if number not in gone]


def _spans(text: str) -> list[tuple[int, int]]:
    if _is_latin(text):
        return [match.span() for match in _LATIN_WORD.finditer(text)]
    spans, start = [], -1
    for place, sign in enumerate(text):
        if _belongs_to_word(sign):
            start = place if start < 0 else start
        elif start >= 0:
            spans.append((start, place))
            start = -1
    return [*spans, (start, len(text))] if start >= 0 else spans


@lru_cache(maxsize=8_192)
def _belongs_to_word(sign: str) -> bool:
    return sign in _APOSTROPHES or unicodedata.category(sign)[0] in "LMN" or _is_invisible(sign)


def _is_latin(text: str) -> bool:
    """Tell a text of Latin letters with or without accents: one pattern finds its words."""
    return text.isascii() or max(text) < _BEYOND_LATIN


def _is_invisible(sign: str) -> bool:
    """Tell format characters (zero width, direction marks): an attack hides a name with them."""
    return unicodedata.category(sign) == "Cf"


_BEYOND_LATIN: Final = "\u0250"
_SOFT_HYPHEN: Final = "\u00ad"  # the only invisible sign before it
_LATIN_SIGNS: Final = "".join(filter(_belongs_to_word, map(chr, range(ord(_BEYOND_LATIN)))))
_LATIN_WORD: Final = re.compile(f"[{_LATIN_SIGNS}]+")


def normal_form(written: str) -> str:
    """Return the ASCII letters and digits of one written word, or "" when nothing is left."""
    return "".join(normal_forms(written))


@lru_cache(maxsize=131_072)
def normal_forms(written: str) -> tuple[str, ...]:
    """Return the words of one written word: one, or surname and given name of a Han or Hangul name."""
    if written.isascii():
        found = [written.lower()]
    else:
        visible = "".join(sign for sign in written if sign not in _APOSTROPHES and not _is_invisible(sign))
        plain = unicodedata.normalize("NFKC", visible)
        found = latin_words((plain.translate(LOOKALIKES) if _mixes_scripts(plain) else plain).casefold())
    return tuple(filter(None, (_cleaned(word) for word in found)))


def _cleaned(word: str) -> str:
    letters = _DOUBLED_OUTSET.sub(r"\1", _without_digits(_NOT_LETTER.sub("", word)))
    return letters + VOWELLESS if letters and word.endswith(VOWELLESS) else letters


def _without_digits(word: str) -> str:
    """Read digits inside a word of letters as the letters they look like: Sech1n."""
    return word.translate(_DIGITS_AS_LETTERS) if _HIDDEN_DIGIT.search(word) else word


def _oddities(text: str) -> list[str]:
    if len(text) > MAX_NAME_LENGTH:
        return ["names.cut_to_limit"]
    if _is_latin(text):
        return ["names.invisible_characters"] if _SOFT_HYPHEN in text else []
    odd = ["names.invisible_characters"] if any(_is_invisible(sign) for sign in text) else []
    if any(_mixes_scripts(text[start:end]) for start, end in _spans(text)):
        odd.append("names.mixed_script")
    return odd


@lru_cache(maxsize=65_536)
def _mixes_scripts(written: str) -> bool:
    scripts = {unicodedata.name(sign, "?").split()[0] for sign in written if sign.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})
