"""Messages that make the compiled readers run once: a list and reservations, long enough to be read by them.

>>> len(listed()) > 4_000, len(booked()) > 4_000
(True, True)
"""

from typing import Final

from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.paxlst_writer import (
    DocumentDraft,
    LegDraft,
    PaxlstDraft,
    TravellerDraft,
    write_paxlst,
)
from cordillera.engines.edifact.pnrgov_model import (
    Bag,
    CheckIn,
    Document,
    Leg,
    Locator,
    Payment,
    Pnr,
    PnrTraveller,
    Service,
    Ticket,
)
from cordillera.engines.edifact.pnrgov_writer import PnrgovDraft, write_pnrgov
from cordillera.engines.edifact.writer import Style

BORN: Final = "1980-05-04"
_PREPARED, _DEPARTS, _ARRIVES = "2026-11-20T18:00", "2026-11-21T09:00", "2026-11-21T11:00"
_ABOARD: Final = 80


def listed() -> bytes:
    """Return a passenger list of invented people."""
    people = tuple(
        TravellerDraft(
            "VELEZ",
            "ANA",
            date_of_birth=BORN,
            nationality="ECU",
            documents=(DocumentDraft(f"X{number}", issuer="ECU"),),
            reservation=f"ABC{number:03d}",
            bags=(f"XA{number:06d}",),
        )
        for number in range(_ABOARD)
    )
    leg = LegDraft(flight="XA123", departure="BOG", departs=_DEPARTS, arrival="UIO", arrives=_ARRIVES)
    return write_paxlst(PaxlstDraft("XA", "ECAPIS", _PREPARED, "1", legs=(leg,), travellers=people))


def booked() -> bytes:
    """Return the reservations of the same people."""
    pnrs = tuple(_reservation(number) for number in range(_ABOARD))
    draft = PnrgovDraft("XA", "ECPIU", _PREPARED, "P1", flight=_leg(), pnrs=pnrs)
    return write_pnrgov(draft, Style(syntax="UNOW", codec="utf-8"))


def _reservation(number: int) -> Pnr:
    name, given = _field("VELEZ"), _field("ANA")
    passport = Document(
        "DOCS", holder="1", kind=_field("P"), number=_field(f"X{number}"), surname=name, given=given
    )
    bag = Bag(pieces=_field("1"), weight=_field("20"), unit="kg", tag=_field(f"1234567{number:03d}"))
    person = PnrTraveller(
        0,
        0,
        "1",
        name,
        given,
        kind="A",
        documents=(passport,),
        tickets=(Ticket(_field(f"1234567890{number:03d}"), payments=(Payment("CC"),)),),
        services=(Service("WCHR", 0, 0, status="HK", holder="1"),),
    )
    check_in = CheckIn("1", at=_field(_PREPARED), bags=(bag,))
    locator = Locator(_field("XA"), _field(f"ABC{number:03d}"), _field(_PREPARED))
    return Pnr(0, 0, (locator,), travellers=(person,), legs=(_leg((check_in,)),))


def _leg(check_ins: tuple[CheckIn, ...] = ()) -> Leg:
    return Leg(
        0,
        0,
        origin=_field("BOG"),
        destination=_field("UIO"),
        departs=_field(_DEPARTS),
        arrives=_field(_ARRIVES),
        carrier=_field("XA"),
        number=_field("123"),
        check_ins=check_ins,
    )


def _field(text: str) -> Field:
    return Field(text, 0, 0)
