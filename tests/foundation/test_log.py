"""Log files: one JSON object per line, private, with no canary in them."""

import json
import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from cordillera.foundation.errors import BadInput
from cordillera.foundation.log import configure

CANARY = "Canario Quispe 47Z"


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level, settings = root.handlers[:], root.level, structlog.get_config()
    configure(tmp_path / "logs", "node")
    yield tmp_path / "logs/node.jsonl"
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    structlog.configure(**settings)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_event_is_one_line_with_time_level_and_fields(logs: Path) -> None:
    structlog.get_logger("sea").info("list.imported", entries=3)
    (line,) = lines(logs)
    assert line["event"] == "list.imported"
    assert line["level"] == "info"
    assert line["logger"] == "sea"
    assert line["entries"] == 3
    assert str(line["time"]).endswith("Z")


def test_libraries_write_into_the_same_file(logs: Path) -> None:
    logging.getLogger("uvicorn.error").warning("slow client %s", "10.0.0.1")
    (line,) = lines(logs)
    assert line["event"] == "slow client 10.0.0.1"


def test_a_text_with_line_ends_stays_one_line(logs: Path) -> None:
    structlog.get_logger().info('x\n{"event":"forged"}\r\n')
    assert [line["event"] for line in lines(logs)] == ['x\n{"event":"forged"}\n']


def test_no_canary_reaches_the_file(logs: Path) -> None:
    log = structlog.get_logger()
    log.info("screened", full_name=CANARY, subject={"given_names": CANARY}, token=CANARY)
    log.warning("opened", url=f"postgresql://x:{CANARY.replace(' ', '')}@/db")
    for error in (ValueError(CANARY), BadInput(full_name=CANARY)):
        try:
            raise error
        except (ValueError, BadInput):
            log.exception("failed")
            logging.getLogger("library").exception("failed too")
    text = logs.read_text()
    assert len(lines(logs)) == 6
    assert "Canario" not in text
    assert "builtins.ValueError" in text
    assert "error.bad_input" in text


def test_the_file_is_private(logs: Path) -> None:
    assert stat.S_IMODE(logs.stat().st_mode) == 0o600
    assert stat.S_IMODE(logs.parent.stat().st_mode) == 0o700


def test_warnings_are_shown_to_the_operator(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(logs.parent, "node")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    shown = capsys.readouterr().err
    assert "loud" in shown
    assert "quiet" not in shown


def test_context_bound_to_the_request_is_in_every_line(logs: Path) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger().info("one")
    assert lines(logs)[0]["request_id"] == "r1"
