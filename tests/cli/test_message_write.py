"""`cordillera message write`: lists, answers to lists, and answers to interchanges."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cordillera.cli.main import app
from cordillera.cli.message_write import style_of
from cordillera.engines.edifact import read
from cordillera.engines.edifact.contrl import Action, contrl_messages
from cordillera.engines.edifact.cusres import Advice, cusres_messages
from cordillera.engines.edifact.service import ServiceString
from cordillera.foundation.errors import CordilleraError

LIST = (
    b"UNB+UNOA:4+XA+EC+261121:1000+R1'UNH+1+PAXLST:D:05B:UN'BGM+745'TDT+20+XA1'LOC+125+BOG'LOC+87+UIO'"
    b"NAD+FL+++LOOR:ANA'DTM+329:720231'UNT+10+1'UNZ+1+R1'"
)
ADVICE = {
    "sender": "ECAPI",
    "recipient": "XA",
    "prepared": "2026-11-21T12:00",
    "reference": "R2",
    "travellers": [{"place": 1, "advice": "O"}, {"place": 2, "advice": "I", "missing": ["MB"]}],
}
Write = Callable[..., bytes]


@pytest.fixture
def write(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Write:
    """Run `cordillera message write -`; gives what it wrote."""

    def run(*arguments: str, stdin: bytes = b"") -> bytes:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            app(["message", "write", "-", *arguments])
        except SystemExit as ended:
            assert not ended.code  # noqa: PT017 - the command tree ends by leaving
        return capfdbinary.readouterr().out

    return run


def test_an_interchange_is_answered(write: Write) -> None:
    (control,) = contrl_messages(read(write("--type", "contrl", stdin=LIST)))
    assert (control.reference, control.sender, control.messages[0].action) == ("R1", "XA", Action.TAKEN)
    assert [fault.code for fault in control.messages[0].faults] == ["12", "29"]


def test_advice_is_written(write: Write) -> None:
    raw = json.dumps(ADVICE).encode()
    (message,) = cusres_messages(read(write("--type", "cusres", stdin=raw)))
    assert [one.advice for one in message.travellers] == [Advice.OFFICER, Advice.INCOMPLETE]


def test_advice_cannot_be_a_denial(write: Write) -> None:
    refused = {**ADVICE, "travellers": [{"place": 1, "advice": "DENIED"}]}
    with pytest.raises(CordilleraError) as refusal:
        write("--type", "cusres", stdin=json.dumps(refused).encode())
    assert refusal.value.code == "json.wrong_shape"


def test_service_characters_are_chosen(write: Write) -> None:
    raw = json.dumps(ADVICE).encode()
    assert write("--type", "cusres", "--una", "*|.! ~", stdin=raw).startswith(b"UNA*|.! ~")
    assert write("--type", "cusres", "--una", "", stdin=raw).startswith(b"UNB+UNOC:4+ECAPI")


@pytest.mark.parametrize("una", [":+.?", ":+.? 'X", "::.? '", "A+.? '", ":+.+ '", "ñ+.? '"])
def test_characters_that_cannot_serve_are_refused(una: str) -> None:
    with pytest.raises(CordilleraError) as refusal:
        style_of(una)
    assert refusal.value.code == "edifact.not_writable"


def test_a_release_character_may_be_left_out() -> None:
    assert style_of(":+.  '").service == ServiceString(release=b"")


def test_what_cannot_be_answered_is_refused(write: Write, tmp_path: Path) -> None:
    with pytest.raises(CordilleraError) as refusal:
        write("--type", "contrl", stdin=b"rubbish")
    assert refusal.value.code == "edifact.nothing_to_answer"
    assert not list(tmp_path.iterdir())
