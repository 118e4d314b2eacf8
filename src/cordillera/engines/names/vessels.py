"""Names of vessels: prefixes taken off, numbers that must agree, former names apart.

IMO number, MMSI and call sign are documents of the vessel (`DocumentKind.VESSEL`), weighed as evidence; the
flag has no field and never scores. Numerals tell sister ships apart: `Sea Star III` is not `Sea Star II`.

>>> reading = read_vessel("M/V SEA STAR III")
>>> [word.text for word in reading.words], reading.numbers
(['sea', 'star'], ('3',))
>>> vessel_names("BLUE GULL (ex Sea Star, f/k/a Nordic Wind)")
('BLUE GULL', 'Sea Star', 'Nordic Wind')
"""

import re
from functools import lru_cache
from typing import Final

from cordillera.engines.names.organisations import Reading
from cordillera.engines.names.organisations_reading import Token, read_tokens
from cordillera.engines.names.organisations_words import is_connector

_CACHED: Final = 65_536
_KINDS: Final = (
    "mv mt ms mf mts mtv ss ts tss fv bm bp bap bae ln lm pp sv my sy mb ft gt lng lpg lpgc lngc tb hms "
    "uss usns rv osv psv ahts vlcc fso fpso motonave mn buque nave barco vapor motor vessel ship tanker "
    "tug barge lancha embarcacion pesquero schip stoomschip motorschip navire bateau navio"
)
_PREFIXES: Final = frozenset(_KINDS.split())
_FORMER: Final = re.compile(
    r"[(\[,;]?\s*\b(?:ex|ex-nombre|formerly|former name|previously|antes|"
    r"f[./]?k[./]?a|n[./]?k[./]?a|a[./]?k[./]?a)"
    r"\b[.:\-]*\s*|[()\[\];]",
    re.IGNORECASE,
)
_OFTEN_BORNE: Final = (
    "sea star ocean lady queen king princess prince pacific atlantic gulf blue golden gold silver red "
    "white black sun moon wind wave bay island river lake santa san maria don dona virgen jesus reina "
    "rey nuevo nueva new great express spirit glory fortune hope victory pioneer eagle dolphin pearl "
    "diamond crystal jade iran chong nyon ho dragon lion tiger phoenix trader carrier bulk happy lucky "
    "good south north east west asia global"
)
_COMMON: Final = frozenset(_OFTEN_BORNE.split())
_BY_LENGTH: Final = (0.0, 4.0, 6.0, 7.5, 8.5, 9.5, 10.0, 10.5)
_COMMON_BITS: Final = 5.5


def vessel_names(text: str) -> tuple[str, ...]:
    """Return the name of a vessel and the former names that are written with it."""
    pieces = [piece.strip(" ,.-") for piece in _FORMER.split(text)]
    names = [name for piece in pieces for name in piece.split(", ") if name.strip()]
    return tuple(dict.fromkeys(name.strip() for name in names)) or (text.strip(),)


@lru_cache(maxsize=_CACHED)
def read_vessel(text: str) -> Reading:
    """Return the name of a vessel as words and numbers, without the prefix that tells its kind."""
    tokens = _without_prefix(read_tokens(text))
    words = tuple(token for token in tokens if not token.is_number and not is_connector(token.text))
    numbers = tuple(token.text for token in tokens if token.is_number)
    if not words:
        words, numbers = tokens, ()
    return Reading(text, words, tuple(vessel_told(word.text) for word in words), numbers)


def vessel_told(word: str) -> float:
    """Return what a word of a vessel's name tells, in bits."""
    return _COMMON_BITS if word in _COMMON else _BY_LENGTH[min(len(word), len(_BY_LENGTH) - 1)]


def _without_prefix(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    while len(tokens) > 1 and tokens[0].text in _PREFIXES:
        tokens = tokens[1:]
    while len(tokens) > 1 and tokens[-1].text in _PREFIXES and not tokens[-1].is_number:
        tokens = tokens[:-1]
    return tokens
