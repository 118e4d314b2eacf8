"""Arabic names as chains: articles, compounds with Abd and al-Din, kunyas, and words for son and daughter.

A compound is one name however it is spaced: `Abd al-Rahman`, `Abdul Rahman`, `Abdurrahman`, ``Abd-al-Rahman`
all become `abdrahman`; `Nur al-Din` and `Nureddin` become `nuruddin`; `Abu Bakr` becomes `abubakr`. The
article al- carries no weight. `Adb` and `Adbul` are slips for Abd and Abdul, and no names.

>>> compound_stem("abdurrahman"), compound_stem("abdelkader"), compound_stem("abdullah")
('rahman', 'kader', '')
"""

import re
from typing import Final

_ARTICLES_TEXT: Final = "al el ul ar as az ash an at ad ul ur ud us ut as ol"
ARTICLES: Final = frozenset(_ARTICLES_TEXT.split())
_SONS_TEXT: Final = "bin ben ibn bn_ abn_ bint binti ould oud wuld walad ait aït ag uld"
SONS: Final = frozenset(_SONS_TEXT.split())
_SERVANT_TEXT: Final = (
    "abd abd_ abdul abdel abdal abdol abdoul abdur abdus abdu abdi abdo abder abdou adb adbul abudl"
)
SERVANT: Final = frozenset(_SERVANT_TEXT.split())
_FATHERS_TEXT: Final = "abu abu_ abou abi aboo abul aboul"
FATHERS: Final = frozenset(_FATHERS_TEXT.split())
_FAITH_TEXT: Final = "din din_ deen dine uddin eddin eddine aldin aldeen dein udin"
FAITH: Final = frozenset(_FAITH_TEXT.split())
_OF_THE_FAITH: Final = re.compile(
    r"^(?:(\w{2,}?)(?:[aeiou]|ou)dd(?:in|ine|een|ein|yn)|(\w{3,}?)[aeu]ld(?:in|ine|een)|(\w{3,}?)ud(?:in|een))$"
)
_FAITH_ENDS: Final = ("in", "ine", "een", "ein", "yn")  # most words have none: asked before the pattern
_NO_FAITH_TEXT: Final = "geraldin geraldine reynaldin reinaldin arnaldin romualdin claudin baudin gaudin"
_NO_FAITH: Final = frozenset(_NO_FAITH_TEXT.split())
_SERVANT_OF: Final = re.compile(
    r"^ab(?:d|dh)(?:(?:[aeiou]|ou)l|(?:[aeiou]|ou)(?=([rsznt])\1)|(?:[aeiou]|ou)(?=sh|r))?-?(\w{4,})$"
)
_WHOLE_NAMES_TEXT: Final = (
    "abdullah abdallah abdulla abdalla abdellah abdoullah abdullahi abdella abdulle abdollah"
)
_WHOLE_NAMES: Final = frozenset(_WHOLE_NAMES_TEXT.split())


def compound_stem(word: str) -> str:
    """Return what follows "servant of the" in a name written as one word; "" when it is no such name."""
    if word in _WHOLE_NAMES or not word.startswith("ab"):
        return ""
    found = _SERVANT_OF.match(word)
    if not found:
        return ""
    stem = found[2]
    return stem[1:] if len(stem) > 4 and stem[0] == stem[1] else stem


def faith_stem(word: str) -> str:
    """Return what stands before "of the faith" in a name written as one word; "" when it is no such name.

    >>> faith_stem("jamaleddine"), faith_stem("kamarudin"), faith_stem("geraldine")
    ('jamal', 'kamar', '')
    """
    if not word.endswith(_FAITH_ENDS) or word in _NO_FAITH or word in FAITH:
        return ""
    found = _OF_THE_FAITH.match(word)
    return next(filter(None, found.groups()), "") if found else ""
