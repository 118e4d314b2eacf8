"""The one way out for content of records: every file, print and sample is cleared here or refused.

What leaves carries the join of the markings of all that is in it, in the content and in its name. Only
`clear` makes a `Cleared`, and only from a `Cleared` can a file be written, so no export goes around it.
Reference: docs/handling.md, ADR 0024; PCSC art. 13, Palermo art. 18(19).

>>> refusals(Item("r1", Caveats(may_evidence=False)), Export(Use.EVIDENCE, "C-1"))
('handling.no_evidence',)
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from cordillera.foundation import canonical
from cordillera.foundation.csvsafe import csv_line
from cordillera.trust.handling.errors import EvidenceNeedsAssistance, ExportRefused
from cordillera.trust.handling.model import Audience, Caveats, join
from cordillera.trust.handling.schemes import EUROPOL, TLP, meaning

__all__ = ["Caveats", "Cleared", "Export", "Item", "Use", "as_csv", "as_json", "clear", "refusals"]


class Use(StrEnum):
    """What an export is for."""

    COPY = "copy"
    PRINT = "print"
    DISSEMINATION = "dissemination"
    EVIDENCE = "evidence"
    SUPERVISION = "supervision"


class Item(msgspec.Struct, frozen=True):
    """One record on its way out, and its caveats."""

    record_id: str
    caveats: Caveats


class Export(msgspec.Struct, frozen=True):
    """What for, in which case, and for whom where it is passed on."""

    use: Use
    case_ref: str = ""
    audience: Audience = Audience.COMMUNITY


class Cleared(msgspec.Struct, frozen=True):
    """What may leave, as what; the caveats are the join of all items."""

    export: Export
    records: tuple[str, ...]
    caveats: Caveats

    @property
    def stamp(self) -> str:
        """The marking in one line, for heads, files and names; of several circles the narrowest."""
        tlp = sorted(self.caveats.values(TLP), key=lambda value: meaning(TLP, value).audience)[:1]
        codes = self.caveats.values(EUROPOL)
        others = [f"{m.scheme}:{m.value}" for m in self.caveats.markings if m.scheme not in {TLP, EUROPOL}]
        scales = [f"TLP:{value.upper().removeprefix('TLP:')}" for value in tlp] + list(codes) + others
        return " ".join(scales) or f"audience:{self.caveats.audience.word}"


def refusals(item: Item, export: Export) -> tuple[str, ...]:
    """Return why a record must not leave this way; empty when it may. It must hold.

    1. A copy in a file, for use in the agency, stays within the audience: not what is for one recipient only.
    2. What is passed on may be disseminated (H2, TLP), and its new readers belong to the audience.
    3. What enters proceedings may be used as evidence (H1) and acted upon (PAP); otherwise legal assistance
       is asked first.

    A print for the officer who may read it and the supervisor's inspection (PCSC 18(2)) are only stamped.
    """
    caveats, found = item.caveats, []
    if export.use is Use.COPY and caveats.audience < Audience.AGENCY:  # 1
        found.append("handling.recipient_only")
    if export.use is Use.DISSEMINATION:  # 2
        if not caveats.may_disseminate:
            found.append("handling.no_dissemination")
        if caveats.audience < export.audience:
            found.append("handling.beyond_audience")
    if export.use is Use.EVIDENCE:  # 3
        if not caveats.may_evidence:
            found.append("handling.no_evidence")
        if not caveats.may_act:
            found.append("handling.no_action")
    return tuple(found)


def clear(items: Sequence[Item], export: Export) -> Cleared:
    """Clear an export whole or not at all; raise `ExportRefused` or `EvidenceNeedsAssistance`."""
    refused = {item.record_id: why for item in items if (why := refusals(item, export))}
    if refused:
        kind = EvidenceNeedsAssistance if export.use is Use.EVIDENCE else ExportRefused
        reasons = sorted({reason for why in refused.values() for reason in why})
        raise kind(records=tuple(refused), reason=", ".join(reasons))
    return Cleared(export, tuple(item.record_id for item in items), join(*(item.caveats for item in items)))


def as_csv(cleared: Cleared, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV whose every line carries the marking, so that no cut of it is unmarked."""
    lines = [csv_line([*columns, "handling"])]
    return "".join([*lines, *(csv_line([*row, cleared.stamp]) for row in rows)])


def as_json(cleared: Cleared, content: object) -> bytes:
    """Return content as canonical JSON beside its marking and what the export is for."""
    return canonical.dumps(
        {
            "handling": cleared.stamp,
            "caveats": {
                "may_disseminate": cleared.caveats.may_disseminate,
                "may_evidence": cleared.caveats.may_evidence,
                "may_act": cleared.caveats.may_act,
                "audience": cleared.caveats.audience.word,
                "markings": [[m.scheme, m.value] for m in cleared.caveats.markings],
            },
            "use": cleared.export.use.value,
            "case_ref": cleared.export.case_ref,
            "records": list(cleared.records),
            "content": content,
        }
    )
