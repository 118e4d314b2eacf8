"""Single segments of a reservation as lines to write: what `pnrgov_parts` and `pnrgov_services` read.

>>> from cordillera.engines.edifact.paxlst_model import Field
>>> from cordillera.engines.edifact.pnrgov_model import Locator
>>> locators((Locator(Field("DL", 0, 0), Field("MFN4TI", 0, 0), Field("2010-12-01T09:30", 0, 0)),))
[('RCI', ('DL', 'MFN4TI', '', '011210', '0930'))]
"""

from collections.abc import Iterator, Sequence
from datetime import date

from cordillera.engines.edifact import dates, padis_dates
from cordillera.engines.edifact.paxlst_model import Field, text_of
from cordillera.engines.edifact.pnrgov_model import (
    Address,
    Bag,
    Contact,
    Document,
    FrequentFlyer,
    Leg,
    Locator,
    Moment,
    Money,
    Office,
    Payment,
    Remark,
    Seat,
    Service,
)
from cordillera.engines.edifact.pnrgov_services import contacts_in
from cordillera.engines.edifact.values import Value
from cordillera.engines.edifact.writer import Line, NotWritable, stamp

SPONSOR = "43"
_UNITS = {"kg": "700", "lb": "701"}
_YEARS = range(1980, 2080)


def when(at: Field | None) -> tuple[str, str]:
    """A time as DDMMYY and hhmm; raises `NotWritable` where two digits cannot say the year."""
    if at is None:
        return "", ""
    day, clock = stamp(at.text)
    if int(at.text[:4]) not in _YEARS:
        raise NotWritable(reason="year")
    return day[4:] + day[2:4] + day[:2], clock if "T" in at.text else ""


def locators(found: Sequence[Locator]) -> list[Line]:
    """RCI of all locators, or nothing."""
    parts = [
        (text_of(one.company), text_of(one.code), "", *when(one.made))
        if one.made
        else (text_of(one.company), text_of(one.code))
        for one in found
    ]
    return [("RCI", *parts)] if parts else []


def moments(found: Sequence[Moment]) -> list[Line]:
    """DAT of all moments, or nothing."""
    return [("DAT", *((one.qualifier, *when(one.at)) for one in found))] if found else []


def office(found: Office | None) -> list[Line]:
    """ORG, or nothing."""
    if found is None:
        return []
    texts = [
        text_of(part)
        for part in (found.company, found.location, found.number, found.office, found.city, found.kind,
                     found.country, found.agent)
    ]  # fmt: skip
    return [("ORG", texts[:2], texts[2:4], texts[4], "", *texts[5:])]


def changer(found: Office) -> Line:
    """ABI."""
    who = (text_of(found.agent), text_of(found.office))
    return ("ABI", text_of(found.kind), who, text_of(found.city), "", text_of(found.company))


def address(found: Address, holder: str = "") -> Line:
    """ADD, or the SSR DOCA it was read from."""
    texts = [text_of(part) for part in (found.street, found.city, found.region, found.country)]
    street, city, region, country = texts
    if found.purpose.startswith("DOCA"):
        told = (found.purpose[5:], country, street, city, region, text_of(found.postal_code))
        return _slashed("DOCA", told, holder)
    parts = (
        found.purpose,
        street,
        city,
        region,
        "",
        country,
        text_of(found.postal_code),
        text_of(found.phone),
    )
    return ("ADD", "", parts)


def money(tag: str, found: Sequence[Money]) -> list[Line]:
    """MON of all amounts, or one EBD each."""
    if tag == "MON":
        parts = [(one.kind, text_of(one.amount), text_of(one.currency)) for one in found]
        return [("MON", *parts)] if parts else []
    return [(tag, (text_of(one.currency), text_of(one.amount)), one.kind) for one in found]


def memberships(found: Sequence[FrequentFlyer]) -> list[Line]:
    """FTI of all memberships, or nothing."""
    parts = [(text_of(one.company), text_of(one.number), "", "", text_of(one.tier)) for one in found]
    return [("FTI", *parts)] if parts else []


def payment(found: Payment) -> Iterator[Line]:
    """FOP, with who pays."""
    texts = [text_of(part) for part in (found.amount, found.vendor, found.account, found.expires)]
    yield ("FOP", (found.kind, "", *texts))
    yield from (("IFT", ("4", SPONSOR), line.text) for line in found.payer)
    if found.address is not None:
        yield address(found.address)


def leg(found: Leg) -> Iterator[Line]:
    """TVL with TRA, RPI and APD."""
    ports = (text_of(found.origin), text_of(found.destination))
    carrier = (text_of(found.carrier), text_of(found.operating))
    times = (*when(found.departs), *when(found.arrives))
    yield ("TVL", times, *ports, carrier, (text_of(found.number), found.booking_class))
    if found.operating_number is not None:
        yield ("TRA", text_of(found.operating), text_of(found.operating_number))
    if found.persons is not None or found.status is not None:
        yield ("RPI", text_of(found.persons), text_of(found.status))
    if found.aircraft is not None:
        yield ("APD", text_of(found.aircraft))


