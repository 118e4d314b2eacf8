"""What a probability rests on: which kinds of fact of both sides were compared, told from the terms.

1. The name counts where one of its words, an acronym or a number in it speaks for the candidate.
2. A date, a document or a place counts where the comparison moved the score, up or down.
3. What only one side states was not compared and is no basis.

>>> rests_on([Term("names.prior", -0.5), Term("names.word_equal", 3.0), Term("names.birth_equal", 9.0)])
('name', 'birth')
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from cordillera.foundation.explain import Term

__all__ = ["Basis", "Term", "rests_on"]


class Basis(StrEnum):
    """A kind of fact, in the order in which it is told."""

    NAME = "name"
    BIRTH = "birth"
    DOCUMENT = "document"
    PLACE = "place"


_BY_PREFIX: Final = (
    ("names.birthplace_", Basis.PLACE),
    ("names.birth_", Basis.BIRTH),
    ("names.document_", Basis.DOCUMENT),
    ("names.word_", Basis.NAME),
    ("names.acronym", Basis.NAME),
    ("names.number_equal", Basis.NAME),
)
_NO_FACT: Final = frozenset({"names.document_over_name"})


def rests_on(terms: Iterable[Term]) -> tuple[str, ...]:
    """Return the kinds of fact that a comparison rests on."""
    found = {_basis(term) for term in terms}
    return tuple(basis.value for basis in Basis if basis in found)


def _basis(term: Term) -> Basis | None:
    basis = next((basis for prefix, basis in _BY_PREFIX if term.name.startswith(prefix)), None)
    if basis is None or not term.contribution or term.name in _NO_FACT:
        return None
    return basis if basis is not Basis.NAME or term.contribution > 0.0 else None
