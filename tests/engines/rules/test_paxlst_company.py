"""Company of the same record locator: who is in it, where its bytes are, and when nobody else can be."""

import time

import msgspec
import pytest
from tests.engines.rules.written import written

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.rules.core import raises
from cordillera.engines.rules.explain import explain
from cordillera.engines.rules.facts import Facts, Things
from cordillera.engines.rules.paxlst_company import MOST
from cordillera.engines.rules.paxlst_facts import list_facts
from cordillera.engines.rules.pnr_facts import facts_together
from cordillera.engines.rules.wanted import wanted_by

HEAD = (
    "UNB+UNOA:4+QX+EC+261121:1200+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+QX7'LOC+125+LIM'"
    "DTM+189:2611221230:201'LOC+87+UIO'DTM+232:2611221500:201'"
)
FAMILY = ("ANA|ABC234|12A|800101", "EVA|abc 234|12B|180101", "LUZ|ABC234|14A|600101")
OTHERS = tuple(f"P{chr(65 + at)}|XYZ{at:03}|30A|900101" for at in range(9))


def listed(*people: str, role: str = "FL", head: str = HEAD, declared: int | None = None) -> bytes:
    """A list; people are "given name|locator|seat|birth date", a "*" before the name is crew."""
    told = []
    for one in people:
        given, locator, seat, born = one.split("|")
        kind = "FM" if given.startswith("*") else role
        told.append(
            f"NAD+{kind}+++PRUEBA:{given.lstrip('*')}'DTM+329:{born}'NAT+2+PER'"
            + (f"RFF+AVF:{locator}'" if locator else "")
            + f"RFF+SEA:{seat}'"
        )
    count = sum(not one.startswith("*") for one in people) if declared is None else declared
    body = "".join(told)
    return f"{head}{body}CNT+42:{count}'UNT+9+1'UNZ+1+1'".encode()


def message_of(raw: bytes) -> PaxlstMessage:
    (message,) = paxlst_messages(read(raw))
    return message


def facts_of(raw: bytes) -> dict[str, Facts]:
    return {one.subject.split()[0]: one for one in list_facts(message_of(raw), "msg").values()}


def holds(told: str, facts: Facts) -> bool | None:
    rule = written(f'rule a "A" for human_trafficking when {told} unless traveller.journeys >= 6')
    return explain(rule, facts).when


def test_those_of_a_locator_are_company_with_the_bytes_of_their_locators():
    raw = listed(*FAMILY, *OTHERS)
    company = facts_of(raw)["ANA"].things("companion")
    told = [one["companion.same_booking"].evidence for one in company.things]
    assert [raw[one.start : one.end].decode() for one in told] == ["abc 234", "ABC234"]
    assert [one["companion.nationality"].value for one in company.things] == ["PER", "PER"]
    assert holds("any companion (age < 10 years)", facts_of(raw)["ANA"]) is True
    assert [one.get("companion.seated_beside") is not None for one in company.things] == [True, True]
    assert holds("exactly 1 companion (seated_beside = yes)", facts_of(raw)["ANA"]) is True


def test_on_a_whole_list_nobody_else_is_company():
    facts = facts_of(listed(*FAMILY, *OTHERS))
    assert facts["ANA"].things("companion").complete
    assert facts["PA"].things("companion") == Things((), complete=True)
    assert holds("without companion (same_booking = yes)", facts["PA"]) is True


@pytest.mark.parametrize(
    "raw",
    [
        listed(FAMILY[0]),
        listed(*FAMILY),
        listed(*FAMILY, *OTHERS[:7]),
        listed(*FAMILY, *OTHERS, declared=13),
        listed(*FAMILY, *OTHERS).replace(b"CNT+42:12'", b""),
        listed(*FAMILY, *OTHERS, "ZOE||31A|900101"),
        listed(*FAMILY, *OTHERS, head=HEAD.replace("BGM+745", "BGM+745+CP")),
        listed(*FAMILY, *OTHERS)[:-30],
        listed(*FAMILY, FAMILY[0], *OTHERS),
        listed(*(f"A{chr(65 + at)}|ABC234|1A|800101" for at in range(12)), "ANA|ABC234|1A|800101"),
    ],
    ids=["one", "reservation", "ten", "declared", "uncounted", "no locator", "change", "cut", "twice", "all"],
)  # fmt: skip
def test_where_more_people_may_come_their_absence_is_unknown(raw):
    ana = facts_of(raw)["ANA"]
    assert not ana.things("companion").complete
    assert holds("without companion (age >= 70 years)", ana) is None
    assert len(ana.things("companion").things) in {0, 2, 12}


def test_crew_is_nobodys_company_and_has_none():
    facts = facts_of(listed("*ANA|ABC234|1A|800101", "EVA|ABC234|2A|800101", *FAMILY[2:], *OTHERS))
    assert "companion" not in facts["ANA"].sets
    assert len(facts["EVA"].things("companion").things) == 1


def test_without_a_locator_company_is_unknown():
    facts = facts_of(listed("ANA||1A|800101", "EVA||1B|800101", *OTHERS))
    assert "companion" not in facts["ANA"].sets
    assert holds("any companion (age > 1 years)", facts["ANA"]) is None


def test_who_is_told_twice_is_no_companion_of_their_own():
    twice = facts_of(listed(FAMILY[0], FAMILY[0], FAMILY[1]))
    assert len(twice["ANA"].things("companion").things) == 1


def test_a_locator_of_more_people_than_a_reservation_holds_tells_nothing():
    people = [f"A{at // 26}{chr(65 + at % 26)}|000000|1A|800101" for at in range(MOST + 1)]
    assert not any("companion" in one.sets for one in list_facts(message_of(listed(*people)), "m").values())
    some = list_facts(message_of(listed(*people[:MOST])), "m").values()
    assert {len(one.things("companion").things) for one in some} == {MOST - 1}


def test_where_a_reservation_tells_companions_the_list_tells_nobody_again():
    ana = facts_of(listed(*FAMILY, *OTHERS))["ANA"]
    booked = Facts("ana", {}, {"companion": Things(({},), complete=False)})
    assert facts_together("t", ana, [booked]).things("companion") == booked.things("companion")
    silent = msgspec.structs.replace(booked, sets={})
    assert facts_together("t", ana, [silent]).things("companion") == ana.things("companion")


def test_few_facts_and_few_people_decide_as_all_do():
    raw = listed(*FAMILY, *OTHERS)
    message = message_of(raw)
    rules = [
        written(f'rule a "A" for human_trafficking when {told} unless traveller.journeys >= 6')
        for told in ("any companion (seated_beside = yes)", "without companion (age < 18 years)")
    ]
    for at, whole in list_facts(message, "m").items():
        few = list_facts(message, "m", wanted_by(rules), {at})[at]
        assert [raises(rule.rule, few) for rule in rules] == [raises(rule.rule, whole) for rule in rules]
        assert [explain(rule, few) for rule in rules] == [explain(rule, whole) for rule in rules]


def test_a_long_list_is_grouped_once():
    people = [f"A{chr(65 + at % 26)}{at // 26}|L{at // 3:05}|1A|800101" for at in range(6_000)]
    message = message_of(listed(*people))
    began = time.process_time()
    few = list_facts(message, "m", begins=[message.travellers[0].start])
    assert time.process_time() - began < 0.5
    assert len(few) == 1
