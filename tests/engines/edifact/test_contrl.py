"""CONTRL says what was taken, where a message is wrong, and nothing of what it holds."""

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.edifact import read
from cordillera.engines.edifact.contrl import (
    Action,
    Control,
    Fault,
    MessageAnswer,
    contrl_messages,
    write_contrl,
)
from cordillera.engines.edifact.contrl_answer import CODES, answers
from cordillera.engines.edifact.mutation import mutated
from cordillera.engines.edifact.service import LEVEL_A, ServiceString
from cordillera.engines.edifact.writer import Style

MADE = "2026-11-21T12:00"
LIST = (
    b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'LOC+125+BOG'LOC+87+UIO'"
    b"NAD+FL+++LOOR:ANA'DTM+329:720231'CNT+42:3'UNT+10+1'UNZ+1+R1'"
)
words = st.text("ABCXYZ019'+:? *", max_size=8).map(str.strip)
faults = st.lists(
    st.builds(
        Fault,
        st.sampled_from(["12", "29"]),
        st.integers(1, 40),
        st.integers(2, 9),
        st.none() | st.integers(1, 5),
    )
    | st.builds(Fault, st.just("15"), st.integers(41, 80)),
    max_size=6,
    unique_by=lambda one: (one.segment, one.element, one.component),
).map(lambda many: tuple(sorted(many, key=lambda one: (one.segment, one.element or 0, one.component or 0))))
messages = st.builds(
    MessageAnswer,
    reference=words.map(lambda text: text or "1"),
    identifier=st.just(("PAXLST", "D", "05B")) | st.just(("PNRGOV",)),
    action=st.sampled_from(Action),
    code=st.sampled_from(["", "13"]),
    segment_tag=st.sampled_from(["", "UNT"]),
    faults=faults,
)


@given(
    control=st.builds(
        Control,
        reference=words.map(lambda text: text or "R"),
        sender=words.map(lambda text: (text,) if text else ()),
        recipient=words.map(lambda text: (text, "ZZ")),
        action=st.sampled_from(Action),
        messages=st.lists(messages, max_size=3).map(tuple),
    ),
    service=st.sampled_from([LEVEL_A, ServiceString(b"*", b"|", b",", b"\\", b"", b"~")]),
    una=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_an_answer_is_read_back(control: Control, service: ServiceString, *, una: bool) -> None:
    style = Style(service=service, una=una or service != LEVEL_A)
    reading = read(write_contrl((control,), MADE, style))
    assert contrl_messages(reading) == (control,)
    assert reading.findings == ()


def test_a_list_with_wrong_counts_is_taken_and_told_so() -> None:
    (control,) = answers(read(LIST))
    (message,) = control.messages
    assert (control.action, message.action) == (Action.TAKEN, Action.TAKEN)
    assert message.faults == (
        Fault("12", 7, 2, 2),  # the birth on the 31st of February
        Fault("29", 8),  # CNT says 3
        Fault("29", 9, 2),  # UNT says 10
    )
    assert (control.reference, control.sender, control.recipient) == ("R1", ("XA",), ("EC",))


def test_an_answer_names_partners_and_type_as_the_carrier_did() -> None:
    """Networks deliver by qualifiers, and a type without its agency is none (ISO 9735-4 S002, S003, S009)."""
    head = b"UNB+UNOA:4+XAAPIS:ZZ+ECMIG:ZZ:AIR+261121:1200+R1'"
    sent = head + b"UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'UNT+3+1'UNZ+1+R1'"
    written = write_contrl(answers(read(sent)), MADE)
    assert b"UNB+UNOC:4+ECMIG:ZZ:AIR+XAAPIS:ZZ+" in written
    assert b"UCI+R1+XAAPIS:ZZ+ECMIG:ZZ:AIR+7'" in written
    assert b"UCM+1+PAXLST:D:05B:UN:IATA+7'" in written
    (again,) = contrl_messages(read(written))
    assert (again.sender, again.recipient) == (("XAAPIS", "ZZ"), ("ECMIG", "ZZ", "AIR"))


def test_a_cut_message_is_asked_for_again() -> None:
    (control,) = answers(read(LIST[: LIST.index(b"CNT")]))
    (message,) = control.messages
    assert (message.action, message.code, message.segment_tag) == (Action.REJECTED, "13", "UNT")
    assert (control.action, control.code, control.segment_tag) == (Action.TAKEN, "13", "UNZ")


def test_a_type_nobody_agreed_on_is_rejected() -> None:
    (control,) = answers(read(LIST.replace(b"PAXLST", b"ORDERS")))
    assert (control.messages[0].action, control.messages[0].code) == (Action.REJECTED, "17")


def test_an_interchange_without_messages_is_rejected() -> None:
    (control,) = answers(read(b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNZ+0+R1'"))
    assert (control.action, control.code) == (Action.REJECTED, "32")


def test_what_has_no_reference_cannot_be_answered() -> None:
    assert answers(read(LIST.replace(b"1000+R1'", b"1000'"))) == ()
    assert answers(read(b"rubbish")) == ()


def test_an_answer_is_never_answered() -> None:
    """Two nodes that answer each other's answers would do so for ever (attack)."""
    assert answers(read(write_contrl(answers(read(LIST)), MADE))) == ()


def test_every_interchange_has_its_own_answer() -> None:
    told = answers(read(LIST + LIST.replace(b"R1", b"R2")))
    assert [one.reference for one in told] == ["R1", "R2"]
    assert contrl_messages(read(write_contrl(told, MADE))) == told


def test_an_answer_holds_nothing_of_what_travellers_are_called() -> None:
    written = write_contrl(answers(read(LIST)), MADE)
    assert b"LOOR" not in written
    assert b"ANA" not in written
    assert b"720231" not in written


def test_broken_messages_are_answered_and_the_answers_read_back() -> None:
    chance = random.Random(4)
    for _ in range(600):
        told = answers(read(mutated(LIST, chance)))
        plain = tuple(one for one in told if one.reference.isalnum() and "".join(one.sender).isalnum())
        if all(text.isascii() and text.isprintable() for one in plain for text in _texts(one)):
            assert [one.reference for one in contrl_messages(read(write_contrl(plain, MADE)))] == [
                one.reference for one in plain
            ]


def _texts(control: Control) -> list[str]:
    kinds = [text for one in control.messages for text in (one.reference, *one.identifier)]
    return [control.reference, *control.sender, *control.recipient, *kinds]


def test_the_sample_files_are_taken_whole(shared: Path) -> None:
    paths = [*(shared / "borders/paxlst").iterdir(), *(shared / "borders/pnrgov").iterdir()]
    for path in paths:
        told = answers(read(path.read_bytes()))
        assert [one.action for control in told for one in control.messages] == [Action.TAKEN], path
        assert contrl_messages(read(write_contrl(told, MADE))) == told


def test_codes_are_those_of_iso_9735() -> None:
    assert set(CODES.values()) <= {"12", "13", "14", "15", "21", "22", "28", "29", "33", "35", "36", "39"}
