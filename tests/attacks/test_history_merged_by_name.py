"""Attack: somebody is given another's history, or escapes their own, by what is easily written.

A carrier's message, a booking made on purpose or a common name must not make one person of two; who was
parted by an officer must not be joined again by sending the messages once more.
"""

from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.desks.travellers.test_history import ANA, WHY, listed
from tests.web.house import House

from cordillera.desks.travellers.history_core import Sighting, weigh
from cordillera.desks.travellers.model import AskedFacts, Channel, Origin, TravelDocument
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope


def sighting(name="ANA MARIA PEREZ VALLEJO", born="", number="", issuer="COL", **more) -> Sighting:
    given, _, family = name.rpartition(" PEREZ")
    documents = (TravelDocument("P", number, issuer),) if number else ()
    facts = AskedFacts(name, given, f"PEREZ{family}", born, documents, more.pop("town", ""))
    return Sighting(uuid7(), uuid7(), facts, **more)


def test_the_rarest_name_alone_links_nobody():
    rare = "XOCHIQUETZAL QUILAGO PEREZ ZZYVKOVIC"
    assert weigh(sighting(rare), sighting(rare)) is None
    assert weigh(sighting(rare, "1980-05-17"), sighting(rare, "1980-05-17")) is None
    assert weigh(sighting(rare, shares=frozenset({b"1"})), sighting(rare, shares=frozenset({b"1"}))) is None


def test_a_copied_passport_number_alone_links_nobody():
    one = sighting("ANA MARIA PEREZ VALLEJO", number="AB123456")
    assert weigh(one, sighting("ANA MARIA PEREZ VALLEJO", number="AB123456")) is None
    assert weigh(one, sighting("RAUL PEREZ", number="AB123456")) is None


@pytest.mark.parametrize("given", ["LUCIA", "ROSA MARIA", "PEDRO"])
def test_brothers_and_sisters_of_one_day_who_share_phone_card_and_address_stay_apart(given):
    shared = frozenset({b"phone", b"card"})
    one = sighting("ANA MARIA PEREZ VALLEJO", "1980-05-17", shares=shared)
    other = sighting(f"{given} PEREZ VALLEJO", "1980-05-17", shares=shared)
    assert weigh(one, other) is None


def test_a_national_number_that_differs_parts_whoever_else_agrees():
    about = {"born": "1980-05-17", "shares": frozenset({b"phone"})}
    one, other = sighting(number="1710034065", issuer="ECU", **about), sighting(**about)
    assert weigh(one, other) is not None
    facts = (TravelDocument("I", "1710034065", "ECU"),), (TravelDocument("I", "0926687856", "ECU"),)
    people = [AskedFacts("ANA PEREZ", "ANA", "PEREZ", "1980-05-17", documents) for documents in facts]
    sides = [Sighting(uuid7(), uuid7(), person, shares=frozenset({b"phone"})) for person in people]
    assert weigh(*sides) is None


def test_sending_the_messages_again_does_not_join_who_was_parted(store, clock, tmp_path):
    house = House(store, clock, tmp_path)
    first, second = listed(ANA), listed(ANA, day="261124", number="XA13")

    def sent(*raws: bytes) -> list[UUID]:
        with store.transaction(Scope("EC-PN", "setup")) as tx:
            for raw in raws:
                house.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "f", "EC-PN"))
            return list(
                tx.execute(sa.text("SELECT id FROM traveller_link WHERE parted_at IS NULL")).scalars()
            )

    (link,) = sent(first, second)
    with house.browser("ana") as ana:
        assert ana.post(f"/journeys/{link}/part", data={"reason": WHY}).status_code == 200
    for again in (b"r1'UNH", b"r2'UNH"):
        assert sent(first.replace(b"XA12'UNH", again), second.replace(b"XA13'UNH", again)) == []
