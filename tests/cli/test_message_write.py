"""`cordillera message write`: lists, answers to lists, and answers to interchanges."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engines.edifact.pnr_texts import HISTORY, TWO_TRAVELLERS, message

from cordillera.cli.main import app
from cordillera.cli.message_write import drafts_of, style_of
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
    assert (control.reference, control.sender, control.messages[0].action) == ("R1", ("XA",), Action.TAKEN)
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


def test_drafts_of_what_was_read_are_written_again(write: Write, shared: Path) -> None:
    for name in ("paxlst/tamr_flight1.txt", "pnrgov/pnrWithBags.txt"):
        data = (shared / "borders" / name).read_bytes()
        (draft,) = drafts_of(data)
        again = write(stdin=json.dumps(draft).encode())
        assert list(drafts_of(again)) == [draft]


def test_a_draft_of_reservations_holds_only_what_may_be_kept() -> None:
    (draft,) = drafts_of(message(TWO_TRAVELLERS + HISTORY))
    assert draft["type"] == "pnrgov"
    assert b"VGML" not in json.dumps(draft).encode()


def test_read_prints_drafts(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    file = tmp_path / "list.edi"
    file.write_bytes(LIST)
    with pytest.raises(SystemExit) as ended:
        app(["message", "read", str(file), "--drafts"])
    assert not ended.value.code
    (draft,) = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    assert (draft["type"], draft["travellers"][0]["surname"], draft["reference"]) == ("paxlst", "LOOR", "1")


@pytest.mark.parametrize(
    "draft", [b'{"type":"denial"}', b'{"type":7}', b"[]", b'{"type":"pnrgov","pnrs":[1]}', b"x"]
)
def test_what_is_no_draft_is_refused(write: Write, draft: bytes) -> None:
    with pytest.raises(CordilleraError):
        write(stdin=draft)
