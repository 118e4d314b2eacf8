"""Reservations made by compiled code are those the reference makes, on whole, odd and broken messages."""

import random
from pathlib import Path

import pytest
from tests.engines.edifact.pnr_texts import EXTRAS, HISTORY, SECOND_LEG, TWO_TRAVELLERS, message

from cordillera.cli.bench_messages import interchange
from cordillera.engines.edifact import Message, packing, read
from cordillera.engines.edifact.mutation import mutated
from cordillera.engines.edifact.pnrgov import read_pnrgov, read_pnrgov_readably
from cordillera.engines.edifact.pnrgov_columns import outline_of, reservations
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.foundation.clock import SystemClock

ALL = TWO_TRAVELLERS + SECOND_LEG + EXTRAS + HISTORY
FLIGHT_DAY = SystemClock().now().date()
NAMES = b"TIF+%s+ANA:A:1'"
CODECS = ["UNOA", "UNOC", "UNOE", "UNOW"]
ODD = [
    b"SRC'",
    b"SRC'TIF+A+B'",
    b"SRC'RCI+XA'RCI+:ABC'",
    b"SRC'RCI+XA:ABC:1:011126:1200+YY:DEF:011126'RCI+ZZ:G:: 011126:9999'",
    b"SRC'RCI+XA:ABC::011126:12?+0'RCI+XA:A\r\nBC'",
    b"SRC'RCI+XA:ABC'DAT+:011126+700:310226:1200+ 710 :011126:250000+2:0\r\n11126:1200'",
    b"SRC'RCI+XA:ABC'XYZ+1'TIF+A+B'",
    b"SRC'RCI+XA:ABC'UNS'",
    b"SRC'RCI+XA:ABC'ADD++700:S:C+702::::::: CTCM 593991234567 '",
    b"SRC'RCI+XA:ABC'ADD++:::::::59372831234:X'ADD'ADD++700: : '",
    b"SRC'RCI+XA:ABC'EBD+USD:40+2'EBD'EBD+:1'FTI+XA:1:2:3:4+:5:::+YY::'",
    b"SRC'RCI+XA:ABC'SSR+DOCS'",
    b"SRC'RCI+XA:ABC'SSR+DOCS:HK:1:XA:::::/P/ECU/A1/ECU/30FEB80/F/18FEB31/A/B+::1'TIF+A+B:A:1'",
    b"SRC'RCI+XA:ABC'SSR+DOCS:HK:1:XA:::::/P/ECU/A1/ECU/1JAN1980/F/18feb2031/A?/B/C'TIF+A+B:A:1'",
    b"SRC'RCI+XA:ABC'SSR+DOCS:HK:1:XA:::::P/ECU/A1/ECU/01JAN80/F/18FEB31/A/B+::1'TIF+A+B:A:1'",
    b"SRC'RCI+XA:ABC'SSR+DOCO:HK:1:XA:::::/QUITO/V/9898/BOG/18FEB20/USA'SSR+DOCO:::::::://V'",
    b"SRC'RCI+XA:ABC'SSR+DOCA:HK:1:XA:::::/D/USA/1 MAIN/MIAMI/FL/33101'SSR+DOCA:::::::://USA'",
    b"SRC'RCI+XA:ABC'SSR+DOCA:HK:1:XA:::::/HOME/USA/1 MAIN'SSR+DOCA:HK'",
    b"SRC'RCI+XA:ABC'TIF+A+B:A:1'SSR+DOCS:HK:1:XA:::::/P/ECU/A1/ECU/01JAN20/FI/18FEB31/A/C'TIF+A+C:IN:2'",
    b"SRC'RCI+XA:ABC'SSR+docs:HK:1:XA:::::/P/ECU/A1'SSR+wchr:HK'SSR+VERYLONGCODE:HK'",
    b"SRC'RCI+XA:ABC'SSR+CTCM:HK:1:XA:::::593991234567'SSR+CTCE:HK:1:XA::::://A..B//MAIL.EC'SSR+CTC'",
    b"SRC'RCI+XA:ABC'SSR+SEAT:HK:1:XA+015A::1+000A+XXX+15ABC+1234A+0A+9Z::2'SSR+SEAT'",
    b"SRC'RCI+XA:ABC'IFT'IFT+4:28'IFT+4:28+ +CTCM 123456+CTC?E A?+B'IFT+4+X:Y:CTCB 7654321'LTS'LTS+A:B+C'",
    b"SRC'RCI+XA:ABC'TIF'TIF+ + : : :1+X+Y*Z'TIF+A:C+B:A:1:1+D:E+F'REF+:1'REF'FAR+N+++++Y'FAR'",
    b"SRC'RCI+XA:ABC'TIF+A+B'TKT'TKT+123:T'MON+B:1:USD+T'DAT+7:011126+710:011126'FOP'FOP++CC:::VI:4+CA'",
    b"SRC'RCI+XA:ABC'TIF+A+B'TKT+1'FOP+CC'IFT+4:43+PAYER+STREET'IFT+4:44+X'ADD+++700:S'FOP+MS:1:2'MON+T:9'",
    b"SRC'RCI+XA:ABC'TVL'TVL+261126'TVL+261126:0900:1105+A+B+XA+1'TVL+261126:0900:1105:2400+A+B'",
    b"SRC'RCI+XA:ABC'TVL+261126::271126+A+B+XA:YY+0012:C'TRA+LA'TRA+ZZ'RPI+1+HK'APD+'APD+320'",
    b"SRC'RCI+XA:ABC'TVL+1+A+B'SSR+DOCS:HK:1:XA:::::/P/ECU'IFT+4:28+CTCM 123456'",
    b"SRC'RCI+XA:ABC'TVL+261126:0900+A+B'TRI++1:::9'TIF+A+B:A:1'SSD+15A++++Y'TBD+HP+1:20:K+HP+XA:1:2:UIO'",
    b"SRC'RCI+XA:ABC'TVL+1'DAT+2:251126:2200+2:1'ORG+XA'TRI'TIF+A+B:A:7'TRI++2'SSD+X'TBD'TBD++1'TBD++:5:STONE'",
    b"SRC'RCI+XA:ABC'TVL+1'DAT+3:251126'TRI++1'TBD+++MP+:1+XA::3+XA:2'",
    b"SRC'RCI+XA:ABC'TVL+1'TRI++1'DAT+2:251126'TRI++2'SSR+SEAT:HK'TRI++3'DAT+2:261126'TRI++4'",
    b"SRC'RCI+XA:ABC'EQN+1'SRC'RCI+XA:ABD'EQN'RCI+XA:ABE'RCI+XA:ABF'",
    b"SRC'RCI+XA:ABC'MSG'TVL+1'MSG+8'MSG+:7'TVL+261126+A+B'TVL+271126+C+D'RPI+1'MSG+6'TVL+1'RCI+XA:Q'",
    b"SRC'RCI+XA:ABC'SAC+A'TIF+A+B'TIF+C'TVL+261126:0900+A+B'RPI+1'SAC+X++X'SSR+DOCS:HK:1:XA:::::/P/ECU/A1'",
    b"SRC'RCI+XA:ABC'ABI'DAT+:011126'ABI+1+A:B+UIO++XA'SAC'TBD++1:2'SSR+SEAT:HK:1:XA+15A'SSR+DOCA:HK'",
    b"SRC'RCI+XA:ABC'ABI+1'DAT+ZT:071126:1010'SAC+++A'FOP+CC'TKT+1'ADD++700:S:::CTCM 123456'IFT+4+X'TVL'TVL'",
    b"SRC'RCI+ XA\t: ABC '"
    + NAMES % "NUÑEZ".encode()
    + NAMES % "ÉVA".encode()
    + NAMES % "\xa0X\u3000".encode(),
    b"SRC'RCI+XA:ABC'" + NAMES % b"NU\xd1EZ" + NAMES % b"\xa0A" + NAMES % b"\x85" + NAMES % b"\x1cA\x0b",
    b"SRC'RCI+XA:ABC'" + NAMES % b"O?'H?+A?:" + NAMES % b"A\r\n B" + NAMES % b"? ?? " + NAMES % b"\r\n",
    b"SRC'RCI+XA:ABC'" + NAMES % (b"A" * 60_000) + NAMES % (b"?A" * 30_000) + NAMES % b"\r\n\r\n",
]


