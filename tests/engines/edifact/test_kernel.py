"""The compiled tokenizer and the readable lexer give the same, bit for bit, on whole and broken files."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.edifact import Limits, Message, Reading, read
from cordillera.engines.edifact.mutation import PIECES, mutated
from cordillera.engines.edifact.reader import read_readably
from cordillera.engines.edifact.tokens import tokenize

TIGHT = Limits(element=12, segment=40, message=200, messages=2, segments=40, findings=5)
LIST = (
    b"UNA:+.? 'UNB+UNOC:4+XA+EC+261121:1000+R1'UNH+1+PNRGOV:13:1:IA+REF+01:C'MSG+:22'ORG+XA:UIO'SRC'\r\n"
    b"RCI+XA:ABC123'SSR+DOCS:HK:1:XA:::::/P/ECU/A1/ECU/01JAN80/F//O?'NEIL/ANA+::1'\r\nTIF+O?'NEIL+ANA:A:1'"
    b"NAD+FL+++A*B:C\r\nD'FTX+?+?:??+\r\n  ATT'DTM\r\n+329:720907'"
    b"TVL+211126:0900+UIO+BOG+XA+1'UNT+12+1'UNZ+1+R1'"
)


def rows_of(message: Message) -> list[tuple[object, ...]]:
    """What the reference says of every value of a message."""
    return [
        (segment.tag, value.start, value.end, element, repetition, component, value.text)
        for segment in message.segments
        for element, repetitions in enumerate(segment.elements)
        for repetition, composite in enumerate(repetitions)
        for component, value in enumerate(composite)
    ]


def tokens_of(message: Message) -> list[tuple[object, ...]]:
    found = tokenize(message.segments.source, message.segments.bounds)
    return [
        (
            found.tag(segment),
            *found.span(segment, row),
            int(found.elements[row]),
            int(found.repetitions[row]),
            int(found.components[row]),
            found.value(segment, row).text,
        )
        for segment in range(len(found))
        for row in found.rows(segment)
    ]


def assert_same(data: bytes, limits: Limits = Limits()) -> Reading:  # noqa: B008 - frozen
    compiled, reference = read(data, limits, few=0), read_readably(data, limits)
    assert compiled.bytes == reference.bytes
    assert compiled.findings == reference.findings
    assert len(compiled.interchanges) == len(reference.interchanges)
    for one, other in zip(compiled.messages, reference.messages, strict=True):
        assert one.segments.bounds == other.segments.bounds
        assert one.segments.source == other.segments.source
        assert (one.complete, one.start, one.end) == (other.complete, other.start, other.end)
        assert tokens_of(one) == rows_of(other)
    return compiled


def test_both_agree_on_every_sample_file(shared: Path) -> None:
    files = [path for path in (shared / "borders").rglob("*.*") if path.suffix in {".txt", ".edi"}]
    assert len(files) > 20
    for path in files:
        assert_same(path.read_bytes())


def test_both_agree_on_a_message_with_every_oddity() -> None:
    reading = assert_same(LIST)
    assert [segment.tag for segment in reading.messages[0].segments].count("DTM") == 1


def test_both_agree_on_two_thousand_broken_files() -> None:
    chance = random.Random(9735)
    for number in range(2_000):
        assert_same(mutated(LIST, chance), TIGHT if number % 4 == 0 else Limits())


@pytest.mark.parametrize(
    "una",
    [
        r"UNA:+.\*'",
        "UNA:-.? *",
        "UNA:*.? $",
        "UNA|~,! \n",
        "UNA\x1f\x1d. \x1e\x1c",
        "UNA:+.? \t",
        "UNA \t.?*'",
    ],
)
def test_both_agree_whatever_the_service_characters_are(una: str) -> None:
    table = str.maketrans({":": una[3], "+": una[4], "?": una[6], "'": una[8]})
    assert_same(una.encode() + LIST[9:].decode().translate(table).encode())


def test_both_agree_on_separators_beyond_ascii() -> None:
    for codec in (b"UNOC", b"UNOE", b"UNOW"):
        text = LIST[9:].replace(b"UNOC", codec).replace(b"ANA", b"AN\xc1")
        assert_same(b"UNA:\xa7.? '" + text.replace(b"+", b"\xa7"))


@given(parts=st.lists(st.sampled_from(PIECES) | st.binary(max_size=9) | st.just(LIST[9:150]), max_size=30))
@settings(max_examples=100, deadline=None)
def test_both_agree_on_any_bytes(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert_same(data)
    assert_same(LIST[:170] + data, TIGHT)
