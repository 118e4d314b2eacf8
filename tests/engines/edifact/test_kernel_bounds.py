"""No kernel reads or writes outside of its arrays, whatever comes and however little room it has."""

import random
from array import array

import pytest
from tests.engines.edifact.guarded import Outside, interpreted

from cordillera.cli.bench_messages import interchange
from cordillera.engines.edifact import Reading, packing_kernel, read
from cordillera.engines.edifact.mutation import mutated
from cordillera.engines.edifact.paxlst import read_paxlst, read_paxlst_readably
from cordillera.engines.edifact.pnrgov import read_pnrgov, read_pnrgov_readably
from cordillera.engines.edifact.service import ServiceString
from cordillera.engines.edifact.tokens import tokenize
from cordillera.engines.edifact.values import Source

ROOMS = (64, 333, 1_500, 1 << 18)
"""From too little for anything to enough for everything: records end everywhere against the edge."""

HEAD = b"UNA:+.? 'UNB+UNOC:4+XA+EC+261125:1200+R1'"
RESERVED = HEAD + b"UNH+2+PNRGOV:13:1:IA+R'MSG+:22'ORG+XA'TVL+261126:0900:1105+UIO+BOG+XA+412'EQN+1'"
LISTED = HEAD + b"UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA1'DTM+189:2611260900:201'LOC+87+BOG'"
HOSTILE = {
    "nothing in segments": RESERVED + b"SRC'RCI'DAT'ORG'ADD'SSR'IFT'TIF'TKT'FOP'MON'TVL'TRI'TBD'SSD'ABI'SAC'",
    "only separators": RESERVED + b"SRC'" + b"+:::::*:::++*+:::'".join(
        (b"RCI", b"ADD", b"SSR", b"TIF", b"FTI", b"TVL", b"TBD", b"DAT", b"MSG")),
    "only slashes": RESERVED + b"SRC'RCI+XA:A'TIF+A+B:A:1'SSR+DOCS:HK:1:XA:::::" + b"/" * 90
                    + b"'SSR+DOCA:HK:1:XA:::::/'SSR+DOCO:HK:1::::::////'",
    "a long seat": RESERVED + b"SRC'RCI+XA:A'TVL+261126+A+B+XA+1'SSR+SEAT:HK:1:XA+000A+" + b"0" * 90 + b"A'",
    "more than 31 bits": RESERVED + b"SRC'RCI+XA:A'TBD++4294967295:9223372036854775808:700'EQN+" + b"9" * 20,
    "dates of any width": RESERVED + b"SRC'RCI+XA:A::1:1'DAT+700:9:9'DAT+700:999999:9999'DAT+700:311299:2359'"
                          b"TIF+A+B'SSR+DOCS:HK:1:XA:::::/P/E/1/E/1A/M/99ZZZ9999/A/B'",
    "a group in a group in a group": RESERVED + b"SRC'RCI+XA:A'" + b"ABI'SAC'TVL'DAT'TRI'TIF'" * 40,
    "twenty names": LISTED + b"NAD+FL+++" + b":".join([b"N"] * 20) + b"'NAD+FL+++A*B'NAD+FL+++:::::A'",
    "documents and references": LISTED + b"NAD+FL+++A:B'RFF+AVF:1'" + b"RFF+A:1'FTX+BAG+++1'DOC+P+1'" * 9,
    "a person of nothing": LISTED + b"NAD+FL'NAD+FL+++'NAD+FL+++\r\n'DTM+329'DTM+329:'ATT+2'DOC'LOC'RFF'MEA'",
    "a day of many digits": LISTED + b"NAD+FL+++A'DTM+329:" + b"9" * 60 + b"'DOC+P+1'DTM+36:9'DTM+36:000000'",
}  # fmt: skip


def assert_same_and_within(reading: Reading) -> None:
    for one in reading.interchanges:
        for message in one.messages:
            if message.type == "PAXLST":
                assert read_paxlst(message, few=1) == read_paxlst_readably(message)
            elif message.type == "PNRGOV":
                assert read_pnrgov(message, few=1) == read_pnrgov_readably(message)


@pytest.mark.parametrize("room", ROOMS)
def test_no_kernel_leaves_its_arrays_for_broken_messages(room: int) -> None:
    chance = random.Random(room)
    whole = [interchange(chance, number) for number in (1, 2)]
    with interpreted(room):
        for _ in range(20):
            assert_same_and_within(read(mutated(chance.choice(whole), chance), few=0))


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_kernel_leaves_its_arrays_for_hostile_messages(name: str, room: int) -> None:
    with interpreted(room):
        assert_same_and_within(read(HOSTILE[name] + b"UNT+9+2'UNZ+1+R1'", few=0))
        assert_same_and_within(read(HOSTILE[name], few=0))


@pytest.mark.parametrize(
    "marks", [b"':+.? '", b"+++.++'", b"''''''", b"AAAAAA", b":+.::'", b"\x00\x00\x00\x00\x00\x00", b"+:.'*?"]
)
def test_service_characters_that_are_the_same_leave_the_arrays_of_no_kernel(marks: bytes) -> None:
    body = RESERVED[9:] + b"SRC'RCI+XA:A'TIF+A?+B+C:A:1'IFT+4:28+CTC??'UNT+9+2'UNZ+1+R1'"
    data = b"UNA" + marks[:6] + body
    component, element, _, release, repetition, terminator = (bytes([mark]) for mark in marks[:6])
    service = ServiceString(component, element, release, repetition, terminator)
    with interpreted(1 << 12):
        assert_same_and_within(read(data, few=0))
        found = tokenize(Source(data, service, "latin-1"), array("Q", (0, len(data), 9, 9, 12, 15)))
        assert int(found.first[-1]) == len(found.starts)


def test_the_guard_sees_a_write_beyond_the_end() -> None:
    whole = interchange(random.Random(1), 2)
    with interpreted(700), pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing_kernel, "has_room", lambda _t, _size: True)
        with pytest.raises(Outside):
            assert_same_and_within(read(whole, few=0))
