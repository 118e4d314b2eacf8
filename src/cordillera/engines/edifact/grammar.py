"""Segment groups of UN/EDIFACT messages: tables as text, and a walk that forgives what messages do.

A table lists segments and groups in order: `DTM9` may come 9 times, `BGM!` must come, `SG4*99999(NAD! ...)`
is a group begun by its first segment, `SG4[FL,FM](...)` a group for those trigger qualifiers only,
`SG9=1(...)` one that comes once: a second trigger belongs further out, if anywhere there knows it. The walk
puts each segment into the innermost open group that knows it; what no open group knows is left over.

>>> grammar = parse("UNH! SG1*5(NAD! CTA) SG2*9[FL](NAD! DTM2) UNT!")
>>> [group.name for group in grammar.groups], grammar.groups[1].qualifiers, grammar.groups[1].members
(['SG1', 'SG2'], frozenset({'FL'}), {'DTM': 2})
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from cordillera.engines.edifact.values import Segment


class GroupRule(msgspec.Struct, frozen=True):
    """One group of a table: the segment that begins it, its other segments with repeats, its groups."""

    name: str
    trigger: str
    repeats: int
    qualifiers: frozenset[str]
    members: dict[str, int]
    required: frozenset[str]
    groups: tuple["GroupRule", ...]
    once: bool = False


class Group(msgspec.Struct):
    """One occurrence of a group; the top level has the name "" and one segment per occurrence."""

    rule: GroupRule
    segments: list[Segment]
    groups: list["Group"]

    @property
    def end(self) -> int:
        """The end of the last segment inside."""
        last = self.segments[-1].end
        return max([last, *(group.end for group in self.groups)])


class Leftover(msgspec.Struct, frozen=True):
    """A segment that no open group knows."""

    segment: Segment


_TOKEN = re.compile(r"([A-Z]{3})(\d*)(!?)|(SG\d+)([*=])(\d+)(?:\[([A-Z,]+)\])?(!?)\(|(\))")


def parse(table: str) -> GroupRule:
    """Parse a table into the rule of the whole message."""
    return _parse_group(iter(_TOKEN.finditer(table)), ("", "*", 1, frozenset()))


def _parse_group(tokens: "Iterator[re.Match[str]]", head: tuple[str, str, int, frozenset[str]]) -> GroupRule:
    name, sign, times, qualified = head
    members: dict[str, int] = {}
    required: set[str] = set()
    groups: list[GroupRule] = []
    trigger = ""
    for token in tokens:
        tag, repeats, must, group, mark, group_repeats, qualifiers, _, close = token.groups()
        if close:
            break
        if group:
            only = frozenset(qualifiers.split(",")) if qualifiers else frozenset[str]()
            groups.append(_parse_group(tokens, (group, mark, int(group_repeats), only)))
        elif name and not trigger:
            trigger = tag
        else:
            members[tag] = int(repeats or 1)
            required |= {tag} if must else set()
    inner = tuple(groups)
    return GroupRule(name, trigger, times, qualified, members, frozenset(required), inner, sign == "=")


def walk(grammar: GroupRule, segments: Iterable[Segment]) -> Iterator[Group | Leftover]:
    """Group the segments of a message: yields each top-level segment and finished group, in order."""
    stack: list[Group] = []
    for segment in segments:
        place = _place(grammar, stack, segment)
        if place is None:
            yield Leftover(segment)
            continue
        depth, rule = place
        if depth == 0 and stack:
            yield stack[0]
        del stack[depth:]
        if rule is None:
            stack[-1].segments.append(segment)
        elif rule is grammar:
            yield Group(grammar, [segment], [])
        else:
            _open(stack, Group(rule, [segment], []))
    if stack:
        yield stack[0]


def _open(stack: list[Group], group: Group) -> None:
    if stack:
        stack[-1].groups.append(group)
    stack.append(group)


def _place(grammar: GroupRule, stack: list[Group], segment: Segment) -> tuple[int, GroupRule | None] | None:
    """Where a segment goes: (groups that stay open, rule of the group it begins or None)."""
    second = None
    for depth in range(len(stack), 0, -1):
        rule = stack[depth - 1].rule
        if segment.tag in rule.members:
            return depth, None
        if (begun := _begun(rule, segment)) is not None:
            if not (begun.once and depth < len(stack) and stack[depth].rule is begun):
                return depth, begun
            second = second or (depth, begun)
    if segment.tag in grammar.members:
        return 0, grammar
    begun = _begun(grammar, segment)
    return second if begun is None else (0, begun)


def _begun(rule: GroupRule, segment: Segment) -> GroupRule | None:
    """The group inside `rule` that this segment begins; a group with qualifiers takes only those."""
    general = None
    for group in rule.groups:
        if group.trigger != segment.tag:
            continue
        if segment.code(0) in group.qualifiers:
            return group
        if general is None and not group.qualifiers:
            general = group
    return general
