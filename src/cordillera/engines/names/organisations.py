"""Names of organisations: words by what they tell, legal forms, numbers, places, acronyms.

Conditions; each adds terms in bits that sum to the score:
1. the prior, and the words by the pair score of `core.py`, with what words of organisations tell;
2. names of organisations are registered to be told apart: the whole name equal adds, as does the same set of
   words in another order; a name of generic words only adds nothing;
3. numbers must agree: the same number adds, another one takes much, one that only one side has takes some;
4. legal forms are folded to classes: the same adds a little, another takes a little, a missing one nothing;
5. a country in the name on one side only takes some (a sister company), another country more;
6. a name that is the initials of the other's words fits as an acronym.

>>> reading = read_organisation("Comercial Fabrika 7 Cía. Ltda.")
>>> [word.text for word in reading.words], reading.numbers, sorted(reading.forms)
(['trading', 'manufacturing'], ('7',), ['limited'])
"""

from functools import lru_cache
from typing import Final

import msgspec

from cordillera.engines.names.organisations_forms import COMPANY, form_at_end, form_at_start
from cordillera.engines.names.organisations_reading import Token, read_tokens
from cordillera.engines.names.organisations_words import folded, is_connector, is_place, told
from cordillera.engines.names.places_countries import country_of

_CACHED: Final = 65_536


class Reading(msgspec.Struct, frozen=True):
    """A name of an organisation, vessel or address as read. `information`: bits of each word.

    `initials`: the first letters of all words, connectors left out and kept, to fit an acronym.
    """

    written: str
    words: tuple[Token, ...]
    information: tuple[float, ...]
    numbers: tuple[str, ...] = ()
    forms: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    initials: frozenset[str] = frozenset()


@lru_cache(maxsize=_CACHED)
def read_organisation(text: str) -> Reading:
    """Return the name of an organisation as words, numbers, classes of legal forms, and countries."""
    tokens, forms = _without_forms(read_tokens(text))
    words = tuple(token for token in tokens if not token.is_number and not is_connector(token.text))
    numbers = tuple(token.text for token in tokens if token.is_number)
    if not words:
        words, numbers = _as_words(tokens), ()
    kept = tuple(msgspec.structs.replace(word, text=folded(word.text)) for word in words)
    return Reading(
        text,
        kept,
        tuple(told(word.text) for word in kept),
        numbers,
        forms,
        frozenset(country_of(word.text) or word.text for word in words if is_place(word.text)),
        _initials(tokens),
    )


def _as_words(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the numbers of a name that has nothing else: `11420 CORP.` is named by its number."""
    numbers = tuple(token for token in tokens if token.is_number)
    return numbers or tuple(token for token in tokens if token.written != "&")


def _without_forms(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], frozenset[str]]:
    """Take legal forms off both ends, never the whole name."""
    forms: set[str] = set()
    while len(tokens) > 1:
        texts = tuple(token.text for token in tokens)
        count, kind = form_at_end(texts)
        at_end = bool(count)
        if not count:
            count, kind = form_at_start(texts)
        if not count or count == len(tokens) or not _names_left(tokens, count, at_end=at_end):
            break
        forms.add(kind)
        tokens = tokens[:-count] if at_end else tokens[count:]
    return tokens, frozenset(forms)


def _names_left(tokens: tuple[Token, ...], count: int, *, at_end: bool) -> bool:
    rest = tokens[:-count] if at_end else tokens[count:]
    return any(not is_connector(token.text) for token in rest)


def _initials(tokens: tuple[Token, ...]) -> frozenset[str]:
    words = [token.text for token in tokens if not token.is_number]
    firm = [word for word in words if not is_connector(word)]
    return frozenset("".join(word[0] for word in some) for some in (words, firm) if len(some) > 2)


def forms_differ(left: frozenset[str], right: frozenset[str]) -> bool | None:
    """Tell whether the classes of two legal forms differ; None when one says nothing of its own."""
    own, other = left - {COMPANY}, right - {COMPANY}
    if not own or not other:
        return None if not (left and right and left == right) else False
    return own.isdisjoint(other)
