"""What simulated nodes share: constants, a running clock, and stand-ins at the declared ports."""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.exchange.model import LegalGrounds, PersonCandidate, PersonQuery
from cordillera.trust.lookup.model import ExactKey

AGREEMENT = "us-ec-2025"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NODE = Scope.node("test")
GROUNDS = LegalGrounds(
    agreement_id=AGREEMENT,
    purpose="drug_trafficking",
    offence="drug_trafficking",
    max_penalty_months=120,
    case_ref="CASE-2026-0042",
    ordered_by="chief",
)
KNOWN = "Invented Known Person"
LISTED = PersonCandidate(
    "ref-7f3a",
    0.93,
    (
        Term("names.family_name_equal", 0.6),
        Term("names.birth_year_differs", -0.1),
        Term("names.prior", -0.05),
    ),
)


class TickingClock(FixedClock):
    """A clock that runs, from a moment at which the agreement is in force, whatever today's date is."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self._began = time.monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=time.monotonic() - self._began)


class SimMatcher:
    """Knows one invented person."""

    def __init__(self) -> None:
        self.asked: list[PersonQuery] = []

    def match_all(
        self, _tx: object, queries: Sequence[PersonQuery], limit: int
    ) -> list[tuple[PersonCandidate, ...]]:
        self.asked.extend(queries)
        return [(LISTED,)[:limit] if query.full_name == KNOWN else () for query in queries]


class SimKeys:
    """The exact keys that partners may look up privately."""

    def __init__(self) -> None:
        self.known = [ExactKey(kind="document", issuer="EC", type="P", value="A1234567")]

    def exact_keys(self, _tx: object) -> list[ExactKey]:
        return self.known


class SimOfficers:
    """Everybody is active but those revoked."""

    def __init__(self) -> None:
        self.revoked: set[str] = set()

    def ahead(self, _tx: object, officer_ids: Iterable[str]) -> None:
        """Nothing is asked of a store."""

    def active(self, _tx: object, officer_ids: Iterable[str]) -> frozenset[str]:
        return frozenset(officer_ids) - self.revoked


def officer(country: str, roles: tuple[str, ...] = ("watch_officer",), name: str = "ana") -> OfficerSession:
    return OfficerSession(
        session_id=uuid7(), officer_id=f"{country}-{name}", login=name, name=name, agency=f"{country}-PN",
        country=country, roles=roles, desks=("travellers",), purpose="drug_trafficking", language="es",
        csrf_token="token",
    )  # fmt: skip
