"""Reservations of the invented day: whole, about the people of the lists, and two of them for the rule."""

from collections import Counter
from datetime import date, datetime

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.edifact.pnrgov_model import Pnr, PnrgovMessage
from cordillera.runtime.demo_day import DemoDay, make_day
from cordillera.runtime.demo_day.day import BOOKINGS

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def day() -> DemoDay:
    return make_day(7, DAY)


@pytest.fixture(scope="module")
def told(day: DemoDay) -> list[PnrgovMessage]:
    return [message for _, raw in day.bookings for message in pnrgov_messages(read(raw))]


def names(pnr: Pnr) -> list[str]:
    return [f"{text_of(one.given)} {text_of(one.surname)}" for one in pnr.travellers]


def late_in_cash_with_a_heavy_bag(pnr: Pnr) -> bool:
    (leg,) = pnr.legs
    booked = datetime.fromisoformat(text_of(pnr.locators[0].made))
    hours = (datetime.fromisoformat(text_of(leg.departs)) - booked).total_seconds() / 3600
    cash = any(pay.kind == "CA" for one in pnr.travellers for way in one.tickets for pay in way.payments)
    heavy = any(float(text_of(bag.weight)) > 30 for one in leg.check_ins for bag in one.bags)
    return hours < 24 and cash and heavy


def test_every_message_is_read_without_a_finding(told, day):
    assert len(told) == len(day.bookings) == BOOKINGS
    assert [message.findings for message in told] == [()] * BOOKINGS
    assert all(message.complete for message in told)


def test_the_people_of_a_flight_are_those_of_its_list(told, day):
    for message, (_, raw) in zip(told, day.messages, strict=False):
        (listed,) = paxlst_messages(read(raw))
        booked = Counter(name for pnr in message.pnrs for name in names(pnr))
        assert sum(booked.values()) == len(listed.travellers)
        codes = {pnr.locators[0].code.text for pnr in message.pnrs}
        assert codes == {text_of(one.reservation) for one in listed.travellers}


def test_the_rule_is_about_two_people_and_nobody_else(told, day):
    found = [name for message in told for pnr in message.pnrs for name in names(pnr)
             if late_in_cash_with_a_heavy_bag(pnr)]  # fmt: skip
    assert found == list(day.suspects)
    assert len(found) == 2


def test_one_telephone_is_that_of_both_and_no_other_is_that_of_two(told, day):
    reached: dict[str, list[str]] = {}
    for pnr in (pnr for message in told for pnr in message.pnrs):
        (contact,) = pnr.contacts
        assert contact.value.text.startswith("+999")
        reached.setdefault(contact.value.text, []).extend(names(pnr)[:1])
    assert [people for people in reached.values() if len(people) > 1] == [list(day.suspects)]


def test_the_same_seed_gives_the_same_bytes(day):
    assert make_day(7, DAY).bookings == day.bookings