def same(data: bytes) -> list[PnrgovMessage]:
    found = []
    for one in read(data).interchanges:
        for each in one.messages:
            compiled = read_pnrgov(each, one.prepared, few=1)
            assert compiled == read_pnrgov_readably(each, one.prepared)
            found.append(compiled)
    return found


def plain(whole: Message) -> tuple[int, int]:
    """How many reservations compiled code makes, and of how many."""
    outline = outline_of(whole)
    assert outline is not None
    made = [*reservations(whole, outline, FLIGHT_DAY)]
    return sum(one is not None for one in made), len(made)


def test_the_sample_messages_are_read_the_same_and_hardly_anything_in_them_is_odd(shared: Path) -> None:
    counted = [0, 0]
    for path in (shared / "borders/pnrgov").iterdir():
        same(path.read_bytes())
        for each in read(path.read_bytes()).messages:
            made, of = plain(each)
            counted = [counted[0] + made, counted[1] + of]
    assert counted == [139, 140]


def test_measured_and_full_reservations_are_made_by_compiled_code() -> None:
    for data in (interchange(random.Random(1), 60), message(ALL, ALL)):
        found = read(data).messages[-1]
        made, of = plain(found)
        assert made == of > 0
        assert len(same(data)[-1].pnrs) == of if found.type == "PNRGOV" else True


