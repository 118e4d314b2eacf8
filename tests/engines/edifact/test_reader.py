"""Reading whole files: counts, service characters, wrappers, cuts, and where every byte goes."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from cordillera.engines.edifact import Limits, Reading, count, read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_model import Role
from cordillera.engines.edifact.pnrgov import pnrgov_messages

BODY = b"UNH+7+PAXLST:D:05B:UN:IATA'BGM+745'NAD+FL+++CLARK:MICHAEL'ATT+2++M'UNT+5+7'"
WHOLE = b"UNB+UNOA:4+AIR1+EC+261121:1200+REF1'" + BODY + b"UNZ+1+REF1'"


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def assert_every_byte_has_a_place(reading: Reading) -> None:
    counted = reading.bytes
    assert counted.segments + counted.separators + counted.findings == counted.total
    spans = sorted(span for message in reading.messages for span in message.segments.spans())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert sum(finding.owned for finding in reading.findings) == counted.findings


def ground_truth(shared: Path) -> list[tuple[Path, dict[str, int]]]:
    folder = shared / "borders"
    keys = {"UNH": r"UNH=(\d+)", "UNT": r"UNT=\['UNT\W(\d+)", "actual": r"actual=(\d+)"}
    keys |= {"travellers": r"NAD\+FL=(\d+)", "pnrs": r"PNRs=(\d+)", "containers": r"EQD=(\d+)"}
    truth = []
    for line in (folder / "ground_truth.txt").read_text().splitlines():
        if (name := re.match(r"(\S+/\S+) \| ", line)) is not None:
            found = {key: re.search(pattern, line) for key, pattern in keys.items()}
            counts = {key: int(match.group(1)) for key, match in found.items() if match is not None}
            truth.append((folder / name.group(1), counts))
    return truth


def test_all_sample_files_have_the_counts_of_an_independent_tokenizer(shared: Path) -> None:
    for path, truth in ground_truth(shared):
        reading = read(path.read_bytes())
        assert_every_byte_has_a_place(reading)
        assert reading.bytes.findings == 0, path
        first = reading.messages[0]
        totals = [count(message) for message in reading.messages]
        assert len(reading.messages) == truth["UNH"], path
        assert (len(first.segments), first.declared_segments) == (truth["actual"], truth["UNT"]), path
        for field in truth.keys() & {"travellers", "pnrs", "containers"}:
            assert sum(getattr(each, field) for each in totals) == truth[field], (path, field)


def test_records_hold_everybody_an_independent_tokenizer_counted(shared: Path) -> None:
    files = 0
    for path, truth in ground_truth(shared):
        reading = read(path.read_bytes())
        roles = [person.role for one in paxlst_messages(reading) for person in one.travellers]
        reservations = [pnr for one in pnrgov_messages(reading) for pnr in one.pnrs]
        if "travellers" in truth:
            assert roles.count(Role.PASSENGER) == truth["travellers"], path
        if "pnrs" in truth:
            assert len(reservations) == truth["pnrs"], path
        files += "travellers" in truth or "pnrs" in truth
    assert files == 18


def test_a_whole_message_gives_no_finding() -> None:
    reading = read(WHOLE)
    interchange = reading.interchanges[0]
    assert codes(reading) == []
    assert (interchange.sender, interchange.recipient, interchange.reference) == ("AIR1", "EC", "REF1")
    assert interchange.prepared == "261121:1200"
    assert interchange.complete


def test_offsets_lead_back_to_the_bytes() -> None:
    for segment in read(WHOLE).messages[0].segments:
        for element in segment.elements:
            for value in element[0]:
                assert WHOLE[value.start : value.end].decode() == value.text


@pytest.mark.parametrize(
    "una", [r"UNA:+.\*'", "UNA:-.? *", "UNA:*.? $", "UNA|~,! \n", "UNA\x1f\x1d. \x1e\x1c"]
)
def test_any_service_characters_read_the_same(una: str) -> None:
    table = str.maketrans({":": una[3], "+": una[4], "?": una[6], "'": una[8]})
    other = una.encode() + WHOLE.decode().translate(table).encode()
    reading = read(other)
    assert codes(reading) == []
    assert [segment.tag for segment in reading.messages[0].segments] == ["UNH", "BGM", "NAD", "ATT", "UNT"]
    assert reading.messages[0].segments[2].text(3, 1) == "MICHAEL"


def test_level_b_control_characters_need_no_una() -> None:
    level_b = WHOLE.replace(b"UNOA", b"UNOB").translate(bytes.maketrans(b":+'", b"\x1f\x1d\x1c"))
    assert read(level_b).messages[0].segments[2].text(3) == "CLARK"
    assert codes(read(level_b)) == []


@pytest.mark.parametrize("una", [b"UNA:-.? *", b"UNA:+.? *", b"UNA+:.? '", b"UNAABCDEF", b"UNA++++++"])
def test_a_wrong_una_is_a_finding_and_the_segments_are_read(una: bytes) -> None:
    reading = read(una + WHOLE)
    assert codes(reading) == ["edifact.service_characters"]
    assert count(reading.messages[0]).travellers == 1


def test_una_without_its_repetition_place_is_read() -> None:
    assert codes(read(b"UNA:+.?'" + WHOLE)) == ["edifact.service_characters"]
    assert len(read(b"UNA:+.?'" + WHOLE).messages[0].segments) == 5


def test_unusual_characters_without_una_are_taken_from_the_segments() -> None:
    reading = read(WHOLE.replace(b"'", b"~\r\n"))
    assert codes(reading) == ["edifact.service_characters"]
    assert len(reading.messages[0].segments) == 5


def test_repetitions_of_version_4_are_split() -> None:
    text = WHOLE.replace(b"ATT+2++M", b"ATT+2*3++M")
    repeated = read(text).messages[0].segments[3].elements[0]
    assert [composite[0].text for composite in repeated] == ["2", "3"]
    assert read(text.replace(b"UNOA:4", b"UNOA:3")).messages[0].segments[3].text(0) == "2*3"


def test_released_characters_are_data() -> None:
    reading = read(WHOLE.replace(b"CLARK", b"O?'CLARK??"))
    value = reading.messages[0].segments[2].value(3)
    assert value is not None
    assert value.text == "O'CLARK?"
    assert value.end - value.start == len("O?'CLARK??")


def test_hard_line_wraps_are_not_data() -> None:
    wrapped = b"\r\n".join(WHOLE[at : at + 17] for at in range(0, len(WHOLE), 17))
    reading = read(b"\x01QK HDQECPN\r\n.HDQAIR1 211200\r\n\x02" + wrapped + b"\r\n\x03")
    assert count(reading.messages[0]).travellers == 1
    assert reading.messages[0].segments[2].text(3, 1) == "MICHAEL"
    assert_every_byte_has_a_place(reading)


def test_wrappers_and_rubbish_outside_interchanges_are_findings() -> None:
    reading = read(
        b"QK HDQECPN\r\n"
        + WHOLE
        + b"\r\nNNNN\r\nUNA:-.? *"
        + WHOLE.translate(bytes.maketrans(b"+'", b"-*"))
        + b"THE END"
    )
    assert codes(reading) == ["edifact.outside_interchange"] * 3
    assert len(reading.interchanges) == 2
    assert_every_byte_has_a_place(reading)


def test_a_message_without_unb_is_read() -> None:
    reading = read(BODY)
    assert len(reading.messages[0].segments) == 5
    assert reading.interchanges[0].sender == ""


def test_an_interchange_that_was_never_closed_ends_where_the_next_begins() -> None:
    reading = read(WHOLE[: WHOLE.index(b"UNZ")] + WHOLE)
    assert codes(reading) == ["edifact.interchange_cut"]
    assert [interchange.complete for interchange in reading.interchanges] == [False, True]


def test_declared_counts_and_references_are_checked() -> None:
    text = WHOLE.replace(b"UNT+5+7", b"UNT+50+8").replace(b"UNZ+1+REF1", b"UNZ+2+REF2")
    reading = read(text)
    assert codes(reading) == [
        "edifact.segment_count",
        "edifact.reference",
        "edifact.interchange_count",
        "edifact.reference",
    ]
    assert reading.messages[0].declared_segments == 50


def test_a_segment_that_is_none_becomes_a_finding_and_the_rest_is_read() -> None:
    reading = read(WHOLE.replace(b"ATT+2++M", b"see remarks"))
    assert codes(reading) == ["edifact.unreadable_segment", "edifact.segment_count"]
    assert reading.bytes.findings == len(b"see remarks")


def test_a_lost_terminator_at_the_end_of_a_line_joins_nothing() -> None:
    lines = WHOLE.replace(b"'", b"'\r\n").replace(b"CLARK:MICHAEL'", b"CLARK:MICHAEL")
    reading = read(lines)
    assert codes(reading) == ["edifact.missing_terminator"]
    assert reading.messages[0].segments[2].text(3, 1) == "MICHAEL"
    assert_every_byte_has_a_place(reading)


def test_rubbish_without_terminator_before_a_tagged_line_is_cut_off() -> None:
    reading = read(WHOLE.replace(b"ATT+2", b"PAGE 2 OF 3\r\nATT+2"))
    assert codes(reading) == ["edifact.unreadable_segment"]
    assert reading.bytes.findings == len(b"PAGE 2 OF 3")
    assert_every_byte_has_a_place(reading)


def test_a_wrap_in_front_of_what_looks_like_a_tag_splits_nothing() -> None:
    text = WHOLE.replace(b"CLARK:MICHAEL", b"CLARK:" + b"M" * 60 + b"\r\nATT+2")
    assert codes(read(text)) == []
    one_line = WHOLE.replace(b"CLARK:MICHAEL", b"CLARK:M\r\nATT+2")
    assert codes(read(one_line)) == []


def test_segments_between_messages_are_kept_as_strays() -> None:
    reading = read(WHOLE.replace(b"UNZ", b"FTX+AAI'UNZ"))
    assert codes(reading) == ["edifact.stray_segment"]
    assert_every_byte_has_a_place(reading)


def test_a_dangling_release_at_the_end_loses_nothing() -> None:
    cut = WHOLE[: WHOLE.index(b"+745")] + b"+745?"
    reading = read(cut)
    assert "edifact.dangling_release" in codes(reading)
    assert reading.messages[0].segments[-1].text(0) == "745"
    assert reading.bytes.findings == 1
    assert_every_byte_has_a_place(reading)


def test_a_message_cut_at_any_byte_is_kept_as_partial() -> None:
    for length in range(WHOLE.index(b"UNH") + 4, len(WHOLE) - len(b"UNT+5+7'UNZ+1+REF1'")):
        reading = read(WHOLE[:length])
        assert "edifact.message_cut" in codes(reading), length
        assert not reading.messages[0].complete
        assert_every_byte_has_a_place(reading)


def test_an_unterminated_unz_still_closes_the_interchange() -> None:
    reading = read(WHOLE[:-1])
    assert codes(reading) == ["edifact.unterminated_segment"]
    assert reading.interchanges[0].complete


def test_the_charset_is_the_declared_one_unless_the_bytes_say_otherwise() -> None:
    latin = WHOLE.replace(b"UNOA", b"UNOC").replace(b"CLARK", "MUÑOZ".encode("latin-1"))
    utf8 = latin.replace("Ñ".encode("latin-1"), "Ñ".encode())
    odd = WHOLE.replace(b"CLARK", b"NOV\x87K")
    for text, name, found in [(latin, "MUÑOZ", []), (utf8, "MUÑOZ", 1), (odd, "NOV\x87K", 1)]:
        reading = read(text)
        assert reading.messages[0].segments[2].text(3) == name
        assert codes(reading) == ["edifact.charset"] * (found or 0)


def test_an_empty_file_and_a_file_of_rubbish_are_findings() -> None:
    assert codes(read(b"")) == ["edifact.no_message"]
    assert codes(read(b"\n hello \n")) == ["edifact.no_message", "edifact.outside_interchange"]
    assert read(b"\n hello \n").bytes.findings == 5


def test_limits_turn_into_findings() -> None:
    tight = Limits(element=20, segment=60, message=80, messages=1, findings=3)
    few = Limits(segments=3)
    assert codes(read(WHOLE, few))[-1] == "edifact.too_many_segments"
    assert not read(WHOLE, few).messages[0].complete
    assert_every_byte_has_a_place(read(WHOLE, few))
    long_element = WHOLE.replace(b"CLARK", b"C" * 30)
    long_segment = WHOLE.replace(b"CLARK", b"C:" * 70)
    many = WHOLE.replace(b"ATT+2++M'", b"ATT+2++M'" * 20)
    two = WHOLE.replace(BODY, BODY * 2)
    for text, code in [
        (long_element, "edifact.element_too_long"),
        (long_segment, "edifact.segment_too_long"),
        (many, "edifact.message_too_long"),
        (two, "edifact.message_too_long"),
        (WHOLE + WHOLE, "edifact.too_many_messages"),
    ]:
        reading = read(text, tight)
        assert code in codes(reading), code
        assert_every_byte_has_a_place(reading)
    assert len(read(many, tight).findings) == 4
