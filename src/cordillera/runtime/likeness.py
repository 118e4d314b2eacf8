"""Is this the person who asks? The name engine's answer, for redress.

>>> Likeness(Sought(full_name="Ana Invented")).of([Subject("1", "Ana Invented")])[0][1]
False
"""

from collections.abc import Sequence
from typing import Final

from cordillera.engines.names.birth import read_birth, weigh_birth
from cordillera.engines.names.documents import document_kind, normal_number
from cordillera.engines.names.index import ListIndex
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Subject
from cordillera.trust.redress.model import Sought

DOUBTFUL: Final = 0.60
"""From this likeness on a person is asked: below it names share too little to be one person's."""


class Likeness:
    """Compares people with the one who is sought."""

    def __init__(self, about: Sought) -> None:
        birth = read_birth(about.date_of_birth)
        documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in about.documents)
        name = ListedName(about.full_name, about.given_names, about.family_names)
        self._birth = () if birth is None else (birth,)
        self._numbers = {normal_number(d.number) for d in about.documents} - {""}
        self._index = ListIndex([ListedPerson("sought", (name,), self._birth, documents)])

    def of(self, subjects: Sequence[Subject]) -> list[tuple[float, bool]]:
        """Return for each subject its score and whether it is certain: same document, no other birth."""
        found = self._index.screen(subjects, DOUBTFUL)
        return [
            (hits[0].score if hits else 0.0, self._certain(subject))
            for subject, hits in zip(subjects, found, strict=True)
        ]

    def _certain(self, subject: Subject) -> bool:
        numbers = {normal_number(document.number) for document in subject.documents}
        against = weigh_birth(read_birth(subject.date_of_birth), self._birth).contribution < 0
        return bool(numbers & self._numbers) and not against
