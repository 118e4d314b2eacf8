"""Subjects read for the index, and a batch of them as arrays.

>>> question = read_question(Subject("row 1", "Jhon Beles", date_of_birth="1980-05-04"))
>>> question.side.texts, question.births.keys.dtype.name
(('jhon', 'beles'), 'int32')
>>> asked, facts = ask([question], Neighbourhoods(["velez", "john"]), 3.5)
>>> asked.starts.tolist(), asked.near.tolist(), facts.years.tolist()
([0, 2], [1, 0], [1980])
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names import weights as w
from cordillera.engines.names.core import SHORTEST_JOINED, Side, as_one, read_parts, side_of
from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.evidence import Facts as Stated
from cordillera.engines.names.evidence import facts_of
from cordillera.engines.names.evidence_bound import EvidenceBound, asked_year, most_evidence
from cordillera.engines.names.exact_keys import asked_birth_keys, identity_keys
from cordillera.engines.names.frames import FRAMES, frame, frames_of
from cordillera.engines.names.model import BirthRange, Subject
from cordillera.engines.names.neighbourhood import NOWHERE, Neighbourhoods
from cordillera.engines.names.parts import NameParts
from cordillera.engines.names.screen_arrays import NO_JOIN, Asked, Facts, Ints
from cordillera.engines.names.spelling import folded
from cordillera.engines.names.tokens import initial_class

_DAYS: Final = 32_768  # dates of birth kept with their keys
_NO_FRAMES: Final = (NO_JOIN,) * FRAMES
_NONE: Final = np.empty(0, np.int32)


class Births(msgspec.Struct, frozen=True):
    """What a date of birth asks: keys with the most (1/GRID bit) that who is found so may add, and bounds."""

    keys: Ints
    most: Ints
    year: int
    bound: EvidenceBound


class Question(msgspec.Struct, frozen=True):
    """A subject read for the index: its name, its facts and the keys of these."""

    subject: Subject
    parts: NameParts
    side: Side
    facts: Stated
    births: Births
    numbers: tuple[int, ...]


def read_question(subject: Subject) -> Question:
    """Return a subject as it is asked."""
    parts = read_parts(subject.full_name, subject.given_names, subject.family_names, may_be_cut=True)
    facts = facts_of(subject)
    return Question(
        subject,
        parts,
        side_of(parts),
        facts,
        births_asked(facts.births, places=bool(facts.places)),
        tuple(identity_keys(facts.numbers)) if facts.numbers else (),
    )


@lru_cache(maxsize=_DAYS)
def births_asked(births: tuple[BirthRange, ...], *, places: bool) -> Births:
    """Return what dates of birth ask; `places`: a place of birth may add to them."""
    bound, keys = most_evidence(births, places=places), asked_birth_keys(births)
    told = {bits: int((bits + bound.places) * w.GRID) for bits in set(keys.values())}
    most = np.array([told[bits] for bits in keys.values()], np.int32)
    return Births(np.array(list(keys), np.int32), most, asked_year(births), bound)


def ask(questions: Sequence[Question], hoods: Neighbourhoods, threshold: float) -> tuple[Asked, Facts]:
    """Return questions as arrays for the words of a list; `threshold` in bits."""
    return _words(questions, hoods), _facts(questions, round(threshold * w.GRID))


def _words(questions: Sequence[Question], hoods: Neighbourhoods) -> Asked:
    sides = [question.side for question in questions]
    texts = [text for side in sides for text in side.texts]
    both = [one for side in sides for one in _together(side)]
    single = [len(text) == 1 for text in texts]
    found = iter(hoods.reach_all([text for text in texts if len(text) > 1]))
    near = [NOWHERE if alone else next(found) for alone in single]
    whole = [hoods.written_as_one(text) if text else _NONE for text, _ in both]
    symbols = [folded(text) for text in texts]
    frames = [
        (*(_NO_FRAMES if len(text) == 1 else frames_of(text)), frame(one) if one else NO_JOIN)
        for text, (one, _) in zip(texts, both, strict=True)
    ]
    return Asked(
        _ends((len(side.texts) for side in sides), np.int32),
        np.array([told for side in sides for told in side.information], np.int32),
        np.array([role for side in sides for role in side.roles], np.uint8),
        np.array(single, np.uint8),
        np.array([initial_class(text) for text in texts], np.uint8),
        np.array([hoods.tokens.number(text) for text in texts], np.int32),
        _ends((len(word) for word in symbols), np.int64),
        np.frombuffer(b"".join(symbols), np.uint8),
        _ends((len(reach.numbers) for reach in near), np.int64),
        np.concatenate([_NONE, *(reach.numbers for reach in near)]),
        np.concatenate([NOWHERE.units, *(reach.units for reach in near)]),
        np.array([told for _, told in both], np.int32),
        np.array([len(one.rstrip(MARKS)) for one, _ in both], np.int32),
        _ends((len(tokens) for tokens in whole), np.int64),
        np.concatenate([_NONE, *whole]),
        np.array(frames, np.int32).reshape(-1),
    )


def _together(side: Side) -> Iterable[tuple[str, int]]:
    """Return for each word it and the one before it written as one, and what that tells; "" for none."""
    yield from [("", 0)][: len(side.texts)]
    for i in range(1, len(side.texts)):
        text = as_one(side.texts[i - 1], side.texts[i])
        if len(text) < SHORTEST_JOINED or min(len(side.texts[i - 1]), len(side.texts[i])) == 1:
            yield "", 0
        else:
            yield text, min(side.information[i - 1] + side.information[i], w.MOST_INFORMATION)


def _facts(questions: Sequence[Question], threshold: int) -> Facts:
    births = [question.births for question in questions]
    initials = [sum(len(text) == 1 for text in question.side.texts) for question in questions]
    least = [[threshold - int(bits * w.GRID) for bits in one.bound.by_years] for one in births]
    return Facts(
        np.array([question.side.is_syllabic for question in questions], np.uint8),
        np.array([one.year for one in births], np.int32),
        np.array([w.PRIOR + max(w.INITIAL, 0) * count for count in initials], np.int32),
        np.array(least, np.int32).reshape(-1, 5),
        _ends((len(one.keys) for one in births), np.int64),
        np.concatenate([_NONE, *(one.keys for one in births)]),
        np.concatenate([_NONE, *(threshold - one.most for one in births)]),
    )


def _ends(counts: Iterable[int], kind: type) -> npt.NDArray[np.signedinteger]:
    """Return where each of things in a row begins, and where the last one ends."""
    return np.cumsum(np.fromiter((0, *counts), kind), dtype=kind)