@pytest.mark.parametrize("codec", CODECS)
def test_odd_reservations_among_plain_ones_are_read_the_same(codec: str) -> None:
    for odd in ODD:
        data = message(ALL, odd, TWO_TRAVELLERS).replace(b"UNOA", codec.encode())
        same(data)
        same(data[: data.rindex(b"UNT")])
        same(data.replace(b"TVL+261126:0900:1105+UIO+BOG+XA+412'", b"", 1))


def test_everything_odd_at_once_is_read_the_same() -> None:
    same(message(*ODD, TWO_TRAVELLERS, *ODD))


def test_a_reservation_without_its_src_is_read_by_the_reference() -> None:
    data = message(TWO_TRAVELLERS.removeprefix(b"SRC'"), TWO_TRAVELLERS)
    assert outline_of(read(data).messages[0]) is None
    assert [one.code for one in same(data)[0].findings] == ["pnrgov.no_src"]


def test_broken_messages_are_read_the_same() -> None:
    chance = random.Random(7)
    wholes = [message(ALL), message(TWO_TRAVELLERS, ALL), interchange(chance, 2)]
    for _ in range(1_500):
        data = mutated(chance.choice(wholes), chance)
        for one in read(data).interchanges:
            for each in one.messages:
                if each.type == "PNRGOV":
                    assert read_pnrgov(each, one.prepared, few=1) == read_pnrgov_readably(each, one.prepared)


def test_thousands_of_travellers_and_documents_take_no_longer_than_their_bytes() -> None:
    """An attack: each document was once compared with each traveller."""
    people = b"".join(b"TIF+A+B:A:%d'" % number for number in range(5_000))
    papers = b"".join(b"SSR+DOCS:HK:1:XA:::::/P/ECU/A%d+::%d'" % (each, each) for each in range(5_000))
    (found,) = same(message(b"SRC'RCI+XA:ABC'" + papers + people, TWO_TRAVELLERS))
    assert len(found.pnrs[0].travellers) == 5_000
    assert all(len(one.documents) == 1 for one in found.pnrs[0].travellers)


def test_more_than_one_buffer_of_records_is_made_whole() -> None:
    found = same(message(*[ALL] * 300, b"SRC'RCI+XA:LONG'" + b"IFT+4:28+" + b"X" * 50_000 + b"'"))
    assert len(found[0].pnrs) == 301


def test_wherever_the_room_ends_nothing_plain_is_left_to_the_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = [one for one in read(interchange(random.Random(7), 20), few=0).messages if one.type == "PNRGOV"]
    outline = outline_of(one)
    assert outline is not None
    for room in range(4_000, 12_000, 3):
        monkeypatch.setattr(packing, "ROOM", room)
        assert None not in list(reservations(one, outline, FLIGHT_DAY)), room
