"""`cordillera message write`: messages and answers written as EDIFACT (docs/messages.md)."""

import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
from cyclopts import Parameter

from cordillera.cli.common import EXIT_REFUSED, HomeOption
from cordillera.engines import edifact
from cordillera.engines.edifact import dates
from cordillera.engines.edifact.contrl import write_contrl
from cordillera.engines.edifact.contrl_answer import answers
from cordillera.engines.edifact.cusres import CusresDraft, write_cusres
from cordillera.engines.edifact.drafts import paxlst_draft, plain, restored
from cordillera.engines.edifact.paxlst import read_paxlst
from cordillera.engines.edifact.paxlst_model import text_of
from cordillera.engines.edifact.paxlst_writer import PaxlstDraft, write_paxlst
from cordillera.engines.edifact.pnrgov import read_pnrgov
from cordillera.engines.edifact.pnrgov_grammar import is_known
from cordillera.engines.edifact.pnrgov_model import PnrgovMessage
from cordillera.engines.edifact.pnrgov_writer import PnrgovDraft, draft_of, write_pnrgov
from cordillera.engines.edifact.pnrgov_xml import begins_xml, read_pnrgov_xml
from cordillera.engines.edifact.safeguard import allowed_message
from cordillera.engines.edifact.service import UNA_LENGTH, service_of_advice
from cordillera.engines.edifact.writer import Envelope, NotWritable, Style
from cordillera.foundation.canonical import WrongShape, loads
from cordillera.foundation.clock import SystemClock

MAX_FILE: Final = 512 * 1024 * 1024
MAX_DRAFT: Final = 64 * 1024 * 1024
_Draft = TypeVar("_Draft", bound=msgspec.Struct)


class Kind(StrEnum):
    """What is written."""

    PAXLST = "paxlst"
    PNRGOV = "pnrgov"
    CUSRES = "cusres"
    CONTRL = "contrl"


class NothingToAnswer(NotWritable):
    """No interchange of the file names a reference, or it holds answers only."""

    code = "edifact.nothing_to_answer"


def write(
    draft: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    kind: Annotated[Kind | None, Parameter(name="--type")] = None,
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
        What to write; what the draft itself says under `type` when left out, else a PAXLST.
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
    written = answered(raw, style_of(una)) if kind is Kind.CONTRL else written_as(kind, raw, style_of(una))
    if output is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(written)


def written_as(kind: Kind | None, raw: bytes, style: Style) -> bytes:
    """The message that a JSON draft describes; raises `NotWritable`, `WrongShape` and what JSON can be."""
    draft = loads(raw, max_bytes=MAX_DRAFT)
    named = draft.get("type") if isinstance(draft, dict) else None
    match kind or named or Kind.PAXLST:
        case Kind.PAXLST:
            return write_paxlst(_restored(draft, PaxlstDraft), style)
        case Kind.PNRGOV:
            padis = msgspec.structs.replace(style, syntax="IATA", level="1")
            return write_pnrgov(_restored(draft, PnrgovDraft), padis)
        case Kind.CUSRES:
            return write_cusres(_restored(draft, CusresDraft), style)
    raise NotWritable(reason="type")


def _restored(draft: object, kind: type[_Draft]) -> _Draft:
    try:
        return restored(draft, kind)
    except msgspec.ValidationError as error:
        raise WrongShape(reason=str(error)) from error


def answered(raw: bytes, style: Style) -> bytes:
    """The CONTRL to every interchange of a file; raises `NothingToAnswer`."""
    controls = answers(edifact.read(raw))
    if not controls:
        raise NothingToAnswer(reason="no interchange with a reference")
    return write_contrl(controls, SystemClock().now().strftime("%Y-%m-%dT%H:%M"), style)


def drafts_of(data: bytes) -> Iterator[dict[str, object]]:
    """Each PAXLST and PNRGOV of a file as a draft to write again; of reservations what may be kept.

    Reservations in XML become EDIFACT; raises `BadInput` for XML that cannot be read.
    """
    if begins_xml(data):
        yield _draft_of_xml(read_pnrgov_xml(data))
        return
    for one in edifact.read(data).interchanges:
        day, _, clock = one.prepared.partition(":")
        prepared = dates.moment(day + clock[:4], "201") or dates.moment(day, "101") or "1980-01-01"
        envelope = Envelope(one.sender, one.recipient, prepared, one.reference)
        for message in one.messages:
            if message.type == "PAXLST":
                found = paxlst_draft(read_paxlst(message, one.prepared), envelope)
                yield {"type": Kind.PAXLST.value, **plain(found)}
            elif message.type == "PNRGOV":
                kept = allowed_message(read_pnrgov(message, one.prepared))
                yield {"type": Kind.PNRGOV.value, **plain(draft_of(kept, envelope))}


def _draft_of_xml(message: PnrgovMessage) -> dict[str, object]:
    """XML names its sender only; the version is that of the same directory in EDIFACT, or the newest."""
    kept = allowed_message(message)
    version = message.version.replace(".", ":")
    sender = None if message.sender is None else text_of(message.sender.company)
    flight = None if message.flight is None else text_of(message.flight.carrier)
    envelope = Envelope(sender or flight or "XX", "XX", message.prepared or "1980-01-01", message.reference)
    draft = draft_of(kept, envelope)
    known = msgspec.structs.replace(draft, version=version if is_known(version) else "21:1")
    return {"type": Kind.PNRGOV.value, **plain(known)}


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
