"""What of a reservation may be kept (Directive 2016/681 Annex I; ICAO Annex 9 chapter 9), purely.

Before anything of a reservation is stored, shown or compared, `allowed` takes out

1. every remark and other free text (IFT, OSI, LTS), whatever it says;
2. every service whose code is not on the list: meals, health, mobility, religion, animals, extras;
3. the text of services that stay, except a ticket number or an infant's name and birth of exactly that form,
   and whatever stands in place of their status, carrier or airports;
4. what is none of the 19 elements: hotels, cars and other services of the itinerary;
5. what is told of a payer, since that is free text too, except a telephone number;
6. the tier of a frequent flyer, unless it is a code of up to three letters or a word for a tier.

What stays is an allow-list: a field that is not named in ELEMENTS is emptied, one that is new is refused by
a test. Codes nobody has heard of are taken out, not kept.

>>> from cordillera.engines.edifact.pnrgov_model import Service
>>> [one.code for one in allowed_services((Service("KSML", 0, 9), Service("UMNR", 9, 18)))]
['UMNR']
"""

import re
from functools import cache
from typing import TypeVar

import msgspec

from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_model import (
    Change,
    FrequentFlyer,
    Leg,
    Payment,
    Pnr,
    PnrgovMessage,
    PnrTraveller,
    Service,
    Ticket,
)

ELEMENTS: dict[type, dict[str, int]] = {
    Pnr: {
        "locators": 1, "moments": 2, "agency": 9, "addresses": 5, "contacts": 5, "excess_bags": 16,
        "frequent_flyer": 8, "travellers": 17, "legs": 7, "splits": 11, "documents": 18, "seats": 14,
        "services": 12, "history": 19,
    },
    PnrTraveller: {
        "reference": 17, "surname": 4, "given": 4, "kind": 12, "with_infant": 12, "more_given": 4,
        "frequent_flyer": 8, "identifiers": 17, "fares": 13, "documents": 18, "contacts": 5, "addresses": 5,
        "tickets": 13, "excess_bags": 16, "services": 12,
    },
    Leg: {
        "origin": 7, "destination": 7, "departs": 3, "arrives": 3, "carrier": 7, "number": 7, "operating": 15,
        "operating_number": 15,
        "booking_class": 13, "status": 10, "persons": 17, "aircraft": 7, "locators": 1, "seats": 14,
        "check_ins": 10, "services": 12, "contacts": 5,
    },
    Change: {
        "action": 19, "at": 19, "office": 9, "traveller": 4, "leg": 7, "services": 12, "seats": 14,
        "documents": 18, "bags": 16, "contacts": 5,
    },
}  # fmt: skip
"""Which element of Annex I each field that may be kept belongs to."""

PLACES = frozenset({"start", "end", "partial"})
"""Where a record stands in its message and whether it was cut: no data about a person."""

SERVICES = frozenset(
    {
        *("INFT", "CHLD", "UMNR", "TKNE", "TKNA", "TKNM", "FQTV", "FQTU", "FQTR", "FQTS", "FQUG"),
        *("RQST", "NSST", "NSSA", "NSSB", "NSSW", "SMST", "XBAG", "PDBG", "BULK", "GRPF"),
    }
)
"""Services that say nothing sensitive: infants and children, tickets, frequent flyers, seats, bags, fares."""

