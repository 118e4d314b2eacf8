"""CONTRL: the syntax answer to an interchange (ISO 9735-4:2002), written and read.

It says for the interchange and each of its messages whether they were taken, and where they are wrong: the
segment by its number in the message, the element and component by their place in the segment, and a code of
ISO 9735 (0085). It holds no content of what it answers.

>>> control = Control("R1", ("XA", "ZZ"), ("ECAPI",), Action.TAKEN, messages=(
...     MessageAnswer("1", ("PAXLST", "D", "05B"), Action.TAKEN, faults=(Fault("12", 8, 3, 2),)),))
>>> [line for line in lines_of(control)]  # doctest: +NORMALIZE_WHITESPACE
[('UCI', 'R1', ('XA', 'ZZ'), ('ECAPI',), '7', '', ''), ('UCM', '1', ('PAXLST', 'D', '05B'), '7', '', ''),
 ('UCS', '8'), ('UCD', '12', ('3', '2'))]
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby

import msgspec

from cordillera.engines.edifact.answer_grammar import CONTRL
from cordillera.engines.edifact.grammar import Group, walk
from cordillera.engines.edifact.model import Message, Reading
from cordillera.engines.edifact.values import Segment
from cordillera.engines.edifact.writer import Body, Envelope, Line, Style, write_interchange

IDENTIFIER = ("CONTRL", "4", "1", "UN")
_PARTNER = 4
MAX_FAULTS = 999
"""Segments with faults that one message of a CONTRL can name."""
MAX_FAULTS_OF_SEGMENT = 99


class Action(StrEnum):
    """0083: what happened to the interchange or message. Rejected means: send it again, whole."""

    REJECTED = "4"
    TAKEN = "7"
    RECEIVED = "8"


class Fault(msgspec.Struct, frozen=True):
    """One error: its code (0085) and its place; `segment` counts UNH as 1, `element` counts the tag as 1."""

    code: str
    segment: int
    element: int | None = None
    component: int | None = None


class MessageAnswer(msgspec.Struct, frozen=True):
    """UCM: one message by its reference and type, whether it was taken, and its faults in order."""

    reference: str
    identifier: tuple[str, ...]
    action: Action
    code: str = ""
    segment_tag: str = ""
    faults: tuple[Fault, ...] = ()


class Control(msgspec.Struct, frozen=True):
    """UCI: the interchange answered by its reference, sender and recipient as UNB has them, its messages."""

    reference: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    action: Action
    code: str = ""
    segment_tag: str = ""
    messages: tuple[MessageAnswer, ...] = ()


def write_contrl(controls: Iterable[Control], prepared: str, style: Style | None = None) -> bytes:
    """Write one interchange per answer, back to who sent it; `prepared` is ISO. Raises `NotWritable`."""
    chosen = style or Style()
    written = []
    for number, control in enumerate(controls, 1):
        reference = f"C{number}{control.reference}"[:14]
        back = (control.recipient, control.sender)
        envelope = Envelope("", "", prepared, reference, "CONTRL", back)
        body = Body("1", IDENTIFIER, tuple(lines_of(control)))
        written.append(write_interchange(envelope, (body,), chosen))
    return chosen.line_end.encode().join(written)


def lines_of(control: Control) -> Iterator[Line]:
    """The segments of an answer between UNH and UNT."""
    yield ("UCI", control.reference, control.sender, control.recipient, *_verdict(control))
    for message in control.messages:
        yield ("UCM", message.reference, message.identifier, *_verdict(message))
        for segment, faults in groupby(message.faults[:MAX_FAULTS], lambda fault: fault.segment):
            found = tuple(faults)[:MAX_FAULTS_OF_SEGMENT]
            whole = next((fault.code for fault in found if fault.element is None), "")
            yield ("UCS", str(segment), whole) if whole else ("UCS", str(segment))
            for fault in found:
                if fault.element is not None:
                    place = (str(fault.element), *([str(fault.component)] if fault.component else []))
                    yield ("UCD", fault.code, place)


def _verdict(answer: Control | MessageAnswer) -> tuple[str, str, str]:
    return answer.action.value, answer.code, answer.segment_tag


def contrl_messages(reading: Reading) -> tuple[Control, ...]:
    """Every CONTRL of a file; one without UCI or with an unknown action is left out."""
    found = (read_contrl(message) for message in reading.messages if message.type == "CONTRL")
    return tuple(control for control in found if control is not None)


def read_contrl(message: Message) -> Control | None:
    """Read one answer; None when it does not say what it answers."""
    head: Segment | None = None
    messages: list[MessageAnswer] = []
    for part in walk(CONTRL, message.segments):
        if not isinstance(part, Group):
            continue
        first = part.segments[0]
        if first.tag == "UCI":
            head = head or first
        told = [one for one in (part, *part.groups) if one.segments[0].tag == "UCM"]
        messages += [answer for one in told if (answer := _message(one)) is not None]
    action = None if head is None else _action(head.text(3))
    if head is None or action is None:
        return None
    names = (head.texts(1, _PARTNER), head.texts(2, _PARTNER))
    return Control(head.text(0), *names, action, head.text(4), head.text(5), tuple(messages))


def _message(group: Group) -> MessageAnswer | None:
    head = group.segments[0]
    action = _action(head.text(2))
    if action is None:
        return None
    kind = head.elements[1][0] if len(head.elements) > 1 else ()
    faults = tuple(fault for one in group.groups for fault in _faults(one))
    identifier = tuple(value.text for value in kind)
    return MessageAnswer(head.text(0), identifier, action, head.text(3), head.text(4), faults)


def _faults(group: Group) -> Iterator[Fault]:
    number = _number(group.segments[0].text(0))
    if number is None:
        return
    if whole := group.segments[0].text(1):
        yield Fault(whole, number)
    for detail in group.segments[1:]:
        yield Fault(detail.text(0), number, _number(detail.text(1)), _number(detail.text(1, 1)))


def _action(text: str) -> Action | None:
    return Action(text) if text in {one.value for one in Action} else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
