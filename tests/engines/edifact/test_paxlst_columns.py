"""People made from columns are those the reference makes, on whole, odd and broken lists."""

import random
from datetime import date
from pathlib import Path

import msgspec
import pytest

from cordillera.cli.bench_messages import interchange
from cordillera.engines.edifact import read
from cordillera.engines.edifact.mutation import mutated
from cordillera.engines.edifact.paxlst import read_paxlst, read_paxlst_readably
from cordillera.engines.edifact.paxlst_columns import Maker, people_of
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.paxlst_writer import (
    DocumentDraft,
    LegDraft,
    PaxlstDraft,
    TravellerDraft,
    write_paxlst,
)
from cordillera.engines.edifact.service import ServiceString
from cordillera.engines.edifact.writer import Style

LEG = LegDraft("XA412", "BOG", "2026-11-21T15:40", "UIO", "2026-11-21T17:10")
HEAD = (
    b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNH+1+PAXLST:D:%s:UN'BGM+745'TDT+20+XA1'LOC+125+BOG'"
    b"DTM+189:2611211000:201'"
)
PERSON = (
    b"NAD+FL+++LOOR:ANA'ATT+2++F'DTM+329:800517'LOC+178+UIO'NAT+2+ECU'RFF+AVF:T1'DOC+P:110:111+A1'"
    b"DTM+36:310218'LOC+91+ECU'"
)
ODD = [
    b"NAD+FL+++A/B'",
    b"NAD+FL+++:'",
    b"NAD+FL++OLD NAME'",
    b"NAD+FL+++A:B:C:D:E:F'",
    b"NAD+FL+++A*B:C'",
    b"NAD+FL'",
    b"NAD+FL+++ : 'ATT+2++F'",
    b"NAD+FM+++CREW:C'",
    b"NAD+DDU+++T:T'",
    b"NAD+DDT+++T:T'",
    b"NAD+MS+++DESK'",
    b"NAD+F?L+++A:B'",
    b"NAD+FL+++O?'NEIL:A?+B'",
    b"NAD+FL+++MU\xc3\x91OZ:\xc3\x81'",
    b"NAD+FL+++MU\xd1OZ:B'",
    b"NAD+F\r\nL+++A:B'",
    b"NAD+FL+++A\r\nB:C'",
    b"ATT+2++M'",
    b"ATT+9++X'",
    b"ATT+#++#'",
    b"ATT+#++#'ATT+2++M'",
    b"ATT+2++ 'ATT+2++M'",
    b"DTM+329:300230'",
    b"DTM+329'",
    b"DTM+329: 'DTM+329:800101'",
    b"DTM+329:19800517:102'",
    b"DTM+36:310218'",
    b"DTM+189:1'",
    b"LOC+174+PER'",
    b"LOC+180+:::QUITO'",
    b"LOC+180+UIO:::QUITO'",
    b"LOC+22+UIO'LOC+22+BOG'",
    b"LOC+91+ECU'",
    b"LOC+92+X'",
    b"LOC+178'",
    b"NAT+2'",
    b"NAT+2+:::ECUADOR'",
    b"NAT+2+ECU'",
    b"RFF+AVF'",
    b"RFF+ABO:77 'RFF+SEA:1A'RFF+CR:9'",
    b"RFF+LONGER:1'",
    b"RFF+:1'",
    b"MEA+CT++:2'",
    b"MEA+CT++3'",
    b"MEA+WT++KGM:31'",
    b"MEA+WT++KGM'",
    b"MEA+XX++1'",
    b"FTX+BAG+++XA1'" * 6,
    b"FTX+BAG+++XA1'FTX+BAG+++XA2'",
    b"FTX+AAA+++X'",
    b"DOC+V+B2'",
    b"DOC'",
    b"DOC+P+A1'DOC+V+A2'DOC+I+A3'",
    b"DOC+P+A1'RFF+AAE:1'",
    b"DOC+P+A1'LOC+178+UIO'",
    b"DOC+P+A1'NAT+2+PER'DTM+329:800101'",
    b"DOC+P+A1'DTM+36:999999'",
    b"GEI+4+173'",
    b"GEI+4+174'GEI+4+173'",
    b"GEI+5+1'GEI+4'",
    b"EMP+1+CR1:110:111'",
    b"EMP+1+:::PILOT'EMP+1+CR2'",
    b"NAT+2+PER'NAT+2+COL'NAT+2+PER'",
    b"FTX+BAG+++XA000999:3'",
    b"FTX+BAG+++XA000999:03'FTX+BAG+++XA1'",
    b"FTX+BAG+++XA1'FTX+BAG+++XA000999:99'",
    b"FTX+BAG+++XA1:0'",
    b"FTX+BAG+++XA1:'FTX+BAG+++XA2: 2'FTX+BAG+++:2'",
    b"FTX+BAG+++XA1:2:XA7:3'",
    b"FTX+BAG+++XA1:XA2'",
    b"FTX+BAG+++XA1:100'",
    b"FTX+BAG+++XA1*XA2:2'",
    b"FTX+BAG+++12:2'",
    b"DOC+P+A1'DTM+182:210218'LOC+91+ECU'",
    b"EMP+1'",
    b"CNT+42:1'",
    b"UNT+1+1'",
    b"TDT+20+XA2'",
    b"XYZ'",
    b"QTY+1'",
    b"TDT+20+XA2'LOC+87+LIM'DTM+232:2611220100:201'",
]


