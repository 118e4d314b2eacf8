"""Words and codes that tell of health, belief, ethnicity, opinion, union, sexual life or meals.

Where a code, a number or a reference belongs, its form decides (`tells_words`, `masking`), since no list of
words is complete. The list is for what has the form of a code and is a word all the same. A name or a place
is compared with neither: `what is written into a name is not told from a name`.

>>> tells_sensitive("KOSHER MEAL"), tells_sensitive("wchr"), tells_sensitive("MFN4TI")
(True, True, False)
>>> tells_words("PEREGRINO"), tells_words("PUEBLO SHUAR"), tells_words("MFN4TI"), tells_words("AB 123456")
(True, True, False, False)
"""

import re
from typing import Final

_STEMS: Final = (
    "KOSHER KASHER HALAL VEGAN VEGETARIAN VGTARIAN CELIAC COELIAC GLUTEN LACTOSE DIABET INSULIN WHEELCHAIR"
    " RUEDAS EMBARAZ PREGNAN SORDO SORDA HEARING FASTING RAMADAN MUSLIM MUSULM JEWISH JUDIO EVANGELIC"
    " JEHOVA SINDICA TRADEUNION HOMOSEX LESBI TRANSGEN EPILEP ONCOLOG CANCER DIALYSIS DIALISIS OXYGEN"
    " OXIGENO STRETCHER BLINDNESS DISABLED DISCAPAC PSYCHIATR PSIQUIATR INDIGENA"
)
_WHOLE: Final = (
    "HIV VIH SIDA AIDS GAY PORK CERDO HINDU SIKH BLIND DEAF CIEGO CIEGA MEDA MEDIF OXYG STCR PREG DPNA DPNE"
    " ASTHMA ASMA AUTISM AUTIST TUMOR TUMOUR LUPUS DEMENT GITANO GITANA KICHWA QUEER JUDIA UMRAH"
    " MAOIST WCHR WCHS WCHC WCHP WCBD WCBW WCLB WCMP SVAN ESAN PPOC"
)
# Each pattern begins with letters, so that bytes are passed over as fast as they are read.
_PATTERNS: Final = (
    *((stem.encode(), re.compile(stem.encode())) for stem in _STEMS.split()),
    *(
        (word.encode(), re.compile(f"{word}(?<![A-Z0-9]{word})(?![A-Z0-9])".encode()))
        for word in _WHOLE.split()
    ),
    (b"ML", re.compile(rb"ML(?<=[A-Z]{2}ML)(?<![A-Z0-9][A-Z]{2}ML)(?![A-Z0-9])")),
)
_ANY: Final = re.compile(
    b"|".join(
        b"%c(?:%b)" % (first, b"|".join(one.pattern[1:] for letters, one in _PATTERNS if letters[0] == first))
        for first in sorted({letters[0] for letters, _ in _PATTERNS})
    )
)
"""All patterns as one, by their first letters: sooner done than each by itself where a text is short."""
_SHORT: Final = 64
_RUN: Final = re.compile(r"[^\W_]+")
_LONGEST_CODE: Final = 6
"""Letters alone that may still be a reference: a locator has six."""
_LOCODE: Final = 5
_LONGEST_PART: Final = 3
"""Letters alone that may stand beside another part of a number: a state, a series."""


def tells_words(text: str) -> bool:
    """Tell whether a text, where a code, a number or a reference belongs, says words instead.

    One of these is enough: more than six letters without a digit among them; two parts with a blank between
    them, of which one has more than three letters and no digit, or none has a digit, and that are more than
    the five letters of a place (`PE CLL`).
    """
    runs = _RUN.findall(text)
    letters = [len(run) for run in runs if not any(map(str.isdecimal, run))]
    longest = max(letters, default=0)
    apart, all_letters = len(text.split()) > 1, len(letters) == len(runs)
    return longest > _LONGEST_CODE or (
        apart and (longest > _LONGEST_PART or (all_letters and sum(letters) > _LOCODE))
    )


def tells_sensitive(text: str) -> bool:
    """Tell whether a text holds a word or code that may not be kept."""
    raw = text.encode()
    return bool(sensitive_places(raw)) if len(raw) > _SHORT else _ANY.search(raw.upper()) is not None


def sensitive_places(raw: bytes) -> list[int]:
    """Return where such words stand in some bytes, in order."""
    upper = raw.upper()
    return sorted(
        match.start()
        for letters, pattern in _PATTERNS
        if letters in upper
        for match in pattern.finditer(upper)
    )
