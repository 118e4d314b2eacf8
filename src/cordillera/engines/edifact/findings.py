"""What a reader noticed about a file, each with its place; some findings also own bytes.

A finding never rejects a message (reference: 7 % of live messages fail strict grammars). Bytes that are
neither a segment nor a separator belong to exactly one finding, so that nothing is lost silently.

>>> findings = Findings()
>>> findings.note("edifact.segment_count", Severity.WARNING, 12, "declared 3, found 4")
>>> findings.own("edifact.outside_interchange", Severity.INFO, (0, 12), "QK HDQ")
>>> findings.owned_bytes, [finding.code for finding in findings.all()]
(12, ['edifact.outside_interchange', 'edifact.segment_count'])
"""

from enum import StrEnum

import msgspec

TEXT_LIMIT = 200


class Severity(StrEnum):
    """How much a finding matters: nothing lost, something doubtful, or something unread."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Finding(msgspec.Struct, frozen=True):
    """One observation: stable code, place in the file, facts in `text`; `owned` bytes are its own."""

    code: str
    severity: Severity
    offset: int
    text: str
    owned: int = 0


class Findings:
    """Collects findings, at most `limit` of them; what comes later is counted, not kept."""

    def __init__(self, limit: int = 10_000) -> None:
        self.owned_bytes = 0
        self._limit = limit
        self._kept: list[Finding] = []
        self._more = 0
        self._more_owned = 0

    def note(self, code: str, severity: Severity, offset: int, text: str) -> None:
        """Add a finding that points at a place without owning its bytes."""
        self._keep(Finding(code, severity, offset, printable(text)))

    def own(self, code: str, severity: Severity, span: tuple[int, int], text: str) -> None:
        """Add a finding that owns the bytes of `span`; an empty span adds nothing."""
        start, end = span
        if end > start:
            self.owned_bytes += end - start
            self._keep(Finding(code, severity, start, printable(text), end - start))

    def all(self) -> tuple[Finding, ...]:
        """Every kept finding in file order, then one that counts the rest."""
        ordered = sorted(self._kept, key=lambda finding: finding.offset)
        if not self._more:
            return tuple(ordered)
        text = f"{self._more} more findings are not listed"
        rest = Finding("edifact.more_findings", Severity.WARNING, ordered[-1].offset, text, self._more_owned)
        return (*ordered, rest)

    def _keep(self, finding: Finding) -> None:
        if len(self._kept) < self._limit:
            self._kept.append(finding)
        else:
            self._more += 1
            self._more_owned += finding.owned


def excerpt(data: bytes, start: int, end: int) -> str:
    """The first bytes of a span as printable text, for the `text` of a finding."""
    shown = data[start : min(end, start + 60)].decode("latin-1")
    return printable(shown) if end - start <= 60 else f"{printable(shown)}... ({end - start} bytes)"


def printable(text: str) -> str:
    """The text cut to a line, without characters that could steer a terminal (attack: control codes)."""
    return "".join(letter if letter.isprintable() else "." for letter in text[:TEXT_LIMIT])
