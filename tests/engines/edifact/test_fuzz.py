"""Mutated messages never raise, and every byte keeps a place."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.edifact import Limits, Reading, count, read
from cordillera.engines.edifact.paxlst import paxlst_messages

LIST = (
    b"UNA:+.? 'UNB+UNOC:4+XA+EC+261121:1000+R1'UNG+PAXLST+XA+EC+261121:1000+1+UN+D:05B'"
    b"UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA412'LOC+125+BOG'DTM+189:2611211540:201'LOC+87+UIO'"
    b"DTM+232:2611211710:201'NAD+FL+++O?'NEIL:ANA'ATT+2++F'DTM+329:720907'LOC+178+BOG'NAT+2+ECU'RFF+AVF:T1'"
    b"DOC+P:110:111+A1'DTM+36:310218'LOC+91+ECU'CNT+42:1'UNT+18+1'UNE+1+1'UNZ+1+R1'\r\n"
)
PIECES = [b"'", b"+", b":", b"?", b"??'", b"\r\n", b"UNA:+.? '", b"UNB+UNOA:4+", b"UNH+2+PAXLST'", b"NAD+FL'",
          b"UNT", b"UNZ+1'", b"\xff", b"\x00", b"\x1d\x1f\x1c", b"DTM+329:'", b"*", b"  "]  # fmt: skip
TIGHT = Limits(element=12, segment=40, message=200, messages=2, findings=5)


def assert_accounted(data: bytes, reading: Reading) -> None:
    counted = reading.bytes
    assert counted.total == len(data)
    assert counted.segments + counted.separators + counted.findings == counted.total
    assert sum(finding.owned for finding in reading.findings) == counted.findings
    for message in reading.messages:
        assert count(message).travellers <= len(message.segments)
    for message in paxlst_messages(reading):
        for person in message.travellers:
            assert 0 <= person.start <= person.end <= len(data)


def mutated(chance: random.Random) -> bytes:
    data = bytearray(LIST * chance.choice([1, 1, 2]))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            data[at:at] = chance.choice(PIECES)
        elif kind == 1:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 2 and at < len(data):
            data[at] = chance.randrange(256)
        else:
            del data[at:]
            data += chance.choice(PIECES)
    return bytes(data)


def test_four_thousand_mutated_messages_are_read() -> None:
    chance = random.Random(20261121)
    for round_number in range(4_000):
        data = mutated(chance)
        assert_accounted(data, read(data, TIGHT if round_number % 4 == 0 else Limits()))


@given(parts=st.lists(st.sampled_from(PIECES) | st.binary(max_size=9) | st.just(LIST[:150]), max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_bytes_have_a_place(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert_accounted(data, read(data))
    assert_accounted(data, read(data, TIGHT))
