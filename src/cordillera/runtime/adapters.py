"""The places where one package's port is filled by another package's service."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from cordillera.desks.people.model import PersonHit
from cordillera.desks.people.screening import ListScreener
from cordillera.desks.people.strength import strength
from cordillera.desks.travellers.ports import ListHit, ScreeningSubject
from cordillera.trust.access.officers import Officers
from cordillera.trust.exchange.model import PersonCandidate, PersonQuery
from cordillera.trust.review.model import Measures


class TravellerScreening:
    """Fills the traveller desk's `Screener` with the lists of the people desk."""

    def __init__(self, lists: ListScreener) -> None:
        self._lists = lists

    def screen(
        self, tx: sa.Connection, subjects: Sequence[ScreeningSubject]
    ) -> tuple[tuple[ListHit, ...], ...]:
        """Return the candidates of each subject from all active lists, the best first."""
        return tuple(tuple(map(list_hit, hits)) for hits in self._lists.screen(tx, subjects))


def list_hit(hit: PersonHit) -> ListHit:
    """Return a candidate of the people desk as the traveller desk takes it."""
    score, terms = strength(hit.score, hit.terms, hit.threshold)
    return ListHit(
        list_name=hit.list_name,
        list_date=hit.list_date,
        entry_id=hit.entry_id,
        listed_name=hit.listed_name,
        score=score,
        terms=terms,
        fields=hit.fields,
        measures=Measures(hit.similarity, hit.score, hit.probability, hit.completeness, hit.threshold),
    )


class PartnerMatching:
    """Fills the exchange's `PersonMatcher` with the lists of the people desk."""

    def __init__(self, lists: ListScreener) -> None:
        self._lists = lists

    def match_all(
        self, tx: sa.Connection, queries: Sequence[PersonQuery], limit: int
    ) -> list[tuple[PersonCandidate, ...]]:
        """Return at most `limit` candidates of each query, under references made for it."""
        return [
            tuple(PersonCandidate(one.reference, one.score, one.terms) for one in found)
            for found in self._lists.match_all(tx, queries, limit)
        ]


class ActiveOfficers:
    """Fills the exchange's `OfficerRegister` with the officers of access."""

    def __init__(self, officers: Officers) -> None:
        self._officers = officers

    def ahead(self, tx: sa.Connection, officer_ids: Iterable[str]) -> None:
        """Have `active` answered with the next answer of a transaction that gathers."""
        self._officers.active_ahead(tx, officer_ids)

    def active(self, tx: sa.Connection, officer_ids: Iterable[str]) -> frozenset[str]:
        """Return those whose account is active now."""
        return self._officers.active(tx, officer_ids)
