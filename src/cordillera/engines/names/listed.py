"""Listed persons as packed records beside the arrays of their names: little memory, opened when they match.

>>> people = pack([ListedPerson("7", (ListedName("VELEZ, John"),))])
>>> people.person(0).entry_id, people.place_of("7"), people.place_of("8")
('7', 0, -1)
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from cordillera.engines.names.documents_schemes import identify
from cordillera.engines.names.exact_keys import identity_keys, listed_birth_keys, one_year
from cordillera.engines.names.model import ListedName, ListedPerson
from cordillera.engines.names.screen_arrays import keep_still
from cordillera.foundation import shapes

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
_DECODER: Final = shapes.packed_reader(ListedPerson)
_ENCODER: Final = msgspec.msgpack.Encoder()

__all__ = ["ListedName", "ListedPerson", "People", "PeoplePacker", "join", "open_people", "pack"]


class People(msgspec.Struct, frozen=True):
    """Persons by number: packed records, hashes of their ids, years of birth, and exact keys, sorted."""

    packed: npt.NDArray[np.uint8]
    offsets: Longs
    entries: Longs
    years: npt.NDArray[np.int16]
    birth_keys: Ints
    birth_persons: Ints
    number_keys: Longs
    number_persons: Ints

    def __post_init__(self) -> None:
        """Let nobody write to the arrays."""
        keep_still(self)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def person(self, number: int) -> ListedPerson:
        """Return the person of a number."""
        return _DECODER.decode(self.packed[self.offsets[number] : self.offsets[number + 1]].data)

    def place_of(self, entry_id: str) -> int:
        """Return the number of the person with an id, or -1."""
        for number in np.flatnonzero(self.entries == entry_hash(entry_id)).tolist():
            if self.person(number).entry_id == entry_id:
                return int(number)
        return -1

    def born(self, keys: Sequence[int]) -> list[int]:
        """Return the persons whose births meet these keys (`exact_keys.asked_birth_keys`)."""
        return _found(self.birth_keys, self.birth_persons, np.array(keys, np.int32))

    def holding(self, keys: Sequence[int]) -> list[int]:
        """Return the persons whose documents meet these keys."""
        return _found(self.number_keys, self.number_persons, np.array(keys, np.int64))

    def save(self, folder: Path) -> None:
        """Write the arrays as files that `open_people` maps into memory."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in self.__struct_fields__:
            np.save(folder / f"{name}.npy", getattr(self, name))


def open_people(folder: Path) -> People:
    """Return saved persons whose arrays stay in their files until they are read (mmap)."""
    return People(
        **{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in People.__struct_fields__}
    )


class PeoplePacker:
    """Persons being packed, one after the other."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._offsets = array("q", [0])
        self._entries = array("q")
        self._years = array("h")
        self._births = array("i"), array("i")
        self._numbers = array("q"), array("i")

    def __len__(self) -> int:
        return len(self._years)

    def add(self, person: ListedPerson) -> None:
        """Pack one person."""
        number = len(self)
        self._packed += _ENCODER.encode(person)
        self._offsets.append(len(self._packed))
        self._entries.append(entry_hash(person.entry_id))
        self._years.append(one_year(person.births))
        _gather(self._births, listed_birth_keys(person.births), number)
        if person.documents:
            _gather(self._numbers, identity_keys(map(identify, person.documents)), number)

    def close(self) -> People:
        """Return what was packed."""
        births, numbers = _sorted(*self._births, np.int32), _sorted(*self._numbers, np.int64)
        return People(
            np.frombuffer(self._packed, np.uint8),
            np.array(self._offsets, np.int64),
            np.array(self._entries, np.int64),
            np.array(self._years, np.int16),
            *births,
            *numbers,
        )


def pack(persons: Iterable[ListedPerson]) -> People:
    """Return persons as packed records."""
    packer = PeoplePacker()
    for person in persons:
        packer.add(person)
    return packer.close()


def join(parts: Sequence[tuple[People, npt.NDArray[np.uint8]]]) -> tuple[People, list[Ints]]:
    """Return the persons that still stand of several parts as one, and for each part their new numbers."""
    moved, reached = [], 0
    for _, alive in parts:
        numbers = np.where(alive > 0, np.cumsum(alive > 0) - 1 + reached, -1).astype(np.int32)
        moved.append(numbers)
        reached += int((alive > 0).sum())
    packed, sizes = [], []
    for people, alive in parts:
        for number in np.flatnonzero(alive).tolist():
            packed.append(people.packed[people.offsets[number] : people.offsets[number + 1]].tobytes())
            sizes.append(len(packed[-1]))
    stands = [alive > 0 for _, alive in parts]
    births = _moved([(one.birth_keys, one.birth_persons) for one, _ in parts], moved)
    numbers_held = _moved([(one.number_keys, one.number_persons) for one, _ in parts], moved)
    return People(
        np.frombuffer(b"".join(packed), np.uint8),
        np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.int64),
        np.concatenate([one.entries[kept] for (one, _), kept in zip(parts, stands, strict=True)]),
        np.concatenate([one.years[kept] for (one, _), kept in zip(parts, stands, strict=True)]),
        *births,
        *numbers_held,
    ), moved


def entry_hash(entry_id: str) -> int:
    """Return 64 bits of an entry's id."""
    return int.from_bytes(hashlib.blake2b(entry_id.encode(), digest_size=8).digest(), "big", signed=True)


def _gather(into: tuple["array[int]", "array[int]"], keys: Iterable[int], number: int) -> None:
    for key in keys:
        into[0].append(key)
        into[1].append(number)


def _sorted(keys: "array[int]", persons: "array[int]", kind: type) -> tuple[npt.NDArray[Any], Ints]:
    order = np.argsort(np.array(keys, kind), kind="stable")
    return np.array(keys, kind)[order], np.array(persons, np.int32)[order]


def _moved(
    tables: Sequence[tuple[npt.NDArray[Any], Ints]], moved: Sequence[Ints]
) -> tuple[npt.NDArray[Any], Ints]:
    keys = np.concatenate([keys for keys, _ in tables])
    persons = np.concatenate([new[old] for (_, old), new in zip(tables, moved, strict=True)])
    stands = persons >= 0
    order = np.argsort(keys[stands], kind="stable")
    return keys[stands][order], persons[stands][order]


def _found(keys: npt.NDArray[Any], persons: Ints, wanted: npt.NDArray[Any]) -> list[int]:
    if not len(wanted) or not len(keys):
        return []
    first, last = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
    parts = [persons[start:end] for start, end in zip(first, last, strict=True) if start < end]
    return np.unique(np.concatenate(parts)).tolist() if parts else []
