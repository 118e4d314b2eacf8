"""Messages that several carriers bring at one moment lead to what they lead to one after the other."""

import random
import threading
from collections.abc import Iterator
from itertools import islice

import msgspec
import pytest

from cordillera.desks.travellers.ingest import turn_of
from cordillera.foundation.store.database import Scope

from .test_reservation_settling import sequence, stored

ONE_BY_ONE = "EC-O"
FLIGHTS = (b"412", b"413", b"414")
CARRIERS = 6


def mixed(seed: int) -> tuple[bytes, ...]:
    """Lists, updates, whole messages and repeated ones of three flights, in no order."""
    chance = random.Random(seed)
    told = [
        raw.replace(b"XA412", b"XA" + flight).replace(b"XA+412", b"XA+" + flight)
        for flight in FLIGHTS
        for raw in sequence(f"{seed} {flight.decode()}")
    ]
    sent = [*told, *chance.sample(told, 12)]
    chance.shuffle(sent)
    return tuple(sent)


def in_their_order(travellers, monkeypatch) -> list[bytes]:
    """What was stored, in the order of its flights: whoever writes about one keeps it until the end."""
    order: list[bytes] = []
    plain = travellers._together._take_all

    def take_all(tx, arrivals):
        results = plain(tx, arrivals)
        fresh = [one for one, got in zip(arrivals, results, strict=True) if not got.duplicate]
        order.extend(one.raw for one in sorted(fresh, key=lambda one: turn_of(one.plan)))
        return results

    monkeypatch.setattr(travellers._together, "_take_all", take_all)
    return order


def handfuls(sent: Iterator[bytes], chance: random.Random, turn: threading.Lock) -> Iterator[list[bytes]]:
    """What one carrier brings at a time, of what is left to bring."""
    while True:
        with turn:
            some = list(islice(sent, chance.randint(1, 6)))
        if not some:
            return
        yield some


@pytest.mark.parametrize("seed", [4])
def test_carriers_at_one_moment_lead_to_what_one_order_of_their_messages_leads_to(
    travellers, store, scope, origin, monkeypatch, seed
):
    sent = mixed(seed)
    left, turn, failed = iter(sent), threading.Lock(), list[Exception]()
    order = in_their_order(travellers, monkeypatch)

    def bring(at: int) -> None:
        try:
            for some in handfuls(left, random.Random(at), turn):
                for one in travellers.upload_all(store, [(scope, raw, origin) for raw in some]):
                    failed.extend([one] if isinstance(one, Exception) else [])
                    if callable(one):
                        one()
        except Exception as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    carriers = [threading.Thread(target=bring, args=(at,)) for at in range(CARRIERS)]
    for one in carriers:
        one.start()
    for one in carriers:
        one.join(120)
    assert not failed
    assert sorted(order) == sorted(set(sent))
    alone = msgspec.structs.replace(origin, agency=ONE_BY_ONE)
    for raw in order:
        with store.transaction(Scope(ONE_BY_ONE, "border.ingest")) as tx:
            travellers.ingest(tx, raw, alone)
    at_once, one_by_one = stored(store, origin.agency), stored(store, ONE_BY_ONE)
    assert at_once == one_by_one
    assert sum(at_once[0].values()) > 10
