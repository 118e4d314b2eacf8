"""What is written where a name, or a part of one, is not known: it says nothing about who somebody is.

A birthday in common and a placeholder in common are two people of whom little is known. Rules, each with a
test:
1. words that mean unknown, in the languages of lists and carriers (`FNU`, `desconocido`, `неизвестно`);
2. phrases (`NO CONSTA`, `sin apellido`, `без отчества`), the longest first;
3. a letter, a slash, a letter (`S/N`, `N/A`); but `s/o`, `d/o`, `a/l` and `a/p` name the father, as `bin`
   does;
4. what fills a field: X twice or more, in any alphabet, another letter three times or more, digits;
5. `NN`, `N.N.` and `N/N` (nomen nescio); written `Nn` it is a name, since names are so written. No
   romanisation of Chinese (pinyin, Wade-Giles, Jyutping, Pe̍h-ōe-jī), Khmer, Vietnamese or Korean makes a
   whole name of it: `Ng`, `Na`, `No`, `Nu` and `Ny` are names and stay.
`Null`, `None`, `Nil`, `Na` and `Doe` are names that people bear, and stay.

>>> unknown(["no", "consta", "velez"], ["NO", "CONSTA", "VELEZ"])
{0, 1}
>>> read_slashes("RAJAN S/O KUMAR"), read_slashes("Velez S/N")
('RAJAN bin KUMAR', 'Velez    ')
"""

import re
from collections.abc import Sequence
from typing import Final

_WORDS_TEXT: Final = (
    "fnu lnu nfn nln nmn unk unkn unknown unnamed anonymous noname desconocido desconocida ignorado ignorada "
    "innominado innominada anonimo anonima sinnombre sinnombres sinapellido sinapellidos noconsta notiene "
    "noregistra desconhecido desconhecida inconnu inconnue unbekannt sconosciuto sconosciuta neizvestno "
    "neizvesten neizvestnyy neizvestnaya nevidomo nevidomiy nevidoma"
)
_OTHER_SCRIPTS_TEXT: Final = (
    "不详 不詳 不明 未知 无名 無名 无名氏 無名氏 佚名 미상 불명 مجهول مجهولة نامعلوم ناشناس אלמוני"
)
_PHRASES_TEXT: Final = (
    "sin nombre|sin nombres|sin apellido|sin apellidos|sin segundo nombre|sin segundo apellido|sin datos|"
    "sin dato|sin informacion|sin identificar|sin especificar|por identificar|por determinar|por confirmar|"
    "no consta|no tiene|no registra|no registrado|no registrada|no aplica|no disponible|no informa|"
    "no informado|no informada|no indica|no especifica|no especificado|no identificado|no identificada|"
    "no posee|se desconoce|se ignora|nombre desconocido|nombre ignorado|apellido desconocido|"
    "apellido ignorado|recien nacido|recien nacida|fulano de tal|fulana de tal|"
    "no name|no surname|no nombre|no apellido|no first name|no middle name|no last name|no given name|"
    "no given names|no family name|not known|not given|not stated|not recorded|not provided|not specified|"
    "not applicable|not available|name unknown|unknown name|unknown male|unknown female|male unknown|"
    "female unknown|first name unknown|last name unknown|"
    "nao consta|nao informado|nao informada|nao declarado|nao identificado|nao identificada|sem nome|"
    "sem sobrenome|sans nom|sans prenom|non connu|non connue|non communique|non renseigne|nom inconnu|"
    "senza nome|ohne namen|ohne vornamen|nicht bekannt|"
    "bez otchestva|bez imeni|bez familii|net dannykh|n n"
)
_SLASHED_TEXT: Final = "sn na nd nk ni nc nn sa sd si бо би бф"
_FATHERS_TEXT: Final = "so do al ap"  # son or daughter of, in English and Malay

WORDS: Final = frozenset(_WORDS_TEXT.split())
OTHER_SCRIPTS: Final = frozenset(_OTHER_SCRIPTS_TEXT.split())
PHRASES: Final = frozenset(tuple(phrase.split()) for phrase in _PHRASES_TEXT.split("|"))
_LONGEST: Final = max(len(phrase) for phrase in PHRASES)
_BEGIN: Final = frozenset(phrase[0] for phrase in PHRASES)
_SLASHED: Final = dict.fromkeys(_SLASHED_TEXT.split(), "   ") | dict.fromkeys(_FATHERS_TEXT.split(), "bin")
_SLASH: Final = re.compile(r"(?<![^\W_])([^\W\d_])/([^\W\d_])(?![^\W_])")
_FILLED_IN: Final = re.compile(r"([a-z])\1{2,}|[0-9]+")
_EXES: Final = frozenset("x\u0445\u03c7")  # Latin, Cyrillic, Greek
_NOMEN_NESCIO: Final = "nn"


def read_slashes(text: str) -> str:
    """Return a text of the same length without letters that a slash parts, or with `bin` for a father."""
    if "/" not in text:
        return text
    return _SLASH.sub(lambda found: _SLASHED.get((found[1] + found[2]).casefold(), found[0]), text)


def unknown(texts: Sequence[str], written: Sequence[str]) -> set[int]:
    """Return the numbers of the words of a name that stand where it is not known; `texts`: normalised."""
    found = {
        number
        for number, (text, as_written) in enumerate(zip(texts, written, strict=True))
        if _is_unknown(text, as_written)
    }
    for first in [number for number, text in enumerate(texts) if text in _BEGIN]:
        for last in range(min(len(texts), first + _LONGEST), first + 1, -1):
            if tuple(texts[first:last]) in PHRASES:
                found.update(range(first, last))
    return found


def _is_unknown(text: str, written: str) -> bool:
    if text == _NOMEN_NESCIO:
        return not written.istitle()
    if text in WORDS or written in OTHER_SCRIPTS or _FILLED_IN.fullmatch(text):
        return True
    return len(written) > 1 and _EXES.issuperset(written.casefold())
