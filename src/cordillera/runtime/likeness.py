"""Is this the person who asks? The name engine's answer, for redress.

>>> Likeness(Sought(full_name="Ana Invented")).of([Subject("1", "Ana Invented")])[0][1]
False
"""

from collections.abc import Sequence
from typing import Final

from cordillera.desks.people.compare_engine import default_threshold
from cordillera.desks.people.strength import strength
from cordillera.engines.names.birth import read_births
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.evidence import facts_listed, facts_of, weigh_facts
from cordillera.engines.names.model import Document, ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.trust.redress.model import Sought

DOUBTFUL: Final = -2.15
"""Bits from which a person is asked: about as likely as not, names and evidence are one person's."""
_SAME_DOCUMENT: Final = "names.document_equal"
_BIRTH: Final = "names.birth_"


class Likeness:
    """Compares people with the one who is sought."""

    def __init__(self, about: Sought) -> None:
        documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in about.documents)
        name = ListedName(about.full_name, about.given_names, about.family_names)
        sought = ListedPerson("sought", (name,), read_births(about.date_of_birth), documents)
        self._facts = facts_listed(sought)
        self._index = ListIndex([sought])

    def of(self, subjects: Sequence[Subject]) -> list[tuple[float, bool]]:
        """Return for each subject its strength in [0, 1] and whether it is certain.

        Certain: one document of theirs is the same, and no date of birth contradicts.
        """
        found = self._index.screen(subjects, DOUBTFUL)
        line = default_threshold()
        return [
            (strength(hits[0].score, hits[0].terms, line)[0] if hits else 0.0, self._certain(subject))
            for subject, hits in zip(subjects, found, strict=True)
        ]

    def _certain(self, subject: Subject) -> bool:
        terms = weigh_facts(facts_of(subject), self._facts)
        against = any(term.name.startswith(_BIRTH) and term.contribution < 0.0 for term in terms)
        return not against and any(term.name == _SAME_DOCUMENT for term in terms)
