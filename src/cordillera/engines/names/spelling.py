"""How far two spellings of a word are apart, when letters that sound alike cost less than others.

A word is first folded to sound symbols (sh, kh, ch, zh ... are one symbol each). Then the cheapest way to
turn one into the other is found (optimal string alignment): exchanging vowels, doubling letters, b for v
are cheap, any other letter costs UNIT. Whole numbers only, so the compiled kernel gives the same to the bit.

>>> distance("husayn", "hussein") < UNIT
True
>>> distance("hasan", "hakan") >= UNIT
True
"""

import re
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

UNIT: Final = 16  # the cost of one letter
LONGEST: Final = 24  # symbols looked at
SYMBOLS: Final = "abcdefghijklmnopqrstuvwxyzSCJXT0123456789"
_CODE: Final = {symbol: number for number, symbol in enumerate(SYMBOLS)}
_CODES: Final = bytes(_CODE.get(chr(sign), 0) for sign in range(256))
_SILENT: Final = bytes(sign for sign in range(256) if chr(sign) not in _CODE)

_FOLDS: Final = (  # a pattern, its symbol, and letters one of which a word that it holds for must have
    (re.compile(r"tsch|tch|cz|tsj|ch"), "C", ("ch", "cz", "tsj")),
    (re.compile(r"shch|sch|sh"), "S", ("sh", "sch")),
    (re.compile(r"dzh|zh|dj"), "J", ("zh", "dj")),
    (re.compile(r"kh"), "X", ("kh",)),
    (re.compile(r"ph"), "f", ("ph",)),
    (re.compile(r"gh"), "g", ("gh",)),
    (re.compile(r"th"), "t", ("th",)),
    (re.compile(r"dh"), "d", ("dh",)),
    (re.compile(r"ck"), "k", ("ck",)),
    (re.compile(r"qu(?=[ei])"), "k", ("qu",)),
    (re.compile(r"gu(?=[ei])"), "g", ("gu",)),
    (re.compile(r"ou|oo"), "u", ("ou", "oo")),
    (re.compile(r"ee|ie(?=[^aeiou])"), "i", ("ee", "ie")),
    (re.compile(r"ts|tz"), "T", ("ts", "tz")),
    (re.compile(r"ks"), "x", ("ks",)),
    (re.compile(r"iy|yi|ij|yj|ii"), "i", ("iy", "yi", "ij", "yj", "ii")),
    (re.compile(r"ll(?=[aeiou])"), "l", ("ll",)),
    (re.compile(r"(?<=[aeiou])h$"), "", ("h",)),
)

# pairs of symbols that are heard or written for each other, with the cost of taking one for the other
_CLOSE: Final = (
    "iy:2 ei:4 ou:3 ae:4 ea:4 ao:5 ai:6 au:7 eo:6 eu:7 iu:8 oi:8 ey:5 ay:6 oy:8 uy:8 "
    "uw:3 ow:6 vw:3 uv:6 bv:3 bp:7 vf:6 pf:8 bw:6 ft:14 dt:7 dz:8 tT:6 sT:5 zT:5 cT:4 ds:12 ts:12 "
    "kq:2 kc:3 qc:4 gk:7 kX:5 hX:4 gq:5 gX:7 gh:6 qX:6 gJ:6 gj:5 xX:4 kx:7 xs:5 xS:5 jx:4 jX:5 "
    "sz:4 sc:4 zc:5 sS:6 SC:5 CT:6 cC:6 cS:7 CJ:6 Cj:7 jJ:3 zJ:6 jy:4 ji:6 Jy:5 jh:5 Sj:7 SJ:6 zj:8 "
    "CX:8 hS:11 "
    "mn:9 lr:10 nr:14 ly:8 lj:9 Ct:7 Tt:6 Cs:9 kC:10 0o:4 1i:4 1l:4 3e:5 4a:5 5s:5 9g:6 8b:7 6g:8 7t:7"
)
_GONE: Final = {**dict.fromkeys("aeiou", 7), "y": 6, "w": 8, "h": 5, "j": 12}
_DOUBLED: Final = 3  # one letter written twice
_SWAPPED: Final = 10  # two neighbours exchanged
_OUTSET: Final = 4  # more for a difference in the first symbol


def _costs() -> npt.NDArray[np.int32]:
    table = np.full((len(SYMBOLS), len(SYMBOLS)), UNIT, dtype=np.int32)
    np.fill_diagonal(table, 0)
    for entry in _CLOSE.split():
        left, right, cost = entry[0], entry[1], int(entry[3:])
        table[_CODE[left], _CODE[right]] = table[_CODE[right], _CODE[left]] = cost
    return table


SUBSTITUTION: Final = _costs()
DELETION: Final = np.array([_GONE.get(symbol, UNIT) for symbol in SYMBOLS], dtype=np.int32)
_SUBSTITUTE: Final[list[list[int]]] = SUBSTITUTION.tolist()
_DELETE: Final[list[int]] = DELETION.tolist()


@lru_cache(maxsize=262_144)
def folded(word: str) -> bytes:
    """Return the sound symbols of a normalised word, as codes."""
    heard = word
    for pattern, symbol, holds in _FOLDS:
        for letters in holds:
            if letters in heard:
                heard = pattern.sub(symbol, heard)
                break
    return heard[:LONGEST].encode("ascii", "ignore").translate(_CODES, _SILENT)


def distance(left: str, right: str) -> int:
    """Return the cost of turning one word into the other; UNIT is one whole letter."""
    return apart(folded(left), folded(right))


def apart(left: bytes, right: bytes) -> int:
    """Return the distance of two folded words (Damerau 1964, restricted; three rows)."""
    before: list[int] = []
    row = _first_row(right)
    for i, sign in enumerate(left):
        above, row = row, [row[0] + _lost(left, i)]
        for j, other in enumerate(right):
            best = above[j] + _SUBSTITUTE[sign][other]
            if i == 0 and j == 0 and sign != other:
                best += _OUTSET
            best = min(best, above[j + 1] + _lost(left, i), row[j] + _lost(right, j))
            if i and j and sign == right[j - 1] and other == left[i - 1] and sign != other:
                best = min(best, before[j - 1] + _SWAPPED)
            row.append(best)
        before = above
    return row[-1]


def _first_row(word: bytes) -> list[int]:
    row = [0]
    for j in range(len(word)):
        row.append(row[-1] + _lost(word, j))
    return row


def _lost(word: bytes, place: int) -> int:
    """Return what it costs to leave out one symbol."""
    if place and word[place - 1] == word[place]:
        return _DOUBLED
    return _DELETE[word[place]] + (0 if place else _OUTSET)


_VOWELS: Final = frozenset(_CODE[sign] for sign in "aeiouywh")
_CLASSES: Final = {
    _CODE[sign]: group[0]
    for group in ("bpvf", "tdT", "kgqXcx", "szSCJj", "m", "n", "l", "r")
    for sign in group
    if sign in _CODE
}


@lru_cache(maxsize=262_144)
def skeleton(word: str) -> str:
    """Return the classes of the consonants of a word: words that sound alike mostly share it.

    >>> skeleton("vladimir") == skeleton("uladimir") or skeleton("putin") == skeleton("butin")
    True
    """
    classes = [_CLASSES.get(code, "") for code in folded(word) if code not in _VOWELS]
    kept = [sign for place, sign in enumerate(classes) if place == 0 or classes[place - 1] != sign]
    return "".join(kept)
