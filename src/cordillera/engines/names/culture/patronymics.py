"""Names after the father: Slavic and Turkic endings, as the languages that borrow such names write them.

A patronymic is the father's name and an ending: Petrovich and Petrovych are one, and so are Vladimirovich
and Volodymyrovych, because Vladimir and Volodymyr are.

>>> patronymic_stem("petrovich"), patronymic_stem("petrovna"), patronymic_stem("petrov")
(('petr', 'm'), ('petr', 'f'), ('', ''))
"""

from functools import lru_cache
from typing import Final

from cordillera.engines.names.culture.marks import MARKS, VOWELLESS

_SONS_TEXT: Final = (  # Russian, Ukrainian, Belarusian, Serbian, Polish, German, Dutch, Swedish, Catalan,
    # Hungarian, Romanian, Greek, Arabic, Korean, Turkic; without vowels from Arabic letters
    "ufitsh ifitsh obichi ovits evits ovich evich ovych evych yevich yovych ovitch evitch avich iavich "
    "jewitsch owitsch ewitsch owitsj ewitsj ovic evic evics ovics owicz ewicz ovitj evitj ovici ovitx evitx "
    "oglu ogly ugli uulu vich vych vitch wicz"
)
_DAUGHTERS_TEXT: Final = "ovna evna yevna ivna owna ewna avna iauna auna ouna kyzy kizi qizi"
_SONS: Final = tuple(sorted(_SONS_TEXT.split(), key=len, reverse=True))
_DAUGHTERS: Final = tuple(sorted(_DAUGHTERS_TEXT.split(), key=len, reverse=True))
_ALL: Final = (*_SONS, *_DAUGHTERS)
_LEAST_STEM: Final = 3
_VOWELS: Final = frozenset("aeio")


@lru_cache(maxsize=65_536)
def patronymic_stem(word: str) -> tuple[str, str]:
    """Return the father's name in a patronymic and the sex of its ending, m or f; empty for other words."""
    bare = word.rstrip(MARKS)
    if not bare.endswith(_ALL):
        return "", ""
    for endings, sex in ((_SONS, "m"), (_DAUGHTERS, "f")):
        for ending in endings:
            if bare.endswith(ending) and len(bare) >= len(ending) + _LEAST_STEM:
                return bare.removesuffix(ending) + VOWELLESS * word.endswith(VOWELLESS), sex
    return "", ""


def fathers_of(stem: str) -> tuple[str, ...]:
    """Return the names that the stem of a patronymic may come from: Sergeevich, from Sergei.

    >>> fathers_of("serge"), fathers_of("petr")
    (('serge', 'sergei', 'sergey'), ('petr',))
    """
    return (stem, stem + "i", stem + "y") if stem[-1:] in _VOWELS else (stem,)
