"""Group tables of published directories, and whether ours allow what they allow."""

import tarfile
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

from cordillera.engines.edifact.grammar import GroupRule


def published(shared: Path, directory: str, message: str) -> Element:
    """The message of a directory such as D05B or Service_V4."""
    archive = shared / "borders" / "edifact_grammar" / "untdid_xml_selected.tar.xz"
    with tarfile.open(archive) as files:
        member = files.extractfile(f"src/Mapping/{directory}/messages/{message}.xml")
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
    assert [group.name for group in rule.groups] == [child.get("id") for child in groups]
    for inner, child in zip(rule.groups, groups, strict=True):
        assert inner.repeats == int(child.get("maxrepeat", "1"))
        assert_covers(inner, child)


def assert_same(rule: GroupRule, element: Element) -> None:
    """Besides: our group allows nothing else, and asks for the same segments."""
    assert_covers(rule, element)
    own = [child for child in element if child.tag == "segment"][1 if rule.name else 0 :]
    assert list(rule.members) == [child.get("id") for child in own]
    assert list(rule.members.values()) == [int(child.get("maxrepeat", "1")) for child in own]
    assert rule.required == {child.get("id") for child in own if child.get("required") == "true"}
    for inner, child in zip(rule.groups, [child for child in element if child.tag == "group"], strict=True):
        assert_same(inner, child)
