"""Settling only what a message tells of leads to what settling the whole flight leads to."""

import random
from collections import Counter

import msgspec
import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_reservation_ingest import passengers
from tests.engines.edifact.pnr_texts import message

from cordillera.desks.travellers.reservation_ingest import Reservations
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.sealing import FieldSealer

NARROW, WHOLE = "EC-N", "EC-W"
PEOPLE = (
    ("LOOR", "ANA", "800517", "A1"),
    ("LOOR", "LUIS", "810618", "A2"),
    ("MORA", "EVA", "900303", "A3"),
    ("MORA", "EVA", "910404", "A4"),
    ("QUISPE", "JUAN", "700101", "A5"),
    ("VERA", "ROSA", "650202", ""),
    ("VERA", "ROSA", "", ""),
    ("NUNEZ", "IVAN", "000909", "A6"),
)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
STORED = {
    "travellers": "SELECT id, source, gone FROM traveller",
    "bookings": "SELECT traveller_id, locator, person, cancelled FROM traveller_booking",
    "reservations": "SELECT locator, as_of, place, cancelled FROM traveller_reservation",
    "contacts": "SELECT locator, person, kind, value FROM traveller_contact",
}


def docs(person, chance):
    _, _, born, number = person
    if not (born or number) or chance.random() < 0.3:
        return ""
    day = f"{born[4:]}{MONTHS[int(born[2:4]) - 1]}{born[:2]}" if born else ""
    return f"SSR+DOCS:HK:1:XA:::::/P/ECU/{number}/ECU/{day}/F/18FEB31/{person[0]}/{person[1]}'"


def reservation(locator, people, chance):
    """One reservation as a carrier writes it: at times without its flight, or without a locator."""
    text = f"SRC'RCI+XA:{locator}::011126:1200'" if locator else "SRC'"
    if chance.random() < 0.5:
        text += f"IFT+4:28::XA+CTCM 59399{chance.randrange(3)}234567'"
    for at, person in enumerate(people, 1):
        text += f"TIF+{person[0]}+{person[1]}MRS:A:{at}'{docs(person, chance)}"
    status = chance.choice(("HK", "HK", "HK", "HK", "XX"))
    return f"{text}TVL+261126:0900::1105+UIO+BOG+XA+412:Y'RPI+{len(people)}+{status}'".encode()


def sequence(seed):
    """Messages about one flight in the order in which they come: whole ones, updates, and lists."""
    chance = random.Random(seed)
    for number in range(24):
        if chance.random() < 0.2:
            told = [
                f"{one[0]}:{one[1]}|{one[2]}|{one[3] if chance.random() < 0.5 else ''}|"
                for one in chance.sample(PEOPLE, chance.randint(1, 3))
            ]
            yield passengers(*told, reference=f"L{number}")
            continue
        some = chance.sample("ABCDEF", chance.randint(1, 3))
        told = [
            reservation(
                f"{name}A1B2C" if chance.random() < 0.95 else "",
                chance.sample(PEOPLE, chance.randint(0, 3)),
                chance,
            )
            for name in some
        ]
        made = f"2611{chance.randint(10, 25)}:{chance.randint(10, 23)}{number:02d}"
        code = chance.choice((b"22", b"141", b"141", b"141", b"141"))
        yield message(*told, code=code, made=made.encode())


def stored(store, agency):
    """What is stored for an agency; travellers are told by what they are booked as, not by their ids."""
    with store.transaction(Scope(agency, "border.ingest")) as tx:
        found = {name: tx.execute(sa.text(query)).all() for name, query in STORED.items()}
    booked: dict[object, list[object]] = {row.id: [] for row in found["travellers"]}
    for row in found["bookings"]:
        booked[row.traveller_id].append((row.locator, row.person, row.cancelled))
    people = ((row.source, row.gone, tuple(sorted(booked[row.id]))) for row in found["travellers"])
    return Counter(people), Counter(map(tuple, found["reservations"])), Counter(map(tuple, found["contacts"]))


@pytest.fixture
def both(store, travellers, origin, monkeypatch):
    """Take a message in twice: for one agency as it is done, for another one settling the whole flight."""

    def take(raw):
        for agency in (NARROW, WHOLE):
            with monkeypatch.context() as patch, store.transaction(Scope(agency, "border.ingest")) as tx:
                if agency == WHOLE:
                    patch.setattr(Reservations, "_about", lambda *_: None)
                travellers.ingest(tx, raw, msgspec.structs.replace(origin, agency=agency))
        narrow, whole = stored(store, NARROW), stored(store, WHOLE)
        assert narrow == whole
        return narrow

    return take


@pytest.mark.parametrize("seed", range(10))
def test_what_a_message_tells_of_is_settled_as_if_all_were(both, seed):
    everybody = [both(raw) for raw in sequence(seed)]
    people = everybody[-1][0]
    assert sum(people.values()) > 3
    assert any(gone for _, gone, _ in people)


def test_rows_from_before_family_names_had_an_index_are_looked_at(both, store):
    for at, raw in enumerate(sequence(77)):
        both(raw)
        if at % 3 == 0:
            for agency in (NARROW, WHOLE):
                with store.transaction(Scope(agency, "border.ingest")) as tx:
                    tx.execute(sa.text("UPDATE traveller SET family = NULL"))
                    tx.execute(sa.text("UPDATE traveller_pnrgov SET whole = true"))


def test_an_update_leaves_the_other_reservations_of_its_flight_sealed(travellers, store, scope, origin):
    """A flight's reservations come one by one: what that costs does not grow with the flight."""
    chance = random.Random(4)
    opened = []
    plain = FieldSealer.open

    def counting(self, key, place, blob):
        opened.append(place.table)
        return plain(self, key, place, blob)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FieldSealer, "open", counting)
        for at in range(20):
            person = (f"FAMILY{chr(65 + at)}", "ANA", f"8001{at + 1:02d}", f"B{at}")
            raw = message(
                reservation(f"{chr(65 + at)}9Z8Y7", [person], chance), code=b"141", made=b"261120:12%02d" % at
            )
            opened.clear()
            with store.transaction(scope) as tx:
                travellers.ingest(tx, raw, origin)
            counts = Counter(opened)
            assert counts["traveller_reservation"] <= 2
            assert counts["traveller"] <= 2


@pytest.mark.parametrize("first", ["list", "booked"])
def test_a_list_joins_whom_two_reservations_announced_apart(travellers, store, scope, origin, first):
    """Both say one name, each too little to be one with the other; the list says what each of them says."""
    by_number = (
        b"SRC'RCI+XA:AA1B2C::011126:1200'TIF+MORA+EVAMRS:A:1'"
        b"SSR+DOCS:HK:1:XA:::::/P/ECU/A3/ECU//F//MORA/EVA'TVL+261126:0900::1105+UIO+BOG+XA+412:Y'RPI+1+HK'"
    )
    by_birth = by_number.replace(b"AA1B2C", b"BA1B2C").replace(b"/A3/ECU//F", b"//ECU/03MAR90/F")
    files = [
        message(by_number, code=b"141", made=b"261120:1200"),
        message(by_birth, code=b"141", made=b"261120:1201"),
    ]
    told = passengers("MORA:EVA|900303|A3|")
    for raw in (told, *files) if first == "list" else (*files, told):
        with store.transaction(scope) as tx:
            travellers.ingest(tx, raw, origin)
    people, _, _ = stored(store, scope.agency)
    standing = [(source, len(booked)) for source, gone, booked in people if not gone]
    assert standing == [("list", 2)]