def bags(found: Sequence[Bag]) -> list[Line]:
    """TBD: a run of tags goes on in the same segment."""
    lines: list[tuple[Bag, list[tuple[str, ...]]]] = []
    for one in found:
        begins = one.pieces or one.weight or one.unit or one.tag is None
        if begins or not lines or lines[-1][0].pool != one.pool or lines[-1][0].tag is None:
            lines.append((one, []))
        if one.tag is not None:
            run = (one.carrier, one.tag, one.in_row, one.destination)
            lines[-1][1].append(tuple(text_of(part) for part in run))
    return [("TBD", first.pool, _weighed(first), "", "", *runs) for first, runs in lines]


def _weighed(one: Bag) -> tuple[str, str, str]:
    return text_of(one.pieces), text_of(one.weight), _UNITS.get(one.unit, one.unit)


def seat(found: Seat) -> Line:
    """SSR SEAT."""
    return ("SSR", "SEAT", (found.number.text, "", found.holder))


def service(found: Service) -> Line:
    """SSR of a service."""
    route = (found.origin, found.destination)
    head = (found.code, found.status, "", found.carrier, "", "", *route, text_of(found.text))
    return ("SSR", head, ("", "", found.holder))


def document(found: Document, flight_day: date | None) -> Line:
    """SSR DOCS, DOCO or FOID; a year has two digits where a reader finds the same day in them."""
    if found.source == "FOID":
        return (
            "SSR",
            ("FOID", *[""] * 7, text_of(found.kind) + text_of(found.number)),
            ("", "", found.holder),
        )
    if found.source == "DOCO":
        day = _written(found.issued, flight_day, padis_dates.birth_date)
        fields = (found.birthplace, found.kind, found.number, found.issued_at)
        told = (*map(text_of, fields), day, text_of(found.issuer), text_of(found.infant))
        return _slashed("DOCO", told, found.holder)
    parts = (
        text_of(found.kind),
        text_of(found.issuer),
        text_of(found.number),
        text_of(found.nationality),
        _written(found.date_of_birth, flight_day, padis_dates.birth_date),
        text_of(found.sex or found.infant),
        _written(found.expires, flight_day, padis_dates.expiry_date),
        text_of(found.surname),
        text_of(found.given),
        text_of(found.middle),
    )
    return _slashed(found.source, parts, found.holder)


def _slashed(code: str, parts: Sequence[str], holder: str) -> Line:
    if any("/" in part for part in parts):
        raise NotWritable(reason="slash", code=code)
    text = "/" + "/".join(parts).rstrip("/")
    return ("SSR", (code, *[""] * 7, text), ("", "", holder))


def _written(at: Field | None, flight_day: date | None, read: padis_dates.Reads) -> str:
    day = None if at is None else dates.day_of(at.text)
    if day is None:
        return ""
    month = padis_dates.MONTHS[day.month - 1]
    short = f"{day.day:02}{month}{day.year % 100:02}"
    return short if read(short, flight_day) == day.isoformat() else f"{day.day:02}{month}{day.year:04}"


def remark(found: Remark, *, of_reservation: bool) -> Line:
    """IFT or LTS, which only the reservation itself can have."""
    if found.code == "LTS" and of_reservation:
        return ("LTS", found.text.text)
    return ("IFT", ("4", found.code) if found.code else "", found.text.text)


def texts(remarks: Sequence[Remark], contacts: Sequence[Contact], *, of_reservation: bool) -> Iterator[Line]:
    """IFT and LTS, and an SSR for each contact that a reader does not find in them by itself."""
    rest = [*contacts]
    for one in remarks:
        value = Value(one.text.text, 0, len(one.text.text))
        told = [(each.code, each.value.text) for each in contacts_in(value)]
        ahead = [(each.code, each.value.text) for each in rest]
        at = next((at for at in range(len(rest)) if told and ahead[at : at + len(told)] == told), None)
        if at is not None:
            yield from map(_contact, rest[:at])
            del rest[: at + len(told)]
        yield remark(one, of_reservation=of_reservation)
    yield from map(_contact, rest)


def _contact(found: Contact) -> Line:
    """SSR CTC in the signs of AIRIMP, where they say the same."""
    text = found.value.text
    name, at, host = text.rpartition("@")
    coded = name.replace("_", "..") + "//" + host if at else text
    again = contacts_in(Value(f"{found.code} {coded}", 0, 0))
    same = [(one.code, one.value.text) for one in again] == [(found.code, text)]
    return ("SSR", (found.code, *[""] * 7, coded if same else text))