_CODE = re.compile(r"[A-Z0-9]{1,3}|\d{1,4}(?:\.\d{1,4})?")
_TICKET = re.compile(r"(?:INF)?\d{10,14}(?:C\d{1,2})?")
_INFANT = re.compile(r"/?[A-Z' -]{1,40}/[A-Z' -]{1,40}/\d{1,2}[A-Z]{3}\d{2}")
_TEXTS = {"TKNE": _TICKET, "TKNA": _TICKET, "TKNM": _TICKET, "INFT": _INFANT}
_TIERS = {
    "BASIC", "BLACK", "BLUE", "BRONZE", "CLASSIC", "CLUB", "DIAMOND", "ELITE", "EMERALD", "EXECUTIVE",
    "EXPLORER", "GOLD", "GREEN", "LIFETIME", "MEMBER", "PEARL", "PLATINUM", "PLUS", "PREFERRED",
    "PREMIER", "PREMIUM", "RED", "RUBY", "SAPPHIRE", "SELECT", "SENATOR", "SIGNATURE", "SILVER", "STAR",
    "TITANIUM", "WHITE", "ORO", "PLATA", "PLATINO", "BRONCE", "DIAMANTE", "ESMERALDA", "RUBI", "ZAFIRO",
}  # fmt: skip
_PHONE = re.compile(r"\+?[\d ()./-]{5,25}")
_Kept = TypeVar("_Kept", Pnr, PnrTraveller, Leg, Change)


def allowed_message(message: PnrgovMessage) -> PnrgovMessage:
    """A message with its reservations as they may be kept."""
    return msgspec.structs.replace(message, pnrs=tuple(allowed(one) for one in message.pnrs))


def allowed(record: Pnr) -> Pnr:
    """What of a reservation may be kept: conditions 1 to 6 above."""
    return msgspec.structs.replace(
        _only_elements(record),
        frequent_flyer=tuple(_flyer(one) for one in record.frequent_flyer),
        travellers=tuple(_traveller(one) for one in record.travellers),
        legs=tuple(_leg(one) for one in record.legs),
        services=allowed_services(record.services),
        history=tuple(_change(one) for one in record.history),
    )


def allowed_services(services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Conditions 2 and 3: services on the list, with a text only where it is a number or an infant's name."""
    return tuple(_service(one) for one in services if one.code in SERVICES)


def _service(service: Service) -> Service:
    form, text = _TEXTS.get(service.code), service.text
    may_stay = form is not None and text is not None and form.fullmatch(text.text)
    return msgspec.structs.replace(
        service,
        text=text if may_stay else None,
        holder=_short(service.holder),
        status=_short(service.status),
        carrier=_short(service.carrier),
        origin=_short(service.origin),
        destination=_short(service.destination),
    )


def _short(code: str) -> str:
    """A code of up to three letters, or a traveller's reference; anything else could be a text."""
    return code if _CODE.fullmatch(code) else ""


def _only_elements(record: _Kept) -> _Kept:
    """Empty every field that is no element of the list (conditions 1 and 4)."""
    return msgspec.structs.replace(record, **_emptied(type(record)))


@cache
def _emptied(kind: type[msgspec.Struct]) -> dict[str, object]:
    """What stands in the fields that are no element: their defaults."""
    kept = ELEMENTS[kind].keys() | PLACES
    return {one.name: one.default for one in msgspec.structs.fields(kind) if one.name not in kept}


def _traveller(person: PnrTraveller) -> PnrTraveller:
    return msgspec.structs.replace(
        _only_elements(person),
        frequent_flyer=tuple(_flyer(one) for one in person.frequent_flyer),
        tickets=tuple(_ticket(one) for one in person.tickets),
        services=allowed_services(person.services),
    )


def _flyer(flyer: FrequentFlyer) -> FrequentFlyer:
    """Condition 6."""
    tier = text_of(flyer.tier).upper()
    is_tier = _CODE.fullmatch(tier) is not None or all(word in _TIERS for word in tier.split())
    return flyer if is_tier else msgspec.structs.replace(flyer, tier=None)


def _ticket(ticket: Ticket) -> Ticket:
    return msgspec.structs.replace(ticket, payments=tuple(_payment(one) for one in ticket.payments))


def _payment(payment: Payment) -> Payment:
    return msgspec.structs.replace(
        payment, payer=tuple(one for one in payment.payer if _PHONE.fullmatch(one.text))
    )


def _leg(leg: Leg) -> Leg:
    return msgspec.structs.replace(_only_elements(leg), services=allowed_services(leg.services))


def _change(change: Change) -> Change:
    return msgspec.structs.replace(
        _only_elements(change),
        leg=None if change.leg is None else _leg(change.leg),
        services=allowed_services(change.services),
    )
