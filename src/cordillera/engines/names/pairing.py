"""Which words of two names fit each other, and what the words without a partner cost.

Conditions, numbered as in `compare.py`:
1. the best one-to-one pairing by weight and likeness;
2. words without a partner: light words (particles, titles, initials) cost nothing;
   2a. only one side has such words, and two words fit: they cost EXTRA_WORD of their weight,
   2b. the same, and the word is the second of two surnames: MATERNAL_DROPPED,
   2c. both sides have such words of the same part of the name: the lighter side is charged in full,
   2d. fewer than two words fit, or the first surname is the missing one: charged in full;
3. surnames in exchanged order; given and family names exchanged; no given name fits, or no surname;
4. too little information in the words that fit.

>>> from cordillera.engines.names.vocabulary import Vocabulary
>>> sides = [weigh(read_name(text), Vocabulary()) for text in ("Jhon Velez", "JOHN BELES")]
>>> tally(*sides, edges_between(*sides)).value > 0.9
True
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from cordillera.engines.names import constants
from cordillera.engines.names.assignment import Pairs, best_pairs
from cordillera.engines.names.normalise import Name, Word, read_name
from cordillera.engines.names.similarity import Likeness, agreement, cut_similarity, word_similarity
from cordillera.engines.names.vocabulary import Vocabulary

__all__ = ["LONGEST_RUN", "Edges", "Side", "Tally", "edges_between", "merged", "read_name", "tally", "weigh"]

Edges = Mapping[tuple[int, int], Likeness]
Charges = dict[int, float]
_TWO: Final = 2
LONGEST_RUN: Final = 4  # words that may be written as one: De la Cruz


class Side(msgspec.Struct, frozen=True):
    """One name with the weight of each word in the list's vocabulary."""

    name: Name
    weights: tuple[float, ...]


class Tally(msgspec.Struct, frozen=True):
    """The comparison of two names in numbers; `explain.py` turns it into terms.

    `agreed` is the mean agreement of the pairs, `matched` their weight, `charged` the cost of words
    without a partner, per side; `adjustments` are pairs of message id and contribution.
    """

    value: float
    pairs: Pairs = []
    agreed: float = 0.0
    matched: float = 0.0
    charged: tuple[Charges, Charges] = ({}, {})
    adjustments: tuple[tuple[str, float], ...] = ()


NOTHING: Final = Tally(0.0)


def weigh(name: Name, vocabulary: Vocabulary) -> Side:
    """Return a name with its weights; light words weigh a small share."""
    weights = tuple(
        vocabulary.weight(word.text) * (constants.LIGHT_WEIGHT if word.light else 1.0) for word in name.words
    )
    return Side(name, weights)


def edges_between(subject: Side, listed: Side) -> dict[tuple[int, int], Likeness]:
    """Return the likeness of all pairs of words that are alike at all."""
    cut = words_that_may_be_cut(subject.name)
    found = {}
    for i, own in enumerate(subject.name.words):
        alike = cut_similarity if i in cut else word_similarity
        for j, other in enumerate(listed.name.words):
            likeness = alike(own.text, other.text)
            if likeness.value > 0.0:
                found[i, j] = likeness
    return found


def words_that_may_be_cut(name: Name) -> frozenset[int]:
    """Return the last word of each part of a name so long that a machine-readable line may have cut it."""
    if not name.may_be_cut or not name.words:
        return frozenset()
    last = len(name.words) - 1
    return frozenset({last, min(name.family) - 1} - {-1}) if name.family else frozenset({last})


def merged(side: Side, other: Side) -> Side:
    """Return `side` with neighbouring words joined where the other side writes them as one word."""
    wanted = {word.text for word in other.name.words}
    run = _run_to_join(side.name.words, wanted)
    return side if run is None else merged(_join(side, *run), other)


def _run_to_join(words: tuple[Word, ...], wanted: set[str]) -> tuple[int, int] | None:
    for start in range(len(words) - 1):
        text = words[start].text
        for end in range(start + 1, min(start + LONGEST_RUN, len(words))):
            text += words[end].text
            if text in wanted:
                return start, end
    return None


