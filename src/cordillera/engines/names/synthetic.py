"""Invented people in any number, with the skew of real names: for benchmarks and tests, never as data.

Names are drawn with falling frequency (Zipf-Mandelbrot), family names with a long tail put together from
syllables. The same seed draws the same people. Nobody drawn is meant to be a real person.

>>> people = list(invent(3, seed=1))
>>> people == list(invent(3, seed=1)), people[0].ref
(True, '0')
"""

from collections.abc import Iterator
from sys import intern
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.synthetic_words import CULTURES, Culture

_CHUNK: Final = 20_000  # people drawn at once
_TAIL: Final = 30_000  # rare family names of one culture, at most
_GIVEN_TAIL: Final = 1_500
_DAYS: Final = 365 * 80
_SECOND_GIVEN: Final = 0.7  # share of people with a second given name where the culture knows one
_ENDINGS: Final = {"a": "vich", "i": "yevich", "j": "yevich", "y": "yevich"}
Draw = np.random.Generator


class Invented(msgspec.Struct, frozen=True):
    """An invented person: the parts of the name as written, and a date of birth (ISO)."""

    ref: str
    given: str
    family: str
    birth: str
    family_first: bool = False

    @property
    def full(self) -> str:
        """The whole name in the order of its culture."""
        parts = (self.family, self.given) if self.family_first else (self.given, self.family)
        return " ".join(parts)


class _Pool(msgspec.Struct, frozen=True):
    """Words with the cumulated chance of each."""

    words: tuple[str, ...]
    chances: npt.NDArray[np.float64]

    def draw(self, rng: Draw, count: int) -> list[str]:
        """Return `count` words."""
        return [self.words[at] for at in np.searchsorted(self.chances, rng.random(count)).tolist()]


def invent(count: int, *, seed: int) -> Iterator[Invented]:
    """Return `count` invented people, the same ones for the same seed."""
    pools = [_pools(culture, number) for number, culture in enumerate(CULTURES)]
    for start in range(0, count, _CHUNK):
        rng = np.random.default_rng([seed, start])
        yield from _chunk(rng, pools, start, min(_CHUNK, count - start))


def _chunk(rng: Draw, pools: list[tuple[_Pool, _Pool]], start: int, size: int) -> Iterator[Invented]:
    shares = [culture.share for culture in CULTURES]
    cultures = rng.choice(len(CULTURES), size=size, p=shares)
    days = (np.datetime64("1930-01-01") + rng.integers(0, _DAYS, size)).astype(str).tolist()
    births = [intern(day) for day in days]  # people outnumber days: one text for each day
    second = (rng.random(size) < _SECOND_GIVEN).tolist()
    given = [pool.draw(rng, 2 * size) for pool, _ in pools]
    family = [pool.draw(rng, 2 * size) for _, pool in pools]
    for at, culture in enumerate(cultures.tolist()):
        words = (
            given[culture][at],
            given[culture][at + size],
            family[culture][at],
            family[culture][at + size],
        )
        kind = CULTURES[culture]
        first, last = _parts(kind.pattern, words, second=second[at])
        yield Invented(str(start + at), first, last, births[at], kind.pattern.startswith("f"))


def _parts(pattern: str, words: tuple[str, str, str, str], *, second: bool) -> tuple[str, str]:
    first, other, paternal, maternal = words
    given = [first]
    if "p" in pattern and second and other != first:
        given.append(other)
    if "c" in pattern:
        given += ["bin", other] if second else []
        return " ".join(given), f"al-{paternal}"
    if "o" in pattern:
        given.append(_patronymic(other))
    return " ".join(given), f"{paternal} {maternal}" if "m" in pattern else paternal


def _patronymic(name: str) -> str:
    return name[:-1] + _ENDINGS[name[-1]] if name[-1] in _ENDINGS else name + "ovich"


def _pools(culture: Culture, number: int) -> tuple[_Pool, _Pool]:
    """Return the given and family names of a culture; the tail is shuffled by the culture's own seed."""
    rng = np.random.default_rng([20_261_122, number])
    made = [start + end for start in culture.starts for end in culture.ends]
    longer = [
        start + end[:2] + other for start in culture.starts for end in culture.ends for other in culture.ends
    ]
    rng.shuffle(longer)
    tail = list(dict.fromkeys(made + longer))[:_TAIL]
    rare_given = [start.capitalize() + end for start in culture.starts for end in culture.ends][::-1][
        :_GIVEN_TAIL
    ]
    return _pool((*culture.given, *rare_given), 4.0, 1.35), _pool((*culture.family, *tail), 12.0, 1.0)


def _pool(words: tuple[str, ...], shift: float, steepness: float) -> _Pool:
    """Return words with chances that fall as 1 / (rank + shift) ** steepness (Mandelbrot 1953)."""
    unique = tuple(dict.fromkeys(words))
    weights = 1.0 / (np.arange(len(unique)) + shift) ** steepness
    chances = np.cumsum(weights / weights.sum())
    chances[-1] = 1.0
    return _Pool(unique, chances)


def damaged(person: Invented, rng: Draw) -> str:
    """Return the name as another clerk might write it: an accent lost, a letter wrong, a part dropped."""
    given, family = person.given.split(), person.family.split()
    choice = int(rng.integers(0, 5))
    if choice == 0 and len(family) > 1:
        family = family[:-1]
    elif choice == 1 and len(given) > 1:
        given = given[:1]
    elif choice == 2:
        return " ".join([*family, *given]).upper()
    else:
        longest = max(range(len(family)), key=lambda at: len(family[at]))
        family[longest] = _one_letter_wrong(family[longest], rng)
    return " ".join([*given, *family])


def _one_letter_wrong(word: str, rng: Draw) -> str:
    at = int(rng.integers(1, len(word))) if len(word) > 1 else 0
    if len(word) > 3 and rng.random() < 0.5:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at - 1 : at] + word[at:]
