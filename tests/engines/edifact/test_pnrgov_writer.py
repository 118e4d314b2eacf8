"""What is read of reservations is written and read again the same, places in the file aside."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.cli.bench_messages import interchange
from cordillera.engines.edifact import read
from cordillera.engines.edifact.drafts import plain, restored
from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import (
    Bag,
    Change,
    CheckIn,
    Contact,
    Document,
    Leg,
    Locator,
    Office,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
    Remark,
    Seat,
    Service,
)
from cordillera.engines.edifact.pnrgov_writer import PnrgovDraft, draft_of, write_pnrgov
from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.engines.edifact.writer import Envelope, NotWritable, Style

Made = TypeVar("Made")
HEAD = Envelope("XA", "ECPIU", "2026-11-25T12:00", "R1")
UTF8 = Style(syntax="UNOW", codec="utf-8")
MARKS = [
    LEVEL_A,
    ServiceString(b"*", b"|", b",", b"\\", b"", b"~"),
    ServiceString(b":", b"-", b".", b"?", b"*", b"!"),
]
LETTERS = "ABCÑ019'+:?*!~|\\- "


class Invention:
    """Records with anything in them that a carrier can say."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def word(self, least: int = 0) -> str:
        return "".join(self.chance.choices(LETTERS, k=self.chance.randint(least, 9))).strip() or "X" * least

    def field(self, *texts: str) -> Field:
        return Field(self.chance.choice(texts) if texts else self.word(1), 0, 0)

    def maybe(self, *texts: str) -> Field | None:
        return self.field(*texts) if self.chance.random() < 0.6 else None

    def some(self, make: Callable[[], Made]) -> tuple[Made, ...]:
        return tuple(make() for _ in range(self.chance.choice((0, 0, 1, 2, 3))))

    def time(self) -> Field | None:
        return self.maybe("2026-11-26", "2026-11-26T09:00", "1999-12-31T23:59")

    def seat(self) -> Seat:
        return Seat(self.field("1A", "15C", "045F"), self.word())

    def service(self) -> Service:
        status, carrier, origin, destination, holder = (self.word() for _ in range(5))
        return Service(
            self.chance.choice(("WCHR", "XBAG")),
            0,
            0,
            status,
            carrier,
            origin,
            destination,
            holder,
            self.maybe(),
        )

    def remark(self) -> Remark:
        return Remark(
            self.chance.choice(("28", "LTS", "")), self.maybe() or self.field("CTCM 593991", "CTCE A//B.EC")
        )

    def contact(self) -> Contact:
        text = self.field("ANA_LOOR@MAIL.EC", "ANA-EVA@C.ORG", "593991234567", "+593 99 1234")
        return Contact(self.chance.choice(("CTCE", "CTCM", "CTC")), text)

    def document(self) -> Document:
        return Document(
            source="DOCS",
            holder=self.word(),
            kind=self.field(),
            issuer=self.maybe(),
            number=self.maybe(),
            date_of_birth=self.maybe("1901-01-01", "1926-11-26", "1980-05-17", "2026-11-24"),
            expires=self.maybe("1951-01-01", "2031-02-18", "2150-12-31"),
            surname=self.maybe(),
        )

    def traveller(self) -> PnrTraveller:
        return PnrTraveller(
            start=0,
            end=0,
            reference=str(self.chance.random()),
            surname=self.field(),
            given=self.maybe(),
            kind=self.chance.choice(("A", "IN", "")),
            with_infant=self.chance.random() < 0.2,
            identifiers=self.some(self.field),
            documents=self.some(self.document),
            services=self.some(self.service),
            remarks=self.some(self.remark),
        )

    def bag(self) -> Bag:
        return Bag(
            self.maybe(),
            self.maybe(),
            self.chance.choice(("kg", "lb", "")),
            "",
            self.maybe(),
            self.field(),
            holder="1",
        )

    def check_in(self) -> CheckIn:
        return CheckIn(
            "1", self.time(), None, self.maybe(), self.maybe(), self.maybe(), bags=self.some(self.bag)
        )

    def leg(self) -> Leg:
        return Leg(
            start=0,
            end=0,
            origin=self.maybe(),
            destination=self.maybe(),
            departs=self.time(),
            arrives=self.time(),
            carrier=self.maybe(),
            number=self.maybe(),
            operating=self.maybe(),
            operating_number=self.maybe(),
            booking_class=self.word(),
            status=self.maybe(),
            seats=self.some(self.seat),
            services=self.some(self.service),
            check_ins=self.some(self.check_in),
            contacts=self.some(self.contact),
        )

    def change(self) -> Change:
        office = None if self.chance.random() < 0.3 else Office(kind=self.maybe(), agent=self.maybe())
        at = None if office is None else self.time()
        return Change(self.chance.choice("AX"), 0, 0, at, office, seats=self.some(self.seat), bags=())

    def reservation(self) -> Pnr:
        changes = self.some(self.change)
        return Pnr(
            start=0,
            end=0,
            locators=(Locator(self.maybe(), self.field(), self.time()),),
            travellers=self.some(self.traveller),
            legs=self.some(self.leg),
            seats=self.some(self.seat),
            remarks=self.some(self.remark),
            history=tuple(sorted(changes, key=lambda one: one.office is not None)),
        )


