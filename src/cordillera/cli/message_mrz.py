"""`cordillera message mrz`: read the machine readable zone of one document (docs/mrz.md)."""

import sys
from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from cordillera.cli.common import EXIT_REFUSED, EXIT_USAGE, HomeOption, JsonOption, console, emit
from cordillera.engines.mrz import MrzReading, parse
from cordillera.engines.mrz.cleaning import MAX_INPUT

_SHOWN = (
    "document_type",
    "issuer",
    "surname",
    "given_names",
    "document_number",
    "nationality",
    "date_of_birth",
    "sex",
    "expires",
)


def mrz(
    *lines: Annotated[str, Parameter(allow_leading_hyphen=True)],
    at: Annotated[date | None, Parameter(help="The day of control, which settles centuries.")] = None,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Read one machine readable zone; exits 1 when a condition does not hold.

    Parameters
    ----------
    lines
        The two or three lines, each quoted; `-` reads them from standard input.

    """
    del home  # reading a zone needs no node
    if not lines:
        print("cordillera message mrz: give the lines of the zone, or - for standard input", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    raw = sys.stdin.buffer.read(4 * MAX_INPUT) if lines == ("-",) else "\n".join(lines)
    reading = parse(raw, at)
    if json:
        emit(reading)
    else:
        _print(reading)
    sys.exit(0 if reading.holds else EXIT_REFUSED)


def _print(reading: MrzReading) -> None:
    """Verdict, fields, then what does not hold and what was repaired; nothing is taken as markup."""
    kind = f" {reading.format.value}" if reading.format else ""
    console.print(Text(f"{reading.verdict.value}{kind}", style="bold"))
    for name in _SHOWN:
        value = getattr(reading, name)
        if value:
            console.print(Text(f"  {name:16} {value}"))
    if reading.birth.first and not reading.date_of_birth:
        console.print(Text(f"  {'born between':16} {reading.birth.first} and {reading.birth.last}"))
    for reason in reading.reasons:
        console.print(Text(f"  condition {reason.number} does not hold: {reason.code}"))
    for repair in reading.repairs:
        told = f"{repair.read!r} taken as {repair.taken!r} ({repair.ground.value})"
        console.print(Text(f"  repaired {repair.field}: {told}"))
    for remark in reading.remarks:
        console.print(Text(f"  {remark}"))
