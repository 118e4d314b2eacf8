"""The score of two names, in whole numbers: the readable reference of `kernel.py`.

Conditions, each adds lines (reason, part of either name, contribution) that sum exactly to the score:
1. the prior;
2. the best one-to-one pairing: a pair earns the information of its commoner word less what the likeness
   loses; an initial earns little; a given name that fits a surname, or crossed surnames, lose;
   2a. words that the other side writes as one, with the same consonants, are joined first (`joined`);
   2b. what words tell together beyond a limit counts by half (`together`);
3. a word on each side without a partner contradict each other, by the part of the name they stand in;
   3a. more when they are not even spelt alike, and when first names are so and only a second one fits;
4. a word that only one side has costs little; a second surname or a patronymic nearly nothing; nothing when
   the other side is a single word (Pelé);
5. first and second given names exchanged, a paternal surname left out, or words out of order lower;
   5a. surnames exchanged contradict by 3 and are told as what they are;
6. that only one word fits lowers, and more when both names have others; that none fits, most.

`similarity` is told apart from the score: the share of the weight of both names that agrees, in 1/1024. When
it is at least t, the paired words weigh at least t of the weight of one name (`matched_share_needed`).

>>> left, right = (side_of(read_parts(name)) for name in ("José Macías", "MACIAS VILLAMAR, Jose Adolfo"))
>>> found = compare_names(left, right)
>>> found.score > 0 and found.score == sum(line.amount for line in found.lines)
True
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from itertools import pairwise
from math import log2
from typing import Final

import msgspec

from cordillera.engines.names import weights as w
from cordillera.engines.names.assignment import Pairs, best_pairs
from cordillera.engines.names.core_order import few_fit, order, paternal_missing, tell_swapped
from cordillera.engines.names.core_shapes import (
    SHORTEST_JOINED,
    Half,
    Line,
    NameTally,
    Side,
    Words,
    as_one,
    half_of,
)
from cordillera.engines.names.core_similarity import similarity
from cordillera.engines.names.culture.common import commonness
from cordillera.engines.names.frames import frames_of
from cordillera.engines.names.likeness import FULL, Reason, WordLikeness, word_likeness
from cordillera.engines.names.parts import NameParts, read_parts
from cordillera.engines.names.roles import Role
from cordillera.engines.names.spelling import UNIT, distance, folded

__all__ = [
    "SHORTEST_JOINED",
    "Line",
    "NameTally",
    "Side",
    "Words",
    "as_one",
    "compare_names",
    "information",
    "read_parts",
    "side_of",
]

GIVEN_ROLES: Final = frozenset({Role.GIVEN, Role.SECOND})
FAMILY_ROLES: Final = frozenset({Role.FAMILY, Role.MATERNAL, Role.MARRIED, Role.SURNAME})
FATHERS_ROLES: Final = frozenset({Role.FAMILY, Role.SURNAME})
LEAST_JOINED: Final = 900  # likeness from which two words are the two halves of one
LEAST_JOINED_SYLLABIC: Final = 985
_TWO: Final = 2
_INITIAL: Final = Reason.INITIAL
_LOSSES: Final = w.LOSSES
_SHARE: Final = w.SHARE_OF_INFORMATION
_GRID: Final = w.GRID
_SAVED: Final = w.SAVED
_LEAST_GAIN: Final = w.LEAST_GAIN
_SAME_INITIAL: Final = str.maketrans("wufbkqyzh", "vvvvccjsj")
Edges = Mapping[tuple[int, int], WordLikeness]
Likeness = Callable[[str, str], WordLikeness]
Texts = tuple[str, ...]


class _Likes(msgspec.Struct, frozen=True):
    """The likeness of words, and how alike two halves and a whole must be."""

    of: Likeness
    least_joined: int


@lru_cache(maxsize=4_096)  # words have few shares
def information(share: float) -> int:
    """Return what a word tells, in 1/GRID bit, that this share of people bears."""
    return min(w.MOST_INFORMATION, max(w.LEAST_INFORMATION, round(-log2(share) * w.GRID)))


def side_of(name: NameParts, share: Callable[[str], float] = commonness) -> Side:
    """Return a name with the information of its parts; `share` tells how common a word is."""
    texts = tuple(part.text for part in name.parts)
    told = tuple(information(share(text)) for text in texts)
    spans = tuple((i, i) for i in range(len(texts)))
    return Side(texts, tuple(part.role for part in name.parts), told, spans)


def compare_names(left: Side, right: Side, likeness: Likeness = word_likeness) -> NameTally:
    """Return the score of two names, its lines, and their similarity."""
    strict = left.is_syllabic and right.is_syllabic
    if left.may_meet(right) and (meeting(left, right) or meeting(right, left)):
        likes = _likes(likeness, strict=strict)
        left, right = joined(left, right, likes), joined(right, left, likes)
    edges = edges_between(left, right, likeness)
    gains = {
        pair: gain + _SAVED
        for pair, alike in edges.items()
        if (gain := gain_of(left, right, pair, alike, strict=strict)) >= _LEAST_GAIN
    }
    pairs = best_pairs(gains, len(left.texts), len(right.texts))
    lines = [Line("names.prior", -1, -1, w.PRIOR)]
    fit = [Line(edges[pair].reason, *pair, gains[pair] - _SAVED) for pair in pairs]
    lines += fit
    lines += together(sum([line.amount for line in fit]))
    alone = without_partner(left, pairs, 0), without_partner(right, pairs, 1)
    clashes = contradictions(left, right, alone) if alone[0] and alone[1] else []
    lines += clashes
    some_alone = bool(alone[0] or alone[1])
    if some_alone and (min(len(left.texts), len(right.texts)) > 1 or not pairs):
        lines += extras(left, right, alone)
    lines += whole_parts(left, right, pairs, clashes) if clashes else []
    lines += order(left, right, pairs)
    lines += paternal_missing((left, right), alone, pairs) if some_alone else []
    lines += few_fit(left, right, edges, pairs)
    if clashes:
        lines = tell_swapped(left, right, far_apart(left, right, pairs, lines))
    score = sum([line.amount for line in lines])
    return NameTally(score, similarity(left, right, edges, pairs), tuple(lines), left, right)


def together(told: int) -> list[Line]:
    """Condition 2b: words of one name hang together, so what they tell beyond a limit counts by half."""
    beyond = (told - w.TOGETHER) // 2
    return [Line("names.words_hang_together", -1, -1, -beyond)] if beyond > 0 else []


def edges_between(left: Side, right: Side, likeness: Likeness) -> dict[tuple[int, int], WordLikeness]:
    """Return the likeness of all pairs of words that are alike at all; an initial fits what it begins."""
    if left.has_initials or right.has_initials:
        likeness = partial(_initial_or, likeness)
    others = right.texts
    return {
        (i, j): alike
        for i, own in enumerate(left.texts)
        for j, other in enumerate(others)
        if (alike := likeness(own, other)).units
    }


def _initial_or(likeness: Likeness, own: str, other: str) -> WordLikeness:
    if (len(own) == 1) is not (len(other) == 1):
        return WordLikeness(FULL * (initial_of(own) == initial_of(other)), Reason.INITIAL)
    return likeness(own, other)


def initial_of(word: str) -> str:
    """Return the class of the first letter: V., W. and U. may begin one name in several romanisations."""
    return word[0].translate(_SAME_INITIAL)


def gain_of(
    left: Side, right: Side, pair: tuple[int, int], alike: WordLikeness, *, strict: bool = False
) -> int:
    """Condition 2: return what a pair of words earns, in 1/GRID bit; `strict`: the name is syllabic."""
    i, j = pair
    role, other_role = left.roles[i], right.roles[j]
    if alike.code is _INITIAL or len(left.texts[i]) == 1:
        gain = w.INITIAL + misplaced(role, other_role)
    else:
        own, other = left.information[i], right.information[j]
        lost = _LOSSES[alike.units] * w.SYLLABIC_LOSS if strict else _LOSSES[alike.units]
        gain = min(own, other) * _SHARE // _GRID - lost
    return gain + _CHANGES[role][other_role]


def misplaced(left: Role, right: Role) -> int:
    """Return what it costs that an initial of a second given name fits a first one."""
    return w.INITIAL_MISPLACED if {left, right} == {Role.GIVEN, Role.SECOND} else 0


def role_change(left: Role, right: Role) -> int:
    """Return what it costs that two words that fit stand in different parts of their names."""
    if left == right or Role.UNKNOWN in {left, right}:
        return 0
    if {left, right} == {Role.FAMILY, Role.MATERNAL}:
        return w.CROSSED_SURNAMES
    given, family = {left, right} & GIVEN_ROLES, {left, right} & FAMILY_ROLES
    return w.ROLE_MISMATCH if given and family else 0


_CHANGES: Final = tuple(tuple(role_change(left, right) for right in Role) for left in Role)


def joined(side: Side, other: Side, likes: _Likes) -> Side:
    """Condition 2a: return `side` with neighbouring words joined where the other side writes one word."""
    i = 0
    while i < len(side.texts) - 1:
        half = half_of(side.texts[i], side.texts[i + 1])
        if half and _writes_as_one(half, other.texts, likes):
            side = _join(side, i)
        i += 1
    return side


def meeting(side: Words, other: Words) -> list[Half]:
    """Return the words that the other side may write as one: `_writes_as_one` decides, few pass."""
    ones, frames = other.ones, other.frames
    return [
        half for half in side.halves if half[3] in frames or (half[0] in ones and ones[half[0]] != half[1:2])
    ]


def writes_any_as_one(left: Words, right: Words, likeness: Likeness = word_likeness) -> bool:
    """Tell whether either name writes as one what the other divides."""
    met = [(half, b.texts) for a, b in ((left, right), (right, left)) for half in meeting(a, b)]
    likes = _likes(likeness, strict=bool(met) and left.is_syllabic and right.is_syllabic)
    return any(_writes_as_one(half, other, likes) for half, other in met)


def _likes(likeness: Likeness, *, strict: bool) -> _Likes:
    return _Likes(likeness, LEAST_JOINED_SYLLABIC if strict else LEAST_JOINED)


def _writes_as_one(half: Half, other: Texts, likes: _Likes) -> bool:
    text, first, second, own = half
    for one, two in pairwise(other):
        if two[-1] == text[-1] and one != first and text == as_one(one, two):
            return True
    for word in other:
        if own not in frames_of(word) or len(word) == 1:
            continue
        apart = max(likes.of(first, word).units, likes.of(second, word).units)
        if apart < FULL and max(apart + 1, likes.least_joined) <= likes.of(text, word).units:
            return True
    return False


def _join(side: Side, i: int) -> Side:
    told = min(side.information[i] + side.information[i + 1], w.MOST_INFORMATION)
    return Side(
        (*side.texts[:i], as_one(side.texts[i], side.texts[i + 1]), *side.texts[i + 2 :]),
        (*side.roles[:i], side.roles[i + 1], *side.roles[i + 2 :]),
        (*side.information[:i], told, *side.information[i + 2 :]),
        (*side.spans[:i], (side.spans[i][0], side.spans[i + 1][1]), *side.spans[i + 2 :]),
    )


def without_partner(side: Side, pairs: Pairs, which: int) -> list[int]:
    """Return the numbers of the words that no word of the other side fits."""
    count = len(side.texts)
    if len(pairs) == count:
        return []
    paired = [pair[which] for pair in pairs]
    return [i for i in range(count) if i not in paired]


def contradictions(left: Side, right: Side, alone: tuple[list[int], list[int]]) -> list[Line]:
    """Condition 3: pair off words without a partner that contradict each other; they leave `alone`."""
    lines = []
    for kind in range(len(KINDS)):
        reason, cost = KINDS[kind]
        i, j = 0, 0
        while i < len(alone[0]):
            while j < len(alone[1]) and not contradict(left, right, (alone[0][i], alone[1][j]), kind):
                j += 1
            if j < len(alone[1]):
                lines.append(Line(reason, alone[0].pop(i), alone[1].pop(j), cost))
            else:
                i += 1
            j = 0
    return lines


KINDS: Final = (
    ("names.family_contradicts", w.CONFLICT_FAMILY),
    ("names.given_contradicts", w.CONFLICT_GIVEN),
    ("names.maternal_contradicts", w.CONFLICT_MATERNAL),
    ("names.patronymic_contradicts", w.CONFLICT_PATRONYMIC),
    ("names.second_name_contradicts", w.CONFLICT_SECOND),
    ("names.word_contradicts", w.CONFLICT_OTHER),
    ("names.initial_contradicts", w.CONFLICT_INITIAL),
)


_CONTRADICTIONS: Final = frozenset(reason for reason, _ in KINDS)
FAMILY_CLASH: Final = 0
GIVEN_CLASH: Final = 1
INITIALS: Final = len(KINDS) - 1
_WHOLE_PARTS: Final = frozenset({"names.given_contradicts", "names.family_contradicts"})
_NAMELESS: Final = frozenset({Role.UNKNOWN, Role.CHAIN})


def contradict(left: Side, right: Side, pair: tuple[int, int], kind: int) -> bool:
    """Tell whether two words without a partner contradict each other in this way."""
    i, j = pair
    initials = len(left.texts[i]) == 1 or len(right.texts[j]) == 1
    if initials != (kind == INITIALS):
        return False
    return CONTRADICT[kind][left.roles[i]][right.roles[j]]


def comparable(left: Role, right: Role) -> bool:
    """Tell whether words of these roles stand in the same part of a name as far as is known."""
    if Role.MARRIED in {left, right}:
        return left == right
    if left in GIVEN_ROLES or left in FAMILY_ROLES:
        part = GIVEN_ROLES if left in GIVEN_ROLES else FAMILY_ROLES
        return right in part or right in _NAMELESS
    if left in _NAMELESS:
        return right not in {Role.PATRONYMIC, Role.KUNYA}
    return left == right


def _contradictions() -> tuple[tuple[tuple[bool, ...], ...], ...]:
    """Return, per kind of contradiction, whether words of two roles contradict each other in this way."""
    alike = (Role.FAMILY, Role.GIVEN, Role.MATERNAL, Role.PATRONYMIC, Role.SECOND)

    def tell(kind: int, left: Role, right: Role) -> bool:
        if kind == FAMILY_CLASH:
            return {left, right} <= FATHERS_ROLES
        if kind == GIVEN_CLASH:
            return {left, right} <= GIVEN_ROLES and Role.GIVEN in {left, right}
        if kind < len(alike):
            return left == right == alike[kind]
        return comparable(left, right)

    return tuple(
        tuple(tuple(tell(kind, left, right) for right in Role) for left in Role) for kind in range(len(KINDS))
    )


CONTRADICT: Final = _contradictions()


def far_apart(left: Side, right: Side, pairs: Pairs, lines: list[Line]) -> list[Line]:
    """Condition 3a: lower what contradicts and is not even spelt alike, where the score is of interest."""
    if sum([line.amount for line in lines]) < w.FAR_FROM:
        return lines
    found, first_names = [], False
    for line in lines:
        far = line.reason in _CONTRADICTIONS and _far(left.texts[line.left], right.texts[line.right])
        first_names = first_names or (far and line.reason == KINDS[GIVEN_CLASH][0])
        found.append(Line(line.reason, line.left, line.right, line.amount + w.FAR_APART) if far else line)
    if first_names and _only_a_second_name_fits(left, right, pairs):
        found.append(Line("names.only_second_name_fits", -1, -1, w.SECOND_NAME_ONLY))
    return found


def _only_a_second_name_fits(left: Side, right: Side, pairs: Pairs) -> bool:
    """Condition 3a: brothers and sisters share surnames, and often the father's name as a second one."""
    roles = _roles_that_fit(left, right, pairs)
    return Role.SECOND in roles and Role.GIVEN not in roles


