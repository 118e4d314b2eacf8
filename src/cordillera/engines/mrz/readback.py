"""What a name in an MRZ may have been in national letters: the way back of transliteration.

Arabic is written reversibly (X opens a sequence): a word has one reading, or two where a doubled letter may
be a shadda. Latin and Cyrillic lose information, so there are several readings, the likeliest first, and a
Latin word as it stands is one of them. Readings serve search and people, never a proof.

>>> latin_readings("MUNXXOZ"), latin_readings("MUELLER")
(('MUÑOZ',), ('MUELLER', 'MÜLLER'))
>>> arabic_readings("MXHMD"), cyrillic_readings("SHCHERBAKOV")[0]
(('محمد',), 'ЩЕРБАКОВ')
"""

import re
from itertools import islice
from typing import Final

from cordillera.engines.mrz.tables import ARABIC, CYRILLIC, SHADDA

_LIMIT: Final = 16
_MAX_WORD: Final = 128
_LATIN: Final = {
    "AE": ("Ä", "Æ"),
    "OE": ("Ö", "Ø", "Œ"),
    "UE": ("Ü",),
    "AA": ("Å",),
    "SS": ("ß",),
    "TH": ("Þ",),
}
_ESCAPED: Final = {"NXX": "Ñ", "UXX": "Ü", "AXX": "Ä", "OXX": "Ö"}


def _inverse(table: dict[str, tuple[str, ...]], *, first_only: bool) -> dict[str, tuple[str, ...]]:
    """Written form to letters, in the order of the table."""
    found: dict[str, tuple[str, ...]] = {}
    for letter, forms in table.items():
        for form in forms[:1] if first_only else forms:
            if form:
                found[form] = (*found.get(form, ()), letter)
    return found


_FROM_ARABIC: Final = {form: letters[0] for form, letters in _inverse(dict(ARABIC), first_only=False).items()}
_RECOMMENDED: Final = _inverse(dict(CYRILLIC), first_only=True)
_FROM_CYRILLIC: Final = {
    form: tuple(dict.fromkeys((*_RECOMMENDED.get(form, ()), *letters)))[:3]
    for form, letters in _inverse(dict(CYRILLIC), first_only=False).items()
}
_SEQUENCE: Final = re.compile(
    "|".join(sorted((re.escape(form) for form in _FROM_ARABIC), key=len, reverse=True)) + "|."
)


def latin_readings(word: str) -> tuple[str, ...]:
    """Latin spellings that the standard writes so; escapes with XX are certain, digraphs are a choice."""
    plain = re.sub("[NUAO]XX", lambda match: _ESCAPED[match.group()], word[:_MAX_WORD])
    found = [plain]
    for form, letters in _LATIN.items():
        found += [each.replace(form, letter) for each in found for letter in letters if form in each][:_LIMIT]
    return tuple(dict.fromkeys(found))[:_LIMIT]


def arabic_readings(word: str) -> tuple[str, ...]:
    """The Arabic word, first with doubled letters as a shadda, then letter by letter; or ()."""
    forms = _SEQUENCE.findall(word[:_MAX_WORD])
    if not forms or any(form not in _FROM_ARABIC for form in forms):
        return ()
    letters = [_FROM_ARABIC[form] for form in forms]
    marked = "".join(
        SHADDA if at and letter == letters[at - 1] else letter for at, letter in enumerate(letters)
    )
    return tuple(dict.fromkeys((marked, "".join(letters))))


def cyrillic_readings(word: str, limit: int = _LIMIT) -> tuple[str, ...]:
    """Cyrillic words, longest sequences first, at most `limit`; () where a letter has no Cyrillic one."""
    return tuple(islice(_cyrillic(word[:_MAX_WORD]), limit))


def _cyrillic(word: str) -> list[str]:
    """A beam of the likeliest beginnings: longer sequences before shorter, usual letters before rare."""
    beginnings: list[list[str]] = [[""], *([] for _ in word)]
    for at in range(len(word)):
        for size in range(min(4, len(word) - at), 0, -1):
            for letter in _FROM_CYRILLIC.get(word[at : at + size], ()):
                room = beginnings[at + size]
                room += [start + letter for start in beginnings[at]]
        beginnings[at] = []
        for later in beginnings[at + 1 : at + 5]:
            later.sort(key=_cost)
            del later[_LIMIT * 2 :]
    return sorted(beginnings[-1], key=_cost) if word else []


def _cost(word: str) -> tuple[int, int]:
    """Fewer letters first, then letters that stand early in the alphabet's table (the usual ones)."""
    return len(word), sum(_RANK[letter] for letter in word)


_RANK: Final = {letter: rank for rank, letter in enumerate(CYRILLIC)}
