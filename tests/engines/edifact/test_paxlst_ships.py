"""Passenger and crew lists of ships: the ship, its voyage and its ports are read, and written again."""

import pytest

from cordillera.engines.edifact import read
from cordillera.engines.edifact.drafts import paxlst_draft
from cordillera.engines.edifact.paxlst import paxlst_messages, read_paxlst, read_paxlst_readably
from cordillera.engines.edifact.paxlst_model import PaxlstMessage, text_of
from cordillera.engines.edifact.paxlst_writer import write_paxlst
from cordillera.engines.edifact.writer import Envelope

ENVELOPE = Envelope("SHIPCO", "ECMIG", "2026-11-21T10:00", "1", "PAXLST")
SHIP = "TDT+20+V0123+1++SHIPCO:172+++9074729:146::OCEAN INVENTED"
PERSON = "NAD+{}+++INVENTED:JUAN'ATT+2++M'DTM+329:720805'LOC+178+PECLL'LOC+179+ECGYE'NAT+2+COL'"


def ship_list(transport: str = SHIP, people: int = 1, kind: str = "745") -> bytes:
    role, count = ("FM", "41") if kind == "250" else ("FL", "42")
    body = (
        f"UNH+1+PAXLST:D:05B:UN'BGM+{kind}'{transport}'LOC+125+PECLL'DTM+189:2611211130:201'"
        f"LOC+87+ECGYE'DTM+232:2611221300:201'{PERSON.format(role) * people}CNT+{count}:{people}'"
    )
    head = "UNB+UNOC:3+SHIPCO+ECMIG+261121:1000+1'"
    return f"{head}{body}UNT+{body.count(chr(39)) + 1}+1'UNZ+1+1'".encode()


def only(data: bytes) -> PaxlstMessage:
    (message,) = paxlst_messages(read(data))
    return message


@pytest.mark.parametrize("kind", ["745", "250"])
def test_a_ship_is_read_with_name_imo_voyage_and_ports(kind):
    data = ship_list(kind=kind)
    message = only(data)
    (leg,) = message.legs
    assert leg.vessel is not None
    assert (text_of(leg.vessel.name), text_of(leg.vessel.imo)) == ("OCEAN INVENTED", "9074729")
    assert leg.vessel.title == "OCEAN INVENTED (IMO 9074729)"
    assert (text_of(leg.flight), leg.carrier, leg.number) == ("V0123", "SHIPCO", "V0123")
    assert [text_of(stop.port) for stop in leg.stops] == ["PECLL", "ECGYE"]
    assert message.findings == ()


def test_the_facts_of_a_ship_keep_their_bytes():
    data = ship_list()
    vessel = only(data).legs[0].vessel
    for fact in (vessel.name, vessel.imo):
        assert data[fact.start : fact.end].decode() == fact.text


@pytest.mark.parametrize("number", ["9074728", "907472", "ABC1234"])
def test_a_number_that_is_no_imo_number_is_kept_with_a_finding(number):
    data = ship_list(SHIP.replace("9074729", number))
    message = only(data)
    assert text_of(message.legs[0].vessel.imo) == number
    assert [(one.code, one.offset) for one in message.findings] == [
        ("paxlst.imo", data.index(number.encode()))
    ]


@pytest.mark.parametrize(
    ("means", "title"),
    [
        ("HCAB3:103::OCEAN INVENTED", "OCEAN INVENTED (HCAB3)"),
        ("HCAB3:::OCEAN INVENTED", "OCEAN INVENTED (HCAB3)"),
        ("735059999:::OCEAN INVENTED", "OCEAN INVENTED (MMSI 735059999)"),
        ("IMO 9074729", "(IMO 9074729)"),
        (":::OCEAN INVENTED", "OCEAN INVENTED"),
        ("", ""),
    ],
)
def test_the_number_of_a_ship_goes_by_code_list_or_form(means, title):
    message = only(ship_list(SHIP.replace("9074729:146::OCEAN INVENTED", means)))
    assert message.legs[0].vessel.title == title
    assert message.findings == ()


@pytest.mark.parametrize("mode", ["", "4"])
def test_what_does_not_go_by_sea_has_no_ship(mode):
    leg = only(ship_list(SHIP.replace("+1++", f"+{mode}++").replace("V0123", "XA0123"))).legs[0]
    assert (leg.vessel, leg.number) == (None, "123")


def test_columns_and_reference_agree_on_the_list_of_a_ship():
    (message,) = read(ship_list(people=300)).interchanges[0].messages
    assert read_paxlst(message, few=0) == read_paxlst_readably(message)


@pytest.mark.parametrize("means", ["9074729:146::OCEAN INVENTED", "HCAB3:103::OCEAN INVENTED", "735059999"])
def test_a_ship_that_was_read_is_written_again(means):
    first = only(ship_list(SHIP.replace("9074729:146::OCEAN INVENTED", means)))
    draft = paxlst_draft(first, ENVELOPE)
    assert paxlst_draft(only(write_paxlst(draft)), ENVELOPE) == draft
