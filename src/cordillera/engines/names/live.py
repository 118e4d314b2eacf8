"""A list that changes while others ask: parts that never change, and for each which persons still stand.

Whoever asks takes the parts as they are at that moment (`LiveNames.parts`); a change makes new parts and
puts them in place at once, so the next question sees it. Persons added gather in a small open part; full
ones are merged in the background into fewer and larger ones, without anyone waiting.

>>> names = LiveNames([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> names.add(ListedPerson("8", (ListedName("MORA, Ana"),)))
>>> len(names), names.remove("7"), names.remove("7"), len(names)
(2, True, False, 1)
"""

from array import array
from collections.abc import Iterable, Sequence
from copy import copy
from threading import Lock, Thread
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names import constants
from cordillera.engines.names.candidates import told_of
from cordillera.engines.names.core import SHORTEST_JOINED, as_one, read_parts
from cordillera.engines.names.frames import frame_of
from cordillera.engines.names.listed import ListedName, ListedPerson, People, PeoplePacker, join
from cordillera.engines.names.neighbourhood import Neighbourhoods
from cordillera.engines.names.postings import Ints, NameRows, Owners, Segment, from_arrays, post
from cordillera.engines.names.roles import is_syllabic
from cordillera.engines.names.screen_arrays import NO_JOIN, Lexicon, Listed, keep_still, still
from cordillera.engines.names.tokens import Tokens

__all__ = ["ListedName", "ListedPerson", "LiveNames", "Part"]

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_OPEN: Final = 64  # persons in the part that is made anew with every change
_PARTS: Final = 8  # more are merged
_LARGE: Final = 4  # a part this many times smaller than the rest is merged into it


class Part(msgspec.Struct, frozen=True):
    """A part of the list. `first_rows`: where each person's names begin; `alive`: 1 for who still stands.

    `birth_rows`, along `birth_places`: the names of who is born under each of `birth_keys`, which are sorted.
    """

    segment: Segment
    people: People
    first_rows: Ints
    alive: npt.NDArray[np.uint8]
    birth_keys: Ints
    birth_places: Ints
    birth_rows: Ints

    def __post_init__(self) -> None:
        """Let nobody write to the arrays: who stands no more is told by a new part."""
        keep_still(self)

    @property
    def arrays(self) -> Listed:
        """The arrays that the compiled screening reads."""
        one, people = self.segment, self.people
        return Listed(
            one.starts,
            one.tokens,
            one.roles,
            one.syllabic,
            one.persons,
            one.brief,
            one.keys,
            one.places,
            one.rows,
            one.row_years,
            one.join_keys,
            one.join_firsts,
            one.join_seconds,
            one.join_places,
            one.join_rows,
            people.years,
            self.alive,
            self.birth_keys,
            self.birth_places,
            self.birth_rows,
        )

    def rows_of(self, persons: Sequence[int]) -> list[int]:
        """Return the numbers of the names of persons."""
        ends = self.first_rows
        return [row for person in persons for row in range(ends[person], ends[person + 1])]


