"""National characters in the letters A to Z of a machine readable zone (ICAO Doc 9303-3 section 6).

Where the standard lets the issuer choose (Ñ as N or NXX, Ü as UE, U or UXX), the first is the usual one and
`mrz_variants` gives all. Other scripts than Latin, Cyrillic and Arabic fall back to `anyascii`. readback.py
goes the other way.

>>> mrz_name("Núñez D'Arcy-Öz"), mrz_variants("Ñuño")
('NUNEZ<DARCY<OEZ', ('NUNO', 'NXXUNXXO', 'NUNXXO', 'NXXUNO'))
>>> mrz_name("مُحمّد")
'MXHMMD'
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import Final

from anyascii import anyascii

from cordillera.engines.mrz.tables import ARABIC, CYRILLIC, LATIN, NOT_WRITTEN, SHADDA

_CHOICES: Final[dict[str, tuple[str, ...]]] = {**LATIN, **CYRILLIC, **ARABIC}
_APOSTROPHES: Final = frozenset("'`´’ʼ‘‛′")
_TEH_MARBUTA: Final = "ة"
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
    """The forms of each letter; a shadda repeats the letter before it, a final teh marbuta is XAH."""
    composed = unicodedata.normalize("NFC", text[:_MAX_NAME])
    written = [letter for letter in composed if letter not in _APOSTROPHES and letter not in NOT_WRITTEN]
    found: list[tuple[str, ...]] = []
    for at, letter in enumerate(written):
        if letter == SHADDA:
            found += found[-1:]
        elif letter == _TEH_MARBUTA and not "".join(written[at + 1 : at + 2]).isalpha():
            found.append(("XAH", "XTA"))
        else:
            found.append(_choices(letter))
    return found


@lru_cache(maxsize=4096)
def _choices(letter: str) -> tuple[str, ...]:
    upper = letter if letter in _CHOICES else letter.upper()
    if upper in _CHOICES:
        return _CHOICES[upper]
    base = unicodedata.normalize("NFD", upper)[:1]
    if "A" <= base <= "Z":
        return (base,)
    if unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"}:
        return ("",)
    spelled = re.sub("[^A-Z]", "", anyascii(letter).upper())
    return (spelled or "<",)


def _joined(letters: tuple[str, ...]) -> str:
    return re.sub("<+", "<", "".join(letters)).strip("<")
