"""The PAXLST tables against the published directories, and how the walk places segments."""

import tarfile
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from cordillera.engines.edifact.grammar import GroupRule
from cordillera.engines.edifact.paxlst_grammar import directory_of, grammar_for, is_known


def published(shared: Path, directory: str) -> Element:
    archive = shared / "borders" / "edifact_grammar" / "untdid_xml_selected.tar.xz"
    with tarfile.open(archive) as files:
        member = files.extractfile(f"src/Mapping/{directory}/messages/paxlst.xml")
        assert member is not None
        return fromstring(member.read())


def assert_covers(rule: GroupRule, element: Element) -> None:
    """Our group allows each segment and group of the published one, as often."""
    segments = [child for child in element if child.tag == "segment"]
    if rule.name:
        assert segments.pop(0).get("id") == rule.trigger
    for segment in segments:
        assert rule.members[segment.get("id", "")] >= int(segment.get("maxrepeat", "1")), segment.get("id")
    groups = [child for child in element if child.tag == "group"]
    assert len(groups) == len(rule.groups)
    for inner, child in zip(rule.groups, groups, strict=True):
        assert inner.repeats == int(child.get("maxrepeat", "1"))
        assert_covers(inner, child)


@pytest.mark.parametrize("directory", ["D00B", "D02B", "D05B", "D12B", "D15B", "D16A", "D20A"])
def test_our_tables_cover_the_published_directories(shared: Path, directory: str) -> None:
    assert_covers(grammar_for(f"D:{directory[1:]}"), published(shared, directory))


def test_the_nearest_earlier_table_is_used() -> None:
    versions = ["D:97B", "D:01A", "D:02B", "D:08A", "D:24A", "D:31A", "", "rubbish", "D:90A"]
    assert [directory_of(version) for version in versions] == [
        "96B", "00B", "00B", "05B", "12B", "12B", "05B", "05B", "05B",
    ]  # fmt: skip


def test_only_directories_this_reader_was_written_for_are_known() -> None:
    assert [is_known(version) for version in ["D:97B", "D:24A", "D:96B", "D:24B", "S:05B", "D:5", ""]] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
