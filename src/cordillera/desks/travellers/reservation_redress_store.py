"""Taking one person out of every version of their reservations, for their own request.

Who a person is in a version is told by the booking's blind index; what hangs on them goes with them: their
check-ins, seats, documents and the changes that name them. What the others share with them stays: the
flights, the agency, the contacts of the reservation.
"""

from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.reservation_core import named
from cordillera.desks.travellers.reservation_store import ReservationStore, packed, unpacked
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov_model import Change, Leg, Pnr, PnrgovMessage, PnrTraveller
from cordillera.foundation.store.sealing import FieldSealer, Place

_VERSIONS = sa.text(
    "SELECT DISTINCT r.id, r.message_id, r.key_id, r.pnr, r.place,"
    " p.id AS head_id, p.key_id AS head_key, p.head"
    " FROM traveller_reservation r JOIN traveller_pnrgov p ON p.id = r.pnrgov_id"
    " JOIN traveller_booking b ON b.flight_id = r.flight_id AND b.locator = r.locator"
    " WHERE b.traveller_id = :id ORDER BY r.id"
)


def forget_in_reservations(tx: sa.Connection, traveller_id: UUID, sealer: FieldSealer) -> set[UUID]:
    """Take a traveller out of every version of their reservations; return the messages that named them."""
    own = ReservationStore(sealer)
    places = {
        bytes(row.person)
        for row in tx.execute(
            sa.text("SELECT person FROM traveller_booking WHERE traveller_id = :id"), {"id": traveller_id}
        )
    }
    messages = set()
    for row in tx.execute(_VERSIONS, {"id": traveller_id}).all():
        key = sealer.load_key(tx, row.key_id)
        place = Place("traveller_reservation", "pnr", str(row.id))
        pnr = unpacked(sealer.open(key, place, bytes(row.pnr)), Pnr)
        told = pnr.key or _place_in_message(tx, row, sealer)
        theirs = [one for name, one in named(pnr) if own.place(told, name).person in places]
        for one in theirs:
            pnr = without(pnr, one)
        if theirs:
            messages.add(row.message_id)
            tx.execute(
                sa.text("UPDATE traveller_reservation SET pnr = :pnr WHERE id = :id"),
                {"pnr": sealer.seal(key, place, packed(pnr)), "id": row.id},
            )
    return messages


def _place_in_message(tx: sa.Connection, row: sa.Row[tuple[object, ...]], sealer: FieldSealer) -> str:
    """What names a reservation without a locator: its message and its place there (`key_of`)."""
    place = Place("traveller_pnrgov", "head", str(row.head_id))
    head = unpacked(sealer.open(sealer.load_key(tx, row.head_key), place, bytes(row.head)), PnrgovMessage)
    return f"{head.reference} {head.prepared} {row.place}"


def without(pnr: Pnr, person: PnrTraveller) -> Pnr:
    """Return a reservation without one of its travellers and without all that hangs on them."""
    holder = person.reference
    return msgspec.structs.replace(
        pnr,
        travellers=tuple(one for one in pnr.travellers if one is not person and one != person),
        legs=tuple(_leg(one, person) for one in pnr.legs),
        documents=tuple(one for one in pnr.documents if not holder or one.holder != holder),
        seats=tuple(one for one in pnr.seats if not holder or one.holder != holder),
        services=tuple(one for one in pnr.services if not holder or one.holder != holder),
        history=tuple(one for one in pnr.history if not _names(one, person)),
    )


def _leg(leg: Leg, person: PnrTraveller) -> Leg:
    holder = person.reference
    return msgspec.structs.replace(
        leg,
        seats=tuple(one for one in leg.seats if not holder or one.holder != holder),
        services=tuple(one for one in leg.services if not holder or one.holder != holder),
        check_ins=tuple(
            one
            for one in leg.check_ins
            if not (holder and one.holder == holder)
            and (text_of(one.surname), text_of(one.given)) != (text_of(person.surname), text_of(person.given))
        ),
    )


def _names(change: Change, person: PnrTraveller) -> bool:
    own = tuple(text for text in (text_of(person.surname), text_of(person.given)) if text)
    documents = {text_of(one.number) for one in person.documents if one.number is not None}
    named = tuple(one.text for one in change.traveller)
    return named == own or any(text_of(one.number) in documents for one in change.documents)
