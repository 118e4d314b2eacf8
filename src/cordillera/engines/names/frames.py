"""The frame of a word: the classes of its consonants in order, by which words written as one are found.

Two words written as one and a word fit only if the frame of the one is that of the other, or of the other
without its particle (`core.joined`), so an index finds every such pair by a key. Vowels, y, w and h say
nothing; a consonant next to one of its class counts once. The frame of a word with fewer than three
consonants is the word itself: most short words would share one. Romanisations of one Chinese or Korean word
have one frame: Tsetung, Zedong.

>>> frame("delacruz") == frame("de" + "lakrus"), frame("elilopez") == frame("lopez")
(True, False)
>>> frame("cruzvega") in frames_of("delacruzvega"), frame("delacruzvega") in frames_of("cruzvega")
(True, False)
"""

from functools import lru_cache
from typing import Final
from zlib import crc32

from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.culture.variants import first_romanisation
from cordillera.engines.names.likeness import without_particle
from cordillera.engines.names.screen_arrays import NO_JOIN
from cordillera.engines.names.spelling import SYMBOLS, folded

FRAMES: Final = 4  # of a word at most: its own, and without a particle
_CLASSES: Final = ("bv", "p", "f", "tdT", "kqXcx", "g", "szS", "C", "Jj", "m", "n", "l", "r")
_CLASS_OF: Final = bytes(
    next((number for number, group in enumerate(_CLASSES, 1) if symbol in group), 0) for symbol in SYMBOLS
)
_SIGN: Final = 1 << 31
_LEAST: Final = 3  # consonants; a word of fewer must be written the same to the letter


def frame_of(word: str) -> int:
    """Return 32 bits of the frame of a normalised word, never the least of them (`NO_JOIN`)."""
    heard = first_romanisation(word)
    kinds = classes(heard)
    told = kinds if len(kinds) >= _LEAST else heard.rstrip(MARKS).encode()
    return max(crc32(told), 1) - _SIGN


frame: Final = lru_cache(maxsize=65_536)(frame_of)
"""The same for words that are likely to come again."""


@lru_cache(maxsize=65_536)
def frames_of(word: str) -> tuple[int, ...]:
    """Return FRAMES frames: that of a word and those of what it is without a particle; NO_JOIN for none."""
    found = dict.fromkeys((frame(word), *(frame(stem) for stem in without_particle(word))))
    return (*found, *[NO_JOIN] * FRAMES)[:FRAMES]


def classes(word: str) -> bytes:
    """Return the classes of the consonants of a word."""
    found = bytearray()
    last = 0
    for code in folded.__wrapped__(word):
        kind = _CLASS_OF[code]
        if kind and kind != last:
            found.append(kind)
        last = kind
    return bytes(found)