def told(message: PnrgovMessage) -> object:
    """All a message says, without places, findings and what it declares of itself."""
    return plain(msgspec.structs.replace(message, findings=(), declared_pnrs=None, complete=True))


def assert_comes_back(found: PnrgovMessage, style: Style) -> None:
    reading = read(write_pnrgov(draft_of(found, HEAD), style))
    (again,) = pnrgov_messages(reading)
    assert [one.code for one in reading.findings if one.code != "edifact.charset"] == []
    assert told(again) == told(found)
    assert again.declared_pnrs == len(found.pnrs)


@pytest.mark.parametrize("service", MARKS)
def test_the_sample_files_come_back_with_any_marks(shared: Path, service: ServiceString) -> None:
    paths = sorted((shared / "borders/pnrgov").iterdir())
    assert len(paths) == 13
    for path in paths:
        for found in pnrgov_messages(read(path.read_bytes())):
            assert_comes_back(found, msgspec.structs.replace(UTF8, service=service))


@pytest.mark.parametrize("version", ["10:1", "11:1", "13:1", "15:1", "21:1"])
def test_reservations_with_everything_come_back_in_every_version(version: str) -> None:
    text = message(TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY, TWO_TRAVELLERS, part=b"02:C")
    (found,) = pnrgov_messages(read(text.replace(b"13:1", version.encode())))
    assert (found.part, found.last, found.version) == (2, False, version)
    assert_comes_back(found, UTF8)


def test_invented_reservations_come_back() -> None:
    (found,) = pnrgov_messages(read(interchange(random.Random(5), 300)))
    assert len(found.pnrs) == 300
    assert_comes_back(found, Style(syntax="IATA", level="1"))


@pytest.mark.parametrize("service", MARKS)
def test_any_reservation_comes_back(service: ServiceString) -> None:
    invention = Invention(len(MARKS) + ord(service.component))
    for _ in range(60):
        draft = PnrgovDraft(
            "XA", "ECPIU", "2026-11-25T12:00", "R1", pnrs=invention.some(invention.reservation)
        )
        style = msgspec.structs.replace(UTF8, service=service)
        (found,) = pnrgov_messages(read(write_pnrgov(draft, style)))
        (again,) = pnrgov_messages(read(write_pnrgov(draft_of(found, HEAD), style)))
        assert told(again) == told(found)
        assert without_contacts(found.pnrs) == without_contacts(draft.pnrs)


def without_contacts(pnrs: tuple[Pnr, ...]) -> object:
    """Records without the contacts, which a reader finds in remarks by itself."""
    return plain(
        tuple(
            msgspec.structs.replace(
                one,
                contacts=(),
                travellers=tuple(msgspec.structs.replace(person, contacts=()) for person in one.travellers),
            )
            for one in pnrs
        )
    )


def test_a_draft_is_the_same_after_json(shared: Path) -> None:
    for path in (shared / "borders/pnrgov").iterdir():
        (found,) = pnrgov_messages(read(path.read_bytes()))
        draft = draft_of(found, HEAD)
        again = restored(msgspec.json.decode(msgspec.json.encode(plain(draft))), PnrgovDraft)
        assert plain(again) == plain(draft)


def test_no_two_digits_say_the_year_2090() -> None:
    one = Pnr(0, 0, (Locator(None, Field("ABC", 0, 0), Field("2090-01-01", 0, 0)),))
    with pytest.raises(NotWritable):
        write_pnrgov(PnrgovDraft("XA", "EC", "2026-11-25T12:00", "1", pnrs=(one,)))


@pytest.mark.parametrize("version", ["", "9:1", "22:1", "D:05B"])
def test_versions_nobody_knows_are_refused(version: str) -> None:
    with pytest.raises(NotWritable):
        write_pnrgov(PnrgovDraft("XA", "EC", "2026-11-25T12:00", "1", version=version))


def test_a_slash_inside_a_document_is_refused() -> None:
    document = Document("DOCS", number=Field("A/1", 0, 0))
    with pytest.raises(NotWritable):
        write_pnrgov(
            PnrgovDraft("XA", "EC", "2026-11-25T12:00", "1", pnrs=(Pnr(0, 0, (), documents=(document,)),))
        )
