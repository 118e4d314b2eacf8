"""`cordillera message write`: messages and answers written as EDIFACT (docs/messages.md)."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from cordillera.cli.common import EXIT_REFUSED, HomeOption
from cordillera.engines import edifact
from cordillera.engines.edifact.contrl import write_contrl
from cordillera.engines.edifact.contrl_answer import answers
from cordillera.engines.edifact.cusres import CusresDraft, write_cusres
from cordillera.engines.edifact.paxlst_writer import PaxlstDraft, write_paxlst
from cordillera.engines.edifact.service import UNA_LENGTH, service_of_advice
from cordillera.engines.edifact.writer import NotWritable, Style
from cordillera.foundation.canonical import to_struct
from cordillera.foundation.clock import SystemClock

MAX_FILE: Final = 512 * 1024 * 1024
MAX_DRAFT: Final = 64 * 1024 * 1024


class Kind(StrEnum):
    """What is written."""

    PAXLST = "paxlst"
    CUSRES = "cusres"
    CONTRL = "contrl"


class NothingToAnswer(NotWritable):
    """No interchange of the file names a reference, or it holds answers only."""

    code = "edifact.nothing_to_answer"


def write(
    draft: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    kind: Annotated[Kind, Parameter(name="--type")] = Kind.PAXLST,
    una: Annotated[str, Parameter(allow_leading_hyphen=True)] = ":+.? '",
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    home: HomeOption = None,
) -> None:
    """Write a message from a JSON draft, or the answer to an interchange; to standard output or a file.

    Parameters
    ----------
    draft
        A JSON file with the fields of a draft; for `--type contrl` the EDIFACT file to be answered. `-` reads
        standard input.
    kind
        What to write.
    una
        The six service characters; empty for the usual ones without saying them.
    output
        The file to write instead of standard output.

    """
    del home
    most = MAX_FILE if kind is Kind.CONTRL else MAX_DRAFT
    raw, trouble = (sys.stdin.buffer.read(most + 1), "") if str(draft) == "-" else content(draft)
    if trouble or len(raw) > most:
        print(f"cordillera: {shown(draft)}: {trouble or f'larger than {most} bytes'}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)
    written = written_as(kind, raw, style_of(una))
    if output is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(written)


def written_as(kind: Kind, raw: bytes, style: Style) -> bytes:
    """The message that a draft describes; raises `NotWritable`, `WrongShape` and what JSON can be."""
    if kind is Kind.PAXLST:
        return write_paxlst(to_struct(raw, PaxlstDraft, max_bytes=MAX_DRAFT), style)
    if kind is Kind.CUSRES:
        return write_cusres(to_struct(raw, CusresDraft, max_bytes=MAX_DRAFT), style)
    controls = answers(edifact.read(raw))
    if not controls:
        raise NothingToAnswer(reason="no interchange with a reference")
    return write_contrl(controls, SystemClock().now().strftime("%Y-%m-%dT%H:%M"), style)


def style_of(una: str) -> Style:
    """How to write with these service characters; raises `NotWritable` where they cannot serve."""
    if not una:
        return Style(una=False)
    service = service_of_advice(una.encode()) if una.isascii() and len(una) == UNA_LENGTH - 3 else None
    if service is None or (not service.release and una[3] != " "):
        raise NotWritable(reason="service characters")
    return Style(service=service)


def content(file: Path) -> tuple[bytes, str]:
    """The bytes of a file, or why they cannot be had."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as error:
        return b"", error.strerror or type(error).__name__
    return (data, "") if len(data) <= MAX_FILE else (b"", f"larger than {MAX_FILE} bytes")


def shown(file: Path) -> str:
    """A file's name as it can be printed."""
    return os.fsencode(file).decode("utf-8", "replace")