class LiveNames:
    """The persons of a list, changing; one thread changes at a time, any number ask."""

    def __init__(self, persons: Iterable[ListedPerson] = ()) -> None:
        self.tokens = Tokens()
        self.hoods = Neighbourhoods(self.tokens)
        self._open: list[ListedPerson] = []
        self._changing = Lock()
        self._merging: Thread | None = None
        self.parts: tuple[Part, ...] = ()
        base = self._part(persons)
        self.parts = (base, self._part(()))

    def __getstate__(self) -> dict[str, Any]:
        """Return the list as it is now, for a fork or another process."""
        with self._changing:
            return {**self.__dict__, "_open": list(self._open), "_changing": None, "_merging": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update({**state, "_changing": Lock()})

    def __len__(self) -> int:
        return sum(int(part.alive.sum()) for part in self.parts)

    @property
    def told(self) -> Ints:
        """The information of each word, in 1/GRID bit."""
        return self.tokens.told

    def fork(self) -> "LiveNames":
        """Return the same persons, to be changed apart; words, and parts until they change, are shared."""
        return copy(self)

    @property
    def names(self) -> int:
        """The number of names held, those of persons taken off and not yet merged away among them."""
        return sum(part.segment.names for part in self.parts)

    def add(self, person: ListedPerson) -> None:
        """Add a person, or put one in the place of the person with the same id."""
        self.add_all([person])

    def replace(self, person: ListedPerson) -> None:
        """Put a person in the place of the one with the same id: an alias or a date has changed."""
        self.add_all([person])

    def add_all(self, persons: Sequence[ListedPerson]) -> None:
        """Add persons at once; those who asked before see none of them, those who ask next see all."""
        with self._changing:
            parts = list(self._without({person.entry_id for person in persons}))
            if len(self._open) + len(persons) > _OPEN and self._open:
                parts.append(self._part(()))
                self._open = []
            self._open.extend(persons)
            parts[-1] = self._part(self._open)
            self.parts = tuple(parts)
        if len(self.parts) > _PARTS:
            self._merge_soon()

    def remove(self, entry_id: str) -> bool:
        """Take a person off; tell whether one was there."""
        with self._changing:
            before = len(self)
            self.parts = self._without({entry_id})
            return len(self) < before

    def merge(self) -> None:
        """Merge small parts into larger ones, dropping who was taken off; others ask and change meanwhile."""
        with self._changing:
            chosen = self._mergeable()
        if len(chosen) < 2:
            return
        merged, moved = _merged(chosen)
        with self._changing:
            alive = merged.alive.copy()
            for old, numbers in zip(chosen, moved, strict=True):
                now = next(part for part in self.parts if part.segment is old.segment)
                gone = numbers[(old.alive > 0) & (now.alive == 0)]
                alive[gone] = 0
            merged = msgspec.structs.replace(merged, alive=alive)
            segments = {id(part.segment) for part in chosen}
            rest = [part for part in self.parts if id(part.segment) not in segments]
            closed = sorted([*rest[:-1], merged], key=lambda part: -part.segment.names)
            self.parts = (*closed, rest[-1])

    def lexicon(self) -> Lexicon:
        """Return the words as the compiled screening reads them; the parts at hand have no others."""
        told, there = still(self.told), self.tokens.letters()
        return Lexicon(
            told,
            there.lengths,
            there.single,
            there.initials,
            there.folds,
            there.fold_lengths,
            np.array(
                [number for letter in _LETTERS if (number := self.tokens.number(letter)) >= 0], np.int32
            ),
            np.flatnonzero(there.lengths[: there.count] <= 1).astype(np.int32),
        )

    def wait(self) -> None:
        """Wait until a merge that is going on has ended."""
        if self._merging is not None:
            self._merging.join()

    def _merge_soon(self) -> None:
        if self._merging is None or not self._merging.is_alive():
            self._merging = Thread(target=self.merge, name="names-merge", daemon=True)
            self._merging.start()

    def _mergeable(self) -> list[Part]:
        """Return the closed parts that are small beside the largest, and that one when they add up."""
        closed = sorted(self.parts[:-1], key=lambda part: part.segment.names)
        if not closed:
            return []
        largest = closed[-1].segment.names
        small = [part for part in closed[:-1] if part.segment.names * _LARGE <= largest]
        if sum(part.segment.names for part in closed[:-1]) * _LARGE >= largest:
            return closed
        return small

    def _without(self, entry_ids: set[str]) -> tuple[Part, ...]:
        self._open = [person for person in self._open if person.entry_id not in entry_ids]
        parts = []
        for part in self.parts:
            numbers = [part.people.place_of(entry_id) for entry_id in entry_ids]
            gone = [number for number in numbers if number >= 0 and part.alive[number]]
            if gone:
                alive = part.alive.copy()
                alive[gone] = 0
                parts.append(msgspec.structs.replace(part, alive=alive))
            else:
                parts.append(part)
        return tuple(parts)

    def _part(self, persons: Iterable[ListedPerson]) -> Part:
        """Read persons into a part; new words get numbers. Of persons with one id the last stands."""
        packer, rows, owners, ends = PeoplePacker(), NameRows(), array("i"), array("i", [0])
        for number, person in enumerate(persons):
            packer.add(person)
            for name in person.names[: constants.MAX_NAMES] or (ListedName(""),):
                parts = read_parts(name.full, name.given, name.family).parts
                texts = tuple(one.text for one in parts)
                rows.add(
                    [self.tokens.add(text) for text in texts],
                    [one.role for one in parts],
                    syllabic=is_syllabic(texts),
                )
                owners.append(number)
            ends.append(len(rows))
        self.tokens.told = np.concatenate([self.told, told_of(self.tokens, len(self.told))])
        people = packer.close()
        segment = post(rows, Owners(np.array(owners, np.int32), people.years), self._frames)
        return _joined(segment, people, np.array(ends, np.int32), _last_of_each(people.entries))

    def _frames(self, pairs: npt.NDArray[np.int64]) -> Ints:
        """Return the frames of pairs of words written as one; NO_JOIN for those never taken for one."""
        found = np.full(len(pairs), NO_JOIN, np.int32)
        for at, pair in enumerate(pairs.tolist()):
            first, second = self.tokens.text(pair >> 32), self.tokens.text(pair & 0xFFFFFFFF)
            if len(first) > 1 and len(second) > 1:
                text = as_one(first, second)
                if len(text) >= SHORTEST_JOINED:
                    found[at] = frame_of(text)
        return found


def _last_of_each(entries: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return 1 for persons whose id no later person bears."""
    alive = np.zeros(len(entries), np.uint8)
    _, last = np.unique(entries[::-1], return_index=True)
    alive[len(entries) - 1 - last] = 1
    return alive


def _merged(parts: Sequence[Part]) -> tuple[Part, list[Ints]]:
    people, moved = join([(part.people, part.alive) for part in parts])
    along: list[tuple[Ints, npt.NDArray[np.uint8], Ints]] = []
    sizes, owners, syllabic = [], [], []
    for part, numbers in zip(parts, moved, strict=True):
        segment = part.segment
        owner = numbers[segment.persons]
        lengths = np.diff(segment.starts)
        words = np.repeat(owner >= 0, lengths)
        along.append((segment.tokens[words], segment.roles[words], segment.joins[words]))
        sizes.append(lengths[owner >= 0])
        owners.append(owner[owner >= 0])
        syllabic.append(segment.syllabic[owner >= 0])
    starts = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int32)
    persons = np.concatenate(owners).astype(np.int32)
    tokens, roles, joins = (np.concatenate(column) for column in zip(*along, strict=True))
    segment = from_arrays(
        starts, (tokens, roles, joins), np.concatenate(syllabic), Owners(persons, people.years)
    )
    first_rows = np.searchsorted(persons, np.arange(len(people) + 1)).astype(np.int32)
    return _joined(segment, people, first_rows, np.ones(len(people), np.uint8)), moved


def _joined(segment: Segment, people: People, first_rows: Ints, alive: npt.NDArray[np.uint8]) -> Part:
    """Return a part: persons found by their births become the names they bear."""
    born = people.birth_persons
    names = (first_rows[1:] - first_rows[:-1])[born]
    before = np.cumsum(names) - names
    rows = np.repeat(first_rows[born] - before, names) + np.arange(names.sum())
    keys, places = np.unique(np.repeat(people.birth_keys, names), return_index=True)
    ends = np.append(places, len(rows)).astype(np.int32)
    return Part(segment, people, first_rows, alive, keys.astype(np.int32), ends, rows.astype(np.int32))
