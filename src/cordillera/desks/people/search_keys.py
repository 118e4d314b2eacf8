"""Blind keys by which stored people are found: for each word of a name, each document, each phone.

A word has a second key together with the year of birth, so that one surname and a year find the few whom they
mean among thousands. A year alone has none: there are some hundred, and whoever read the table would know
them by how often they occur.

A key is what stays of a word when spelling is taken away, hashed under the node's own key: the table tells
nobody a name. Words that sound alike, vowels that differ and scripts written in Latin letters share keys;
what is found by keys is opened and compared by the name engine, which decides.

>>> words_of("Jhon Vélez") == words_of("John Belez")
True
>>> words_of("习近平") & words_of("Xi Jinping") != frozenset()
True
"""

from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise
from typing import Final

from cordillera.desks.people.person_model import Item
from cordillera.desks.people.search_core import plain_phone
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.documents import normal_number
from cordillera.engines.names.normalise import read_name
from cordillera.engines.names.phonetic import sound

COLUMN: Final = "person_key.key"
_VOWELS: Final = str.maketrans("", "", "aeiou")
_FEW: Final = 2  # letters below which a word keeps its vowels
_MOST: Final = 64  # names of one item whose words become keys
_MOST_YEARS: Final = 6  # in which one birth of an item may lie, to become keys; and of an item together
_PROBE: Final = ("jhon", "velez", "yeferson", "muhammad", "quispe", "xijinping", "petrov", "guerrero")


def words_of(name: str) -> frozenset[str]:
    """Return the keys of a name: its words, and neighbouring words written as one."""
    texts = [word.text for word in read_name(name).words if not word.light]
    joined = [left + right for left, right in pairwise(texts)]
    return frozenset(f"w:{bone(text)}" for text in (*texts, *joined) if text)


def born_keys(names: Iterable[str], births: Iterable[str]) -> frozenset[str]:
    """Return the keys of each word of names together with each year of birth; a wide interval has none.

    >>> born_keys(["Jhon Vélez"], ["1985-08-05"]) >= born_keys(["Velez"], ["1985"]) != frozenset()
    True
    >>> born_keys(["Velez"], ["1950..1990"]), born_keys([""], ["1985"])
    (frozenset(), frozenset())
    """
    years: list[int] = []
    for birth in (one for text in births for one in read_births(text)):
        if birth.last.year - birth.first.year < _MOST_YEARS:
            years += range(birth.first.year, birth.last.year + 1)
    words = frozenset(word for name in names for word in words_of(name))
    return frozenset(f"y:{year}:{word}" for year in sorted(set(years))[:_MOST_YEARS] for word in words)


def bone(word: str) -> str:
    """Return what stays of a normal word without its vowels; of a short one, how it sounds.

    >>> bone("muhammad") == bone("mohamed"), bone("ana")
    (True, 'an')
    """
    heard = sound(word)
    hard = heard[:1] + heard[1:].translate(_VOWELS)
    plain = "".join(sign for place, sign in enumerate(hard) if place == 0 or sign != hard[place - 1])
    return plain if len(plain) >= _FEW else heard


def document_keys(numbers: Iterable[str]) -> frozenset[str]:
    """Return the keys of document numbers; a number that says nothing has none."""
    return frozenset(f"d:{plain}" for number in numbers if (plain := normal_number(number)))


def phone_keys(phones: Iterable[str]) -> frozenset[str]:
    """Return the keys of phones."""
    return frozenset(f"p:{plain}" for phone in phones if (plain := plain_phone(phone)))


def keys_of(item: Item) -> frozenset[str]:
    """Return all keys of an item."""
    names = frozenset(key for name in item.names[:_MOST] for key in words_of(name))
    born = born_keys(item.names[:_MOST], item.births)
    return names | born | document_keys(d.number for d in item.documents) | phone_keys(item.phones)


def scheme() -> str:
    """Return what changes when the making of keys does: the index is then made anew.

    >>> scheme() == scheme()
    True
    """
    probe = *(bone(word) for word in _PROBE), *born_keys(_PROBE[:1], ["1985"])
    return sha256("|".join(probe).encode()).hexdigest()[:16]
