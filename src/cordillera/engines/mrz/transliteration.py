"""National characters in the letters A to Z of a machine readable zone (ICAO Doc 9303-3 clause 6).

Where the standard lets the issuer choose (Ñ as N or NXX, Ü as U, UE or UXX), the first is the usual one
and `mrz_variants` gives all. Other scripts than Latin, Cyrillic and Arabic fall back to `anyascii`.

>>> mrz_name("Núñez D'Arcy-Öz"), mrz_variants("Ñuño")
('NUNEZ<DARCY<OEZ', ('NUNO', 'NXXUNXXO', 'NUNXXO', 'NXXUNO'))
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product

from anyascii import anyascii

# Latin letters whose base letter is not what the standard asks for, or that leave a choice.
_LATIN = {
    "Ä": ("AE", "A", "AXX"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ħ": ("H",),
    "ı": ("I",),
    "Ĳ": ("IJ",),
    "ĸ": ("Q",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Ö": ("OE", "O", "OXX"),
    "Ø": ("OE",),
    "Œ": ("OE",),
    "ß": ("SS",),
    "ẞ": ("SS",),
    "Þ": ("TH",),
    "Ŧ": ("T",),
    "Ü": ("UE", "U", "UXX"),
}
# Cyrillic and Arabic (Tables B and C), letter by letter; "-" is left out.
_CYRILLIC = (
    "А A Б B В V Г G Д D Е E Ё E Ж ZH З Z И I І I Й I К K Л L М M Н N О O П P Р R С S Т T У U Ф F Х KH "
    "Ц TS Ч CH Ш SH Щ SHCH "
    "Ъ IE Ы Y Ь - Э E Ю IU Я IA Ґ G Ў U Ѓ G Ђ D Ѕ DZ Ј J Ќ K Љ LJ Њ NJ Ћ C Џ DZ Є IE Ї I"
)
_ARABIC = (
    "ء XE آ XAA أ XAE ؤ U إ I ئ XI ا A ب B ة XTA ت T ث XTH ج J ح XH خ XKH د D ذ XDH ر R ز Z س S ش XSH "
    "ص XSS ض XDZ ط XTT ظ XZZ ع E غ G ف F ق Q ك K ل L م M ن N ه H و W ى XAY ي Y پ P"
)
_PAIRS = f"{_CYRILLIC} {_ARABIC}".split()
_OTHER = {letter: (latin.replace("-", ""),) for letter, latin in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
_CHOICES: dict[str, tuple[str, ...]] = {**_LATIN, **_OTHER}
_APOSTROPHES = frozenset("'`´’ʼ‘‛′")
_MAX_VARIANTS = 64
_MAX_NAME = 512


def mrz_name(text: str) -> str:
    """One identifier (surname or given names) in MRZ letters, words joined by "<"; "" for no letters."""
    return _joined(tuple(choices[0] for choices in _letters(text)))


def mrz_variants(text: str, limit: int = _MAX_VARIANTS) -> tuple[str, ...]:
    """Forms the standard lets issuers choose, the usual one first; at most `limit` different ones."""
    letters = _letters(text)
    rarest = tuple(choices[-1] for choices in letters)
    picks = islice(product(*letters), limit)
    return tuple(dict.fromkeys(_joined(pick) for pick in (*islice(picks, 1), rarest, *picks)))[:limit]


def _letters(text: str) -> list[tuple[str, ...]]:
    composed = unicodedata.normalize("NFC", text[:_MAX_NAME])
    return [_choices(letter) for letter in composed if letter not in _APOSTROPHES]


@lru_cache(maxsize=4096)
def _choices(letter: str) -> tuple[str, ...]:
    upper = letter if letter in _CHOICES else letter.upper()
    if upper in _CHOICES:
        return _CHOICES[upper]
    base = unicodedata.normalize("NFD", upper)[:1]
    if "A" <= base <= "Z":
        return (base,)
    if unicodedata.category(letter).startswith("M"):
        return ("",)
    spelled = re.sub("[^A-Z]", "", anyascii(letter).upper())
    return (spelled or "<",)


def _joined(letters: tuple[str, ...]) -> str:
    return re.sub("<+", "<", "".join(letters)).strip("<")