def same(data: bytes) -> list[PaxlstMessage]:
    found = []
    for interchange_ in (reading := read(data)).interchanges:
        for message in interchange_.messages:
            compiled = read_paxlst(message, interchange_.prepared, few=1)
            assert compiled == read_paxlst_readably(message, interchange_.prepared)
            found.append(compiled)
    assert len(found) == len(reading.messages)
    return found


def plain_people(data: bytes) -> tuple[int, int]:
    """How many people are made from columns, and of how many."""
    message = read(data).messages[0]
    people = people_of(message)
    assert people is not None
    maker = Maker(message, date(2026, 11, 21))
    found = [one for few in people.few for one in maker.travellers(few.rows)]
    return sum(one is not None for one in found), len(found)


def test_the_sample_lists_are_read_the_same(shared: Path) -> None:
    for path in (shared / "borders/paxlst").iterdir():
        assert same(path.read_bytes()), path


def test_measured_lists_are_made_from_columns() -> None:
    data = interchange(random.Random(1), 60)
    assert plain_people(data) == (60, 60)
    assert len(same(data)[0].travellers) == 60


def test_lists_as_they_are_kept_are_made_from_columns() -> None:
    kept = (
        interchange(random.Random(1), 60).replace(b"ATT+2++F", b"ATT+#++#").replace(b"ATT+2++M", b"ATT+#++#")
    )
    assert plain_people(kept) == (60, 60)
    assert {one.sex for one in same(kept)[0].travellers} == {None}


def test_written_lists_are_read_the_same_whatever_the_marks() -> None:
    people = tuple(
        TravellerDraft(
            surname="MUÑOZ'S",
            given="ANA+",
            more_names=("EVA", "L:Z"),
            sex="F",
            date_of_birth="1980-05-17",
            residence="ECU",
            birthplace="QUITO",
            clearance="UIO",
            bags=("XA1", "XA2"),
            bag_runs=(1, 12),
            position="CR2",
            verified="173",
            bag_weight="31",
            bag_weight_unit="KGM",
            documents=(
                DocumentDraft("A1", issuer="ECU", expires="2031-02-18"),
                DocumentDraft("V2", type="V"),
            ),
            references=(("AVF", "T1"), ("ABO", "77"), ("SEA", "15A")),
        )
        for _ in range(20)
    )
    for version in ("D:02B", "D:05B", "D:12B"):
        draft = PaxlstDraft("XA", "EC", "2026-11-21T12:00", "R1", (LEG,), people, version=version)
        for service in (ServiceString(), ServiceString(b"*", b"|", b",", b"\\", b"", b"~")):
            data = write_paxlst(draft, Style(service=service))
            assert plain_people(data) == (20, 20)
            (found,) = same(data)
            assert found.travellers[19].references[2].value.text == "15A"
            assert [tag.text for tag in found.travellers[19].tags][:3] == ["XA1", "XA2", "XA3"]


@pytest.mark.parametrize("directory", [b"96B", b"02B", b"05B", b"12B"])
def test_odd_people_among_plain_ones_are_read_the_same(directory: bytes) -> None:
    for number, odd in enumerate(ODD):
        middle = PERSON + odd + PERSON if number % 2 else PERSON * 2 + odd
        data = HEAD % directory + PERSON * 6 + middle + PERSON * 2 + b"CNT+42:9'UNT+1+1'UNZ+1+R1'"
        same(data)
        same(data[: data.rindex(b"CNT")])


def test_everything_odd_at_once_is_read_the_same() -> None:
    chance = random.Random(5)
    for _ in range(30):
        pieces = chance.choices([*ODD, PERSON, PERSON], k=40)
        same(HEAD % b"05B" + PERSON * 6 + b"".join(pieces) + b"UNT+1+1'UNZ+1+R1'")


def test_broken_lists_are_read_the_same() -> None:
    chance = random.Random(6)
    whole = HEAD % b"05B" + PERSON * 7 + b"CNT+42:7'UNT+70+1'UNZ+1+R1'"
    assert plain_people(whole) == (7, 7)
    for _ in range(400):
        same(mutated(whole, chance))


def test_a_flight_that_comes_after_people_dates_those_behind_it() -> None:
    later = b"TDT+20+XA2'LOC+87+LIM'DTM+232:9001010100:201'"
    data = HEAD % b"05B" + PERSON * 6 + b"CNT+42:1'" + later + PERSON * 3 + b"UNT+1+1'UNZ+1+R1'"
    (found,) = same(data)
    assert len(found.legs) == 2
    assert msgspec.structs.asdict(found)["declared_passengers"] == 1


def test_a_segment_with_countless_elements_makes_no_columns() -> None:
    data = HEAD % b"05B" + PERSON * 8 + b"FTX" + b"+" * 20_000 + b"'" + PERSON + b"UNT+1+1'UNZ+1+R1'"
    assert people_of(read(data).messages[0]) is None
    assert len(same(data)[0].travellers) == 9
