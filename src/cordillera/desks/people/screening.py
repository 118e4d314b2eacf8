"""Screening for others: the traveller desk asks for many people, the exchange for one.

A partner gets candidates under random references made for its query; what a reference stands for stays
here, until the follow-up or for 90 days.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from cordillera.desks.people import store
from cordillera.desks.people.codec import REFERENCE
from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.memory import ListsInMemory
from cordillera.desks.people.model import PersonHit
from cordillera.desks.people.ports import Query, ScreenedSubject
from cordillera.desks.people.strength import strength
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import Document, Subject
from cordillera.foundation.clock import Clock
from cordillera.foundation.crypto.random import token_bytes
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.exchange.model import PersonCandidate

REFERENCE_KEPT: Final = timedelta(days=90)  # a partner's follow-up comes within this time or asks again
REFERENCE_REVIEW: Final = timedelta(days=30)


class ListScreener:
    """Compares people with every active list."""

    def __init__(self, sealer: FieldSealer, clock: Clock) -> None:
        self.lists = ListsInMemory(sealer)
        self._sealer = sealer
        self._clock = clock

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreenedSubject]
    ) -> tuple[tuple[PersonHit, ...], ...]:
        """Return each subject's candidates from all active lists, the best first, in order of subjects."""
        return tuple(self.lists.hits(tx, [screened(subject) for subject in subjects]))

    def match(self, tx: sa.Connection, query: Query, limit: int) -> tuple[PersonCandidate, ...]:
        """Return at most `limit` candidates, best first, under references made for this query."""
        return self.match_all(tx, [query], limit)[0]

    def match_all(
        self, tx: sa.Connection, queries: Sequence[Query], limit: int
    ) -> list[tuple[PersonCandidate, ...]]:
        """Return the candidates of each query as `match` does, from the lists as they stand once.

        Lists that a partner gave answer nobody else (`memory.may_answer_partners`).
        """
        subjects = [subject_of(str(at), query) for at, query in enumerate(queries)]
        found = self.lists.hits(tx, subjects, for_partner=True)
        given = [[(hit, token_bytes(16).hex()) for hit in hits[:limit]] for hits in found]
        rows = [self._reference(tx, hit, reference) for hits in given for hit, reference in hits]
        store.add_references(tx, rows)
        return [
            tuple(
                PersonCandidate(reference, *strength(hit.score, hit.terms, hit.threshold))
                for hit, reference in hits
            )
            for hits in given
        ]

    def _reference(self, tx: sa.Connection, hit: PersonHit, reference: str) -> store.ReferenceRow:
        found = store.entry_of_list(tx, hit.version_id, self._sealer.blind(REFERENCE, hit.entry_id))
        if found is None:
            raise EntryNotFound
        now = self._clock.now()
        due = now + REFERENCE_KEPT, now + REFERENCE_REVIEW
        return store.ReferenceRow(reference, hit.version_id, found[1], now, *due)


def screened(subject: ScreenedSubject) -> Subject:
    """Return a person to screen as the name engine takes them."""
    return subject_of(subject.ref, subject, subject.birthplace)


def subject_of(ref: str, person: Query, birthplace: str = "") -> Subject:
    """Return a person asked about as the name engine takes them."""
    documents = tuple(Document(document_kind(d.type), d.number, d.issuer) for d in person.documents)
    names = person.full_name, person.given_names, person.family_names
    return Subject(ref, *names, person.date_of_birth, documents, birthplace)
