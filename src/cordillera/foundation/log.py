"""What a process writes down about itself: JSON lines in `<home>/logs/<name>.jsonl`.

Every log of the process goes there, our own (structlog) and the libraries' (logging), through the same
`redaction`: a log is read by people who may not see what the node holds.

>>> from tempfile import mkdtemp
>>> folder = Path(mkdtemp())
>>> configure(folder, "example")
>>> structlog.get_logger().info("list.imported", entries=3, password="x")
>>> '"event":"list.imported","entries":3,"password":"[removed]"' in (folder / "example.jsonl").read_text()
True
"""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import msgspec
import structlog

from cordillera.foundation.redaction import clean, describe

_QUIET: Final = (
    "procrastinate",
    "alembic",
    "uvicorn.access",
    "httpx2",
    "httpcore",
    "psycopg.pool",
    "asyncio",
)
_FRAME: Final = ("time", "level", "logger")


def configure(directory: Path, name: str, level: int = logging.INFO) -> None:
    """Send every log of this process to `directory/name.jsonl`: mode 0600, five files of 10 MB.

    Warnings go to standard error too. `name` is the process, such as "node": processes share no file.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / f"{name}.jsonl"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    screen = logging.StreamHandler()
    screen.setLevel(logging.WARNING)
    _take_over(RotatingFileHandler(path, maxBytes=10_000_000, backupCount=4, encoding="utf-8"), screen)
    logging.getLogger().setLevel(level)
    for library in _QUIET:
        logging.getLogger(library).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _take_over(*handlers: logging.Handler) -> None:
    root = logging.getLogger()
    for handler in handlers:
        handler.setFormatter(_formatter())
        handler.name = __name__
    for old in [handler for handler in root.handlers if handler.name == __name__]:
        old.close()
    root.handlers[:] = handlers


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _tell_exception, _line],
    )


def _tell_exception(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace the exception by what may be known of it."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    given = sys.exc_info() if given is True else given
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event


def _line(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    frame = {name: event.pop(name) for name in _FRAME if name in event}
    return msgspec.json.encode(frame | clean({"event": event.pop("event", "")} | dict(event))).decode()


_SHARED: Final[list[structlog.typing.Processor]] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]
