"""Lines that carriers and telex wires break, and what they pad them with, change nothing of what is read."""

import pytest
from tests.engines.edifact.dialects import records, records_readably

from cordillera.engines.edifact import read
from cordillera.engines.edifact.reader import read_readably


def _wrapped(data: bytes, width: int, end: bytes) -> bytes:
    return end.join(data[at : at + width] for at in range(0, len(data), width))


RELEASED = (
    b"UNB+UNOA:4+XA+EC+261121:1200+R1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'LOC+125+BOG'LOC+87+UIO'"
    b"NAD+FL+++O?'NEIL?+SONS:ANA?:B:EVA??'ATT+2++F'NAD+FL+++SOL:LUZ'CNT+42:2'UNT+10+1'UNZ+1+R1'"
)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_a_line_break_between_a_release_character_and_what_it_releases_is_a_wrap(end):
    for width in range(9, 130):
        data = _wrapped(RELEASED, width, end)
        found = records(read(data, few=0))
        assert found == records_readably(data)
        assert [one.full_name for one in found[0].travellers] == ["ANA:B EVA? O'NEIL+SONS", "LUZ SOL"], width
        assert read(data, few=0).bytes == read_readably(data).bytes


def test_line_breaks_that_end_segments_are_no_wraps():
    data = b"UNA:+.? \n" + RELEASED.replace(b"?'", b"?\n").replace(b"'", b"\n")
    (message,) = records(read(data, few=0))
    assert message == records_readably(data)[0]
    assert [one.sex is None for one in message.travellers] == [False, True]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_segments_that_only_their_lines_end_are_read(end):
    data = RELEASED.replace(b"O?'", b"O").replace(b"'", end)
    reading = read(data, few=0)
    (message,) = records(reading)
    assert [one.full_name for one in message.travellers] == ["ANA:B EVA? ONEIL+SONS", "LUZ SOL"]
    assert [one.code for one in reading.findings] == ["edifact.service_characters"]
    assert message.complete
    assert message == records_readably(data)[0]


def test_what_lines_of_a_telex_pad_with_nothing_is_a_blank():
    data = RELEASED.replace(b"NAD+FL+++SOL", b"\x00NAD+FL+++SOL").replace(
        b"UNZ+1+R1'", b"UNZ+1+R1'" + bytes(80)
    )
    reading = read(data, few=0)
    assert len(records(reading)[0].travellers) == 2
    assert not reading.findings
    assert reading.bytes == read_readably(data).bytes


def test_a_released_slash_parts_a_document_as_any_other():
    data = (
        b"UNA/+.? 'UNB+UNOA/1+XA+EC+261121/0900+1'UNH+1+PNRGOV/13/1/IA'MSG+/22'ORG+XA/BOG'"
        b"TVL+211126/1540+BOG+UIO+XA+412'EQN+1'SRC'RCI+XA/REL001'TIF+SOL+LUZ/A/1'"
        b"SSR+DOCS/HK/1/XA/////?/P?/COL?/H??1?/COL?/01JAN90?/F?/01JAN30?/SOL?/LUZ'"
        b"UNT+9+1'UNZ+1+1'"
    )
    (message,) = records(read(data, few=0))
    assert message == records_readably(data)[0]
    (document,) = message.pnrs[0].travellers[0].documents
    assert (document.number.text, document.expires.text, document.given.text) == ("H?1", "2030-01-01", "LUZ")
    assert data[document.given.start : document.given.end] == b"LUZ"
    assert not message.findings


def test_a_partner_whose_name_looks_like_the_end_of_a_segment_ends_none():
    data = RELEASED.replace(b"+XA+", b"+REF7~MSG+")
    for una in (b"", b"UNA:+.? '"):
        reading = read(una + data, few=0)
        assert reading.interchanges[0].sender == "REF7~MSG"
        assert len(records(reading)[0].travellers) == 2
        assert not reading.findings
