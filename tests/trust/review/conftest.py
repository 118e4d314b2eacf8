"""A review service on a real database with a real ledger, and officers of two agencies."""

from datetime import timedelta

import msgspec
import pytest

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.explain import Term
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.model import AlertSubject, Finding, Listed, ListedField, NewAlert, Retention
from cordillera.trust.review.service import ReviewService


class Person(msgspec.Struct, frozen=True):
    officer_id: str = "of-1"
    name: str = "Ana Torres"
    agency: str = "EC-PN"
    purpose: str = "border.screening"

    @property
    def scope(self) -> Scope:
        return Scope(self.agency, self.purpose, self.officer_id)


@pytest.fixture
def ana() -> Person:
    return Person()


@pytest.fixture
def luis() -> Person:
    return Person("of-2", "Luis Mena")


@pytest.fixture
def stranger() -> Person:
    return Person("of-9", "Berta Rueda", agency="EC-SENAE")


@pytest.fixture
def ledger(keyring: KeyRing, clock: FixedClock) -> Ledger:
    return Ledger(keyring, clock, "cordillera/test")


@pytest.fixture
def review(ledger: Ledger, sealer: FieldSealer, clock: FixedClock) -> ReviewService:
    return ReviewService(ledger, sealer, clock)


@pytest.fixture
def match():
    def make(entry: str = "QDi.001", score: float = 0.9, birth: str = "1970-01-02") -> Finding:
        return Finding(
            kind="finding.list_match",
            score=score,
            terms=(Term("names.tokens_equal", score - 0.2), Term("names.birth_date_equal", 0.2)),
            source="message:1",
            listed=Listed("un", "2026-02-27", entry, "JUAN PEREZ", (ListedField("birth_date", birth),)),
        )

    return make


@pytest.fixture
def alert(clock: FixedClock, match):
    def make(
        ref: str = "t-1", findings=None, agency: str = "EC-PN", identity: str = "P1|ECU|1970"
    ) -> NewAlert:
        now = clock.now()
        return NewAlert(
            desk="travellers",
            agency=agency,
            subject=AlertSubject(
                "traveller", ref, "PEREZ, JUAN", "XA12 BOG → UIO", "f-1", now + timedelta(hours=2), identity
            ),
            findings=(match(),) if findings is None else findings,
            keep=Retention(now + timedelta(days=365), now + timedelta(days=90)),
        )

    return make
