"""`cordillera message`: read carriers' messages, take them in, write some (docs/messages.md)."""

import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
from cyclopts import App
from rich.table import Table
from rich.text import Text

from cordillera.cli.common import EXIT_REFUSED, EXIT_USAGE, HomeOption, JsonOption, console, emit
from cordillera.cli.message_mrz import mrz
from cordillera.cli.message_pnrs import PnrSummary, summaries
from cordillera.cli.message_write import content, drafts_of, shown, write
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst, pnrgov, pnrgov_xml
from cordillera.engines.edifact.findings import Finding
from cordillera.foundation.errors import BadInput

app = App(name="message", help="Carriers' messages: read and write.")
app.command(mrz)
app.command(write)
# Loaded when used: these load the whole node, and reading a file needs none of it.
for _name, _module, _help in (
    ("ingest", "ingest", "Take files in as the traveller desk does: flights, travellers, screening, alerts."),
    ("bulk", "bulk", "Take in files, folders or archives, each file with its result."),
    ("replay", "replay", "Read the messages of some days again, and list what would come out otherwise now."),
):
    app.command(f"cordillera.cli.message_{_module}:{_name}", name=_name, help=_help)


class MessageSummary(msgspec.Struct, frozen=True):
    """One message as `message read` shows it."""

    type: str
    version: str
    segments: int
    declared_segments: int | None
    travellers: int
    crew: int
    pnrs: int
    containers: int


class Observation(msgspec.Struct, frozen=True):
    """One finding as `message read` shows it."""

    code: str
    severity: str
    offset: int
    text: str


class FileSummary(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file as `message read` shows it; the byte counts sum to `total`; `pnrs` only where some are."""

    file: str
    messages: tuple[MessageSummary, ...]
    findings: tuple[Observation, ...]
    bytes: edifact.ByteCount
    pnrs: tuple[PnrSummary, ...] = ()


@app.command
def read(*files: Path, json: JsonOption = False, drafts: bool = False, home: HomeOption = None) -> None:
    """Read carriers' files and say what is in them; exits 1 when a file cannot be read.

    Parameters
    ----------
    files
        PAXLST, PNRGOV, BAPLIE, CUSCAR or other EDIFACT files, or PNRGOV in XML.
    drafts
        Print each list and reservation message as the JSON that `message write` takes instead.

    """
    del home  # reading a file needs no node
    if not files:
        print("cordillera message read: name at least one file", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    failed = False
    for file in files:
        data, trouble = content(file)
        failed |= bool(trouble)
        if drafts and not trouble:
            for draft in drafts_of(data):
                emit(draft)
            continue
        summary = summarize(shown(file), data) if not trouble else _unreadable(shown(file), trouble)
        failed |= pnrgov_xml.begins_xml(data) and not summary.messages
        if trouble:
            print(f"cordillera: {shown(file)}: {trouble}", file=sys.stderr)
        if json:
            emit(summary)
        else:
            _print(summary)
    sys.exit(EXIT_REFUSED if failed else 0)


def summarize(name: str, data: bytes) -> FileSummary:
    """Read one file's bytes into the fixed output of `message read`."""
    if pnrgov_xml.begins_xml(data):
        return _summarize_xml(name, data)
    reading = edifact.read(data)
    found = [*reading.findings]
    reserved = pnrgov.pnrgov_messages(reading)
    found += [finding for one in paxlst.paxlst_messages(reading) for finding in one.findings]
    found += [finding for one in reserved for finding in one.findings]
    found.sort(key=lambda finding: finding.offset)
    return FileSummary(
        file=name,
        messages=tuple(_message(message) for message in reading.messages),
        findings=_observed(found),
        bytes=reading.bytes,
        pnrs=summaries(reserved),
    )


def _summarize_xml(name: str, data: bytes) -> FileSummary:
    """Likewise for XML: the root element counts as segments, what is around it as separators."""
    try:
        message = pnrgov_xml.read_pnrgov_xml(data)
    except BadInput as error:
        finding = Observation(error.code, "error", 0, str(error))
        return FileSummary(name, (), (finding,), edifact.ByteCount(len(data), 0, 0, len(data)))
    inside = message.end - message.start
    return FileSummary(
        file=name,
        messages=(MessageSummary("PNRGOV", message.version, 0, None, 0, 0, len(message.pnrs), 0),),
        findings=_observed(message.findings),
        bytes=edifact.ByteCount(len(data), inside, len(data) - inside, 0),
        pnrs=summaries([message]),
    )


def _observed(findings: Iterable[Finding]) -> tuple[Observation, ...]:
    return tuple(Observation(each.code, each.severity, each.offset, each.text) for each in findings)


def _message(message: edifact.Message) -> MessageSummary:
    groups = edifact.count(message)
    return MessageSummary(
        type=message.type,
        version=message.version,
        segments=len(message.segments),
        declared_segments=message.declared_segments,
        travellers=groups.travellers,
        crew=groups.crew,
        pnrs=groups.pnrs,
        containers=groups.containers,
    )


def _unreadable(name: str, trouble: str) -> FileSummary:
    finding = Observation("file.unreadable", "error", 0, trouble)
    return FileSummary(name, (), (finding,), edifact.ByteCount(0, 0, 0, 0))


def _print(summary: FileSummary) -> None:
    """A table of the messages, then the findings; file content is never taken as markup."""
    console.print(Text(summary.file, style="bold"))
    table = Table("type", "version", "segments", "declared", "travellers", "crew", "pnrs", "containers")
    for message in summary.messages:
        table.add_row(
            *(Text("-" if value is None else str(value)) for value in msgspec.structs.astuple(message))
        )
    if summary.messages:
        console.print(table)
    for finding in summary.findings:
        console.print(Text(f"  {finding.severity:8} {finding.offset:>10}  {finding.code}  {finding.text}"))
    counted = summary.bytes
    parts = f"{counted.segments} segments + {counted.separators} separators + {counted.findings} findings"
    console.print(Text(f"  {counted.total} bytes = {parts}"))
