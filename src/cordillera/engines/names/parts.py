"""A name as the parts that are compared: words that carry weight, each with its role.

From the words of `normalise.py`: compounds are one part (Abd al-Rahman, Nur al-Din, Abu Bakr), particles,
articles and titles are left out unless nothing else is there, initials stay, at most MAX_PARTS are kept.

>>> [part.text for part in read_parts("AL-KAWARI, 'Abd al-Latif Bin 'Abdallah").parts]
['abdlatif', 'abdallah', 'kawari']
"""

from functools import cached_property
from typing import Final

import msgspec

from cordillera.engines.names.culture.chains import (
    ARTICLES,
    FAITH,
    FATHERS,
    SERVANT,
    SONS,
    compound_stem,
    faith_stem,
)
from cordillera.engines.names.culture.marks import CUT as CUT_MARK
from cordillera.engines.names.culture.marks import MARKS
from cordillera.engines.names.culture.scripts import is_syllable
from cordillera.engines.names.normalise import Name, Word, read_name
from cordillera.engines.names.roles import Role, assign_roles
from cordillera.engines.names.words import PARTICLES, TITLES
from cordillera.foundation.explain import Evidence

MAX_PARTS: Final = 8
_MARRIED_MARKS: Final = frozenset({"de", "vda", "viuda"})
_LEAST_COMPOUND: Final = 2
_SYLLABLES: Final = frozenset(
    {"an", "do", "le", "li", "lo", "san"}
)  # particles, but names at the end: Kim Yong An


class Part(msgspec.Struct, frozen=True):
    """One part of a name: the text compared, and where it stands in the field it was read from."""

    text: str
    written: str
    start: int
    end: int
    field: str
    role: Role = Role.UNKNOWN

    @property
    def is_initial(self) -> bool:
        """Tell a single letter, which stands for a name that begins with it."""
        return len(self.text) == 1

    def shown(self, source: str) -> Evidence:
        """Return where the part stands in a source."""
        return Evidence(source, self.start, self.end, self.written)


class NameParts(msgspec.Struct, frozen=True, dict=True):
    """The parts of a name in order, given names first when known, and what was odd in it."""

    parts: tuple[Part, ...]
    flags: tuple[str, ...] = ()

    @cached_property
    def in_subject(self) -> tuple[Evidence, ...]:
        """Where each part stands in the fields of a subject."""
        return tuple([part.shown(f"subject.{part.field}") for part in self.parts])


class _Found(msgspec.Struct):
    """A part being put together: the words from `first` to `last`, and what they say."""

    text: str
    first: int
    last: int
    role: Role = Role.UNKNOWN


def read_parts(full: str, given: str = "", family: str = "", *, may_be_cut: bool = False) -> NameParts:
    """Return the parts of a name, from its two parts when both are there, else from `full`."""
    return parts_of(read_name(full, given, family), may_be_cut=may_be_cut)


def parts_of(name: Name, *, may_be_cut: bool = False) -> NameParts:
    """Return the parts of a name whose words have been read.

    `may_be_cut`: a long name may come from a machine-readable line, which ends words where it is full.
    """
    found, marks = _compounds(name.words)
    family = None
    if name.family is not None:
        family = frozenset(i for i, one in enumerate(found) if one.last in name.family)
        if not family or len(family) == len(found):
            family = None
    roles = assign_roles(tuple(one.text for one in found), family, marks)
    flags = (
        name.flags if len(found) <= MAX_PARTS else tuple(dict.fromkeys((*name.flags, "names.cut_to_limit")))
    )
    parts = [
        _part(name.words, one, one.role if one.role and not _firm(role) else role)
        for one, role in zip(found, roles, strict=True)
    ]
    kept = _kept(parts)
    return NameParts(_marked_as_cut(name, kept) if may_be_cut else tuple(kept), flags)


