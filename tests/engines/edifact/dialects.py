"""Messages as different carriers would send them, each with what a careful reader finds in it.

`dialects/*.txt`: `== title`, the segments one a line, `-> path=text` for what is read (l leg, s stop,
p reservation, t traveller, d document, each with its number), `!! code` for each finding.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from cordillera.engines.edifact import read
from cordillera.engines.edifact.charset import CODECS
from cordillera.engines.edifact.drafts import plain
from cordillera.engines.edifact.model import Reading
from cordillera.engines.edifact.paxlst import paxlst_messages, read_paxlst_readably
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.pnrgov import pnrgov_messages, read_pnrgov_readably
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.reader import read_readably

SHORT = {"travellers": "t", "documents": "d", "pnrs": "p", "legs": "l", "stops": "s"}
OTHER_MARKS = {"+": "|", ":": "^", "'": "~"}


class Dialect(msgspec.Struct, frozen=True):
    """One file: its segments, what is read of it, the codes of its findings."""

    title: str
    segments: list[str]
    said: list[str]
    findings: list[str]

    @property
    def codec(self) -> str:
        """How its letters are sent: by what UNB declares, as UTF-8 where that cannot be."""
        codec = CODECS.get(self.segments[0][4:8], "ascii")
        return "utf-8" if codec == "ascii" else codec


def dialects(name: str) -> list[Dialect]:
    """The files of `dialects/name.txt`."""
    text = (Path(__file__).parent / "dialects" / f"{name}.txt").read_text("utf-8")
    return [_dialect(part.splitlines()) for part in text.split("== ")[1:]]


def _dialect(lines: list[str]) -> Dialect:
    rest = [line for line in lines[1:] if line]
    said = [line[3:] for line in rest if line.startswith("-> ")]
    findings = [line[3:] for line in rest if line.startswith("!! ")]
    return Dialect(lines[0], [line for line in rest if line[:3] not in {"-> ", "!! "}], said, findings)


def _whole(one: Dialect, end: str = "'") -> str:
    return "".join(segment + end for segment in one.segments)


def _remarked(text: str) -> str:
    """With other service characters, none of which a text has."""
    return re.sub(r"\?(.)|[+:']", lambda found: found[1] or OTHER_MARKS[found[0]], text)


def _wrapped(text: str, width: int, end: str) -> str:
    return end.join(text[at : at + width] for at in range(0, len(text), width))


WAYS: dict[str, Callable[[Dialect], str]] = {
    "one after the other": _whole,
    "a line each": lambda one: _whole(one, "'\r\n"),
    "lines and blanks": lambda one: _whole(one, "' \n  "),
    "wrapped after 69": lambda one: _wrapped(_whole(one), 69, "\r\n"),
    "wrapped after 70": lambda one: _wrapped(_whole(one), 70, "\n"),
    "with other marks": lambda one: "UNA^|.\\ ~" + _remarked(_whole(one)),
}
"""How the same segments may come."""


def records(reading: Reading) -> tuple[PaxlstMessage | PnrgovMessage, ...]:
    """Every list and reservation message, read by compiled code wherever that can be."""
    return (*paxlst_messages(reading, few=1), *pnrgov_messages(reading, few=1))


def records_readably(data: bytes) -> tuple[PaxlstMessage | PnrgovMessage, ...]:
    """The same by the references."""
    found = [(each, one.prepared) for one in read_readably(data).interchanges for each in one.messages]
    lists = (read_paxlst_readably(*one) for one in found if one[0].type == "PAXLST")
    return (*lists, *(read_pnrgov_readably(*one) for one in found if one[0].type == "PNRGOV"))


def said(messages: tuple[PaxlstMessage | PnrgovMessage, ...]) -> set[str]:
    """Everything messages say, as `path=text`."""
    return {line for at, one in enumerate(messages) for line in _flat(plain(one), f"{at}")}


def _flat(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{SHORT.get(name, name)}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _flat(
                inner, f"{path}{at}" if path[-2:-1] == "." and path[-1] in "tdpls" else f"{path}.{at}"
            )
    else:
        yield f"{path}={value}"


def findings(data: bytes) -> list[str]:
    """The codes of all findings of a file, form and meaning."""
    reading = read(data, few=0)
    both = [*reading.findings, *(found for one in records(reading) for found in one.findings)]
    return sorted(found.code for found in both)