def _join(side: Side, start: int, end: int) -> Side:
    words = side.name.words
    first, last = words[start], words[end]
    written = " ".join(word.written for word in words[start : end + 1])
    text = "".join(word.text for word in words[start : end + 1])
    one = Word(text, written, first.start, last.end, first.field)
    gone = end - start
    family = side.name.family
    if family is not None:
        family = frozenset(i if i <= start else max(start, i - gone) for i in family)
    name = msgspec.structs.replace(side.name, words=(*words[:start], one, *words[end + 1 :]), family=family)
    weight = max(side.weights[start : end + 1])
    return Side(name, (*side.weights[:start], weight, *side.weights[end + 1 :]))


def tally(subject: Side, listed: Side, edges: Edges) -> Tally:
    """Return the comparison of two names, given which of their words are alike."""
    if not edges:
        return NOTHING
    shared = {(i, j): min(subject.weights[i], listed.weights[j]) for i, j in edges}
    gains = {pair: weight * agreement(edges[pair].value) + 1e-9 for pair, weight in shared.items()}
    pairs = best_pairs(gains, len(subject.weights), len(listed.weights))
    matched = sum(shared[pair] for pair in pairs)
    agreed = sum(shared[pair] * agreement(edges[pair].value) for pair in pairs) / matched
    charged = _charge(subject, listed, pairs)
    cost = sum(charged[0].values()) + sum(charged[1].values())
    adjustments = _adjust(subject, listed, pairs)
    value = agreed * matched / (matched + cost) + sum(amount for _, amount in adjustments)
    return Tally(value, pairs, agreed, matched, charged, adjustments)


def _charge(subject: Side, listed: Side, pairs: Pairs) -> tuple[Charges, Charges]:
    own, other = {i for i, _ in pairs}, {j for _, j in pairs}
    left = _left(subject, own), _left(listed, other)
    if not left[0] and not left[1]:
        return {}, {}
    if len(_firm(subject, pairs)) < _TWO:
        return _in_full(subject, left[0]), _in_full(listed, left[1])
    turned = [(j, i) for i, j in pairs]
    parts = _parts(subject.name, pairs, listed.name), _parts(listed.name, turned, subject.name)
    share = _shares(subject, listed, left, parts)
    return (
        {i: _cost(subject, i, share[0].get(parts[0].get(i, ""), 0.0), own) for i in left[0]},
        {j: _cost(listed, j, share[1].get(parts[1].get(j, ""), 0.0), other) for j in left[1]},
    )


def _left(side: Side, paired: set[int]) -> list[int]:
    return [i for i, word in enumerate(side.name.words) if i not in paired and not word.light]


def _firm(subject: Side, pairs: Pairs) -> Pairs:
    return [pair for pair in pairs if not subject.name.words[pair[0]].light]


def _in_full(side: Side, left: list[int]) -> Charges:
    return {i: side.weights[i] * constants.CONFLICT for i in left}


def _parts(name: Name, pairs: Pairs, other: Name) -> dict[int, str]:
    """Tell the given names ("g") from the surnames ("f"), by the name itself or by its partners' parts."""
    count = len(name.words)
    if name.family is not None:
        return {i: "f" if i in name.family else "g" for i in range(count)}
    if other.family is None:
        return {}
    surnames = [i for i, j in pairs if j in other.family]
    given = [i for i, j in pairs if j not in other.family]
    if not surnames or not given:
        return {}
    if max(given) < min(surnames):
        return {i: "g" if i < min(surnames) else "f" for i in range(count)}
    if max(surnames) < min(given):
        return {i: "f" if i < min(given) else "g" for i in range(count)}
    return {}


