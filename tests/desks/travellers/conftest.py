"""A traveller desk on a real database, ledger and queue; the screener is a fake at its declared port."""

from collections.abc import Callable, Sequence

import msgspec
import pytest
from argon2 import PasswordHasher
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.old_alerts import OldAlerts
from cordillera.desks.travellers.ports import ListHit, ScreeningSubject
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.explain import Evidence, Term
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.access import passwords
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.review.service import ReviewService


class Person(msgspec.Struct, frozen=True):
    officer_id: str = "of-1"
    name: str = "Ana Torres"
    agency: str = "EC-PN"
    purpose: str = "border.screening"

    @property
    def scope(self) -> Scope:
        return Scope(self.agency, self.purpose, self.officer_id)


class NamedList:
    """A fake at the port: hits every subject whose family names are on it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.asked: list[ScreeningSubject] = []

    def screen(self, _tx: object, subjects: Sequence[ScreeningSubject]) -> tuple[tuple[ListHit, ...], ...]:
        self.asked += subjects
        return tuple(tuple(self._hits(subject)) for subject in subjects)

    def _hits(self, subject: ScreeningSubject) -> list[ListHit]:
        if subject.family_names not in self.names:
            return []
        own, born = subject.family_names, subject.date_of_birth
        name = (Evidence("subject.family_names", 0, len(own), own), Evidence("list:x/name", 0, len(own), own))
        birth = (Evidence("subject.date_of_birth", 0, len(born), born),)
        terms = (Term("names.word_equal", 0.75, own, name), Term("names.birth_equal", 0.2, born, birth))
        fields = (("birth_date", subject.date_of_birth),)
        return [
            ListHit("un", "2026-02-27", f"E-{subject.family_names}", subject.full_name, 0.95, terms, fields)
        ]


@pytest.fixture
def ana() -> Person:
    return Person()


@pytest.fixture
def stranger() -> Person:
    return Person("of-9", "Berta Rueda", agency="EC-SENAE")


@pytest.fixture
def listed() -> NamedList:
    return NamedList()


@pytest.fixture
def ledger(keyring: KeyRing, clock: FixedClock) -> Ledger:
    return Ledger(keyring, clock, "cordillera/test")


@pytest.fixture
def review(ledger: Ledger, sealer: FieldSealer, clock: FixedClock) -> ReviewService:
    return ReviewService(ledger, sealer, clock, nameless=OldAlerts(clock))


@pytest.fixture
def travellers(ledger, sealer, clock, review, listed) -> TravellerService:
    return TravellerService(Parts(ledger, sealer, clock, review, listed), Desk("America/Guayaquil"))


@pytest.fixture
def origin() -> Origin:
    return Origin(Channel.FILE, "a.txt", "EC-PN")


@pytest.fixture
def scope() -> Scope:
    return Scope("EC-PN", "border.ingest")


@pytest.fixture
def paxlst():
    """Write a PAXLST of one flight from BOG to UIO with the given people."""

    def write(*people: str, reference: str = "1", arrives: str = "2611211300", extra: str = "") -> bytes:
        body = "".join(
            f"NAD+FL+++{name}'ATT+2++M'DTM+329:720805'{extra}LOC+178+BOG'LOC+179+UIO'NAT+2+COL'"
            f"DOC+P+AB{index:07d}'DTM+36:300101'LOC+91+COL'"
            for index, name in enumerate(people)
        )
        count = 8 + 8 * len(people) + len(people) * extra.count("'")
        text = (
            f"UNB+UNOC:3+XAIR+ECMIG+261121:1000+{reference}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'"
            f"LOC+125+BOG'DTM+189:2611211130:201'LOC+87+UIO'DTM+232:{arrives}:201'{body}"
            f"UNT+{count}+1'UNZ+1+{reference}'"
        )
        return text.encode("latin-1")

    return write


@pytest.fixture
def house_listing(store, clock, tmp_path, monkeypatch) -> Callable[[str], House]:
    """Return a whole node that screens against a list of OFAC's form; its passwords are hashed quickly."""

    def make(listed: str) -> House:
        quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
        monkeypatch.setattr(passwords, "_HASHER", quick)
        made, path = House(store, clock, tmp_path), tmp_path / "sdn.csv"
        path.write_bytes(listed.encode("latin-1"))
        with store.transaction(Scope("EC-PN", "setup")) as tx:
            by = Actor("node", "EC-PN", "setup")
            made.node.people.import_file(tx, path, ("ejercicio", ListFormat.OFAC_CSV), by)
        return made

    return make
