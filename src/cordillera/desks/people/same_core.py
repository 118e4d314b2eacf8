"""Not the same person: what an officer concluded once is not asked again of exactly that pair.

A hit on a list entry is silenced only when all of this holds; tests carry the same numbers:
1. an officer concluded it, it is not revoked, and its time is not over;
2. the entry is the same, and what it says of names, births and documents has not changed since;
3. the traveller is the same: the same document number of the same issuer, the same number and whole date of
   birth where no issuer is told (many states number alike), or the same name and whole date of birth;
4. the traveller's date of birth is not another than at the conclusion;
5. the hit does not rest on a document that the entry names.
Programme, nationality and date of listing are no part of 2: a change there asks nobody again.

>>> traveller_keys(Known("Ana", "Torres", "1980-05-04", (("ab 123", "COL"), ("77 001", ""))))
('d|AB123|col', 'd|77001||1980-05-04', 'n|ana torres|1980-05-04')
>>> traveller_keys(Known("Ana", "", "1980", (("ab 123", ""),)))
()
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

import msgspec

from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.documents import normal_number
from cordillera.engines.names.model import Precision
from cordillera.engines.names.normalise import read_name

DOCUMENT_EQUAL: Final = "names.document_equal"
_MATERIAL: Final = ("people.field.name", "people.field.weak_alias", "people.field.birth", "people.document.")
_FEWEST_WORDS: Final = 2


class Known(msgspec.Struct, frozen=True):
    """A traveller as far as it tells who they are: names, birth, documents (number, issuer)."""

    given: str
    family: str
    birth: str
    documents: tuple[tuple[str, str], ...]


class Memory(msgspec.Struct, frozen=True):
    """A conclusion as far as it decides: entry's material and birth, blind; its state."""

    id: UUID
    material: bytes
    birth: bytes | None
    revoked: bool
    over: bool


def traveller_keys(known: Known) -> tuple[str, ...]:
    """Return what a traveller is recognised by (condition 3); nothing certain, nothing returned."""
    birth = whole_birth(known.birth)
    keys = [key for number, issuer in known.documents if (key := _document_key(number, issuer, birth))]
    words = sorted(word.text for word in read_name(f"{known.given} {known.family}").words if not word.light)
    if birth and len(words) >= _FEWEST_WORDS:
        keys.append(f"n|{' '.join(words)}|{birth}")
    return tuple(keys)


def _document_key(written: str, issuer: str, birth: str) -> str:
    number, state = normal_number(written), issuer.strip().casefold()
    if not number or not (state or birth):
        return ""
    return f"d|{number}|{state}" if state else f"d|{number}||{birth}"


def whole_birth(text: str) -> str:
    """Return a date of birth known to the day, or ""."""
    birth = read_birth(text)
    known = birth is not None and birth.precision is Precision.DAY
    return birth.first.isoformat() if birth is not None and known else ""


def material_of(fields: Iterable[tuple[str, str]]) -> str:
    """Return what an entry says that matters to who it is (condition 2), in one order."""
    kept = [(label, value) for label, value in fields if label.startswith(_MATERIAL)]
    return "\n".join(sorted(f"{label}={_plain(label, value)}" for label, value in kept))


def silences(memory: Memory, material: bytes, birth: bytes | None, terms: Sequence[str]) -> str:
    """Return "silenced", or why a memory of the same traveller and entry does not silence a hit.

    "revoked" and "over" (1), "entry_changed" (2), "birth_differs" (4), "document_equal" (5).
    """
    if memory.revoked:
        return "revoked"
    if memory.over:
        return "over"
    if memory.material != material:
        return "entry_changed"
    if memory.birth is not None and birth is not None and memory.birth != birth:
        return "birth_differs"
    return "document_equal" if DOCUMENT_EQUAL in terms else "silenced"


def _plain(label: str, value: str) -> str:
    if label.startswith("people.document."):
        return normal_number(value.partition(" (")[0])
    return value if label == "people.field.birth" else " ".join(w.text for w in read_name(value).words)