def _shares(
    subject: Side,
    listed: Side,
    left: tuple[list[int], list[int]],
    parts: tuple[dict[int, str], dict[int, str]],
) -> tuple[dict[str, float], dict[str, float]]:
    """Return per part of the name the share of each side's words that the other side contradicts.

    Only one side is charged for a contradiction: the heavier one, up to the weight of the lighter.
    """
    known = bool(parts[0]) and bool(parts[1])
    shares: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for part in ("g", "f") if known else ("",):
        own = sum(subject.weights[i] for i in left[0] if not known or parts[0][i] == part)
        other = sum(listed.weights[j] for j in left[1] if not known or parts[1][j] == part)
        heavier = 0 if own >= other else 1
        least, most = min(own, other), max(own, other)
        shares[heavier][part] = least / most if most else 0.0
        shares[1 - heavier][part] = 0.0 if not least else -1.0
    if not known:
        return _same_for_all(shares[0], parts[0]), _same_for_all(shares[1], parts[1])
    return shares


def _same_for_all(share: dict[str, float], parts: dict[int, str]) -> dict[str, float]:
    return {"": share[""], **dict.fromkeys(parts.values(), share[""])}


def _cost(side: Side, word: int, contradicted: float, paired: set[int]) -> float:
    if contradicted < 0.0:
        return 0.0
    rate = _rate(side, word, paired)
    return side.weights[word] * (contradicted * constants.CONFLICT + (1.0 - contradicted) * rate)


def _rate(side: Side, word: int, paired: set[int]) -> float:
    surnames = side.name.surnames
    if len(surnames) != _TWO or word not in surnames:
        return constants.EXTRA_WORD
    if word == surnames[1]:
        return constants.MATERNAL_DROPPED if surnames[0] in paired else constants.EXTRA_WORD
    return constants.CONFLICT if surnames[1] in paired else constants.EXTRA_WORD


def _adjust(subject: Side, listed: Side, pairs: Pairs) -> tuple[tuple[str, float], ...]:
    found = []
    if _surnames_swapped(subject.name, listed.name, pairs):
        found.append(("names.surnames_swapped", constants.SURNAMES_SWAPPED))
    elif _parts_exchanged(subject, listed, pairs):
        found.append(("names.given_family_exchanged", constants.PARTS_EXCHANGED))
    else:
        found.extend(_contradicted_parts(subject, listed, pairs))
    told = sum(min(subject.weights[i], listed.weights[j]) for i, j in _firm(subject, pairs))
    lowered = common_adjustment(told)
    return (*found, ("names.common_words_only", lowered)) if lowered else tuple(found)


def _contradicted_parts(subject: Side, listed: Side, pairs: Pairs) -> list[tuple[str, float]]:
    """Tell when both sides know their given names, or surnames, and none of them fits."""
    own, other = subject.name.family, listed.name.family
    if own is None or other is None:
        return []
    found = []
    for reason, inside in (("names.given_names_contradict", False), ("names.surnames_contradict", True)):
        sides = ((subject, own, 0), (listed, other, 1))
        both = all(_firm_words(side, family, inside=inside) for side, family, _ in sides)
        fits = any(
            (pair[which] in family) is inside
            for side, family, which in sides
            for pair in _firm(subject, pairs)
        )
        if both and not fits:
            found.append((reason, constants.PART_CONTRADICTS))
    return found


def _firm_words(side: Side, family: frozenset[int], *, inside: bool) -> bool:
    return any((i in family) is inside and not word.light for i, word in enumerate(side.name.words))


def common_adjustment(told: float) -> float:
    """Return what too little information in the fitting words costs (<= 0)."""
    return -constants.COMMON_SLOPE * max(0.0, constants.COMMON_BELOW - told)


def _surnames_swapped(subject: Name, listed: Name, pairs: Pairs) -> bool:
    if len(listed.surnames) == _TWO:
        there = {j: i for i, j in pairs}
        first, second = listed.surnames
    elif len(subject.surnames) == _TWO:
        there = dict(pairs)
        first, second = subject.surnames
    else:
        return False
    return first in there and second in there and there[first] > there[second]


def _parts_exchanged(subject: Side, listed: Side, pairs: Pairs) -> bool:
    own, other = subject.name.family, listed.name.family
    firm = _firm(subject, pairs)
    if own is None or other is None or len(firm) < _TWO:
        return False
    return all((i in own) != (j in other) for i, j in firm)
