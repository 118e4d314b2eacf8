r"""CSV that a spreadsheet opens without running anything (CWE-1236; OWASP "CSV injection").

A value that begins like a formula, after any invisible characters, gets an apostrophe in front; everything
is quoted by RFC 4180. Numbers stay numbers: `-5` and `+593 99` begin like formulas and are text here, too.

>>> csv_safe("=1+1")
"'=1+1"
>>> csv_line(["Ana", '=HYPERLINK("x")'])
'"Ana","\'=HYPERLINK(""x"")"\r\n'
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

_STARTS: Final = frozenset("=+-@|%\t\r\n＝＋－＠")


def csv_safe(value: str) -> str:
    """Return `value` such that no spreadsheet takes it for a formula; NUL bytes are taken out."""
    plain = value.replace("\x00", "")
    first = next((sign for sign in plain if not _is_skipped(sign)), "")
    return f"'{plain}" if first in _STARTS or plain[:1] in _STARTS else plain


def csv_line(values: Iterable[object]) -> str:
    """Return one record, every value quoted, numbers as written, ending in CR LF."""
    return ",".join(_quoted(value) for value in values) + "\r\n"


def _quoted(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'"{value}"'
    text = csv_safe("" if value is None else str(value))
    return '"' + text.replace('"', '""') + '"'


def _is_skipped(sign: str) -> bool:
    """Tell characters that a spreadsheet trims before it looks for a formula."""
    return sign in " \u00a0\"'" or unicodedata.category(sign) in {"Cf", "Zs"}