def _roles_that_fit(left: Side, right: Side, pairs: Pairs) -> set[Role]:
    return {role for i, j in pairs for role in (left.roles[i], right.roles[j]) if len(left.texts[i]) > 1}


def _far(left: str, right: str) -> bool:
    longest = max(len(folded(left)), len(folded(right)))
    if len(left) == 1 or len(right) == 1 or not longest:
        return False
    return FULL - FULL * distance(left, right) // (UNIT * longest) < w.FAR_BELOW


def extras(left: Side, right: Side, alone: tuple[list[int], list[int]]) -> list[Line]:
    """Condition 4: what words cost that only one side has, though they do not contradict."""
    lines = [Line("names.word_only_subject", i, -1, extra_cost(left, i)) for i in alone[0]]
    lines += [Line("names.word_only_listed", -1, j, extra_cost(right, j)) for j in alone[1]]
    if alone[0] and alone[1]:
        lines.append(Line("names.both_have_more", -1, -1, w.BOTH_HAVE_MORE))
    return lines


def extra_cost(side: Side, i: int) -> int:
    """Return what a word costs that only one side has."""
    return w.EXTRA_INITIAL if len(side.texts[i]) == 1 else w.EXTRA[side.roles[i]]


def whole_parts(left: Side, right: Side, pairs: Pairs, clashes: list[Line]) -> list[Line]:
    """Condition 5: tell when given names contradict and none fits (siblings), or surnames and none fits."""
    reasons = {line.reason for line in clashes}
    if reasons.isdisjoint(_WHOLE_PARTS):
        return []
    roles = _roles_that_fit(left, right, pairs)
    found = []
    if "names.given_contradicts" in reasons and not roles & GIVEN_ROLES:
        found.append(Line("names.no_given_name_fits", -1, -1, w.NO_GIVEN_NAME_FITS))
    if "names.family_contradicts" in reasons and not roles & FAMILY_ROLES:
        found.append(Line("names.no_surname_fits", -1, -1, w.NO_SURNAME_FITS))
    return found