def _firm(role: Role) -> bool:
    return role in {Role.GIVEN, Role.FAMILY, Role.MATERNAL, Role.MARRIED, Role.SURNAME}


def _kept(parts: list[Part]) -> list[Part]:
    """Keep at most MAX_PARTS: the first given names and the last words, which hold the surname."""
    half = MAX_PARTS // 2
    return parts if len(parts) <= MAX_PARTS else parts[:half] + parts[-half:]


def _part(words: tuple[Word, ...], one: _Found, role: Role) -> Part:
    first, last = words[one.first], words[one.last]
    written = first.written
    if first is not last:
        written = " ".join([word.written for word in words[one.first : one.last + 1]])
    return Part(one.text, written, first.start, last.end, last.field, role)


def _marked_as_cut(name: Name, parts: list[Part]) -> tuple[Part, ...]:
    """Mark the last word of each part of a name so long that a machine-readable line may have cut it."""
    if not name.may_be_cut or not parts:
        return tuple(parts)
    last = len(name.words) - 1
    outer = (min(name.family) - 1, max(name.family)) if name.family else (last,)
    ends = {(name.words[i].field, name.words[i].end) for i in outer if i >= 0}
    return tuple(_cut(part) if (part.field, part.end) in ends else part for part in parts)


def _cut(part: Part) -> Part:
    return part if part.is_initial else msgspec.structs.replace(part, text=part.text + CUT_MARK)


def _compounds(words: tuple[Word, ...]) -> tuple[list[_Found], frozenset[int]]:
    """Return the parts in order, and the numbers of those that stand after `de` or `vda`."""
    found: list[_Found] = []
    marks: set[int] = set()
    i, role, marked = 0, Role.UNKNOWN, False
    while i < len(words):
        one = _compound_at(words, i)
        if one is not None:
            one.role = one.role or role
            if marked:
                marks.add(len(found))
            found.append(one)
            i, role, marked = one.last + 1, Role.UNKNOWN, False
            continue
        text = words[i].text
        if text in FAITH and found and not found[-1].text.endswith("uddin"):
            found[-1] = _Found(found[-1].text.rstrip(MARKS) + "uddin", found[-1].first, i, found[-1].role)
        elif text in SONS:
            role = Role.CHAIN
        marked = marked or text in _MARRIED_MARKS
        i += 1
    if not found:
        found = [_Found(word.text, i, i) for i, word in enumerate(words) if word.text not in TITLES]
    return found, frozenset(marks)


def _compound_at(words: tuple[Word, ...], i: int) -> _Found | None:
    """Return the part that begins at word `i`, or None when the word is light."""
    text = words[i].text
    after = _after_articles(words, i + 1) if text in SERVANT or text in FATHERS else None
    if text in SERVANT and after is not None and not (text == "abd" and words[after].text in SONS):
        return _Found("abd" + words[after].text, i, after)
    if text in FATHERS and after is not None:
        return _Found("abu" + words[after].text, i, after, Role.KUNYA)
    if text in FAITH and i > 0:
        return None
    at_the_end = text in _SYLLABLES and i == len(words) - 1 and i and words[i - 1].text not in PARTICLES
    if at_the_end or is_syllable(words[i].written):
        return _Found(text, i, i)
    if text in PARTICLES or text in TITLES or text in SONS:
        return _Found(text, i, i) if len(text) == 1 and text not in {"y", "e"} else None
    return _Found(_as_compound(text), i, i)


def _as_compound(text: str) -> str:
    """Return a word as it is compared: compounds written as one become what they are when spaced."""
    servant, faithful = compound_stem(text), faith_stem(text)
    if servant:
        return "abd" + servant
    return faithful + "uddin" if faithful else text


def _after_articles(words: tuple[Word, ...], i: int) -> int | None:
    while i < len(words) and words[i].text in ARTICLES:
        i += 1
    if i >= len(words) or len(words[i].text) < _LEAST_COMPOUND:
        return None
    return i
