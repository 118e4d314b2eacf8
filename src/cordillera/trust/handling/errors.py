"""Refusals of handling."""

from cordillera.foundation.errors import BadInput, NotPermitted


class HandlingTooLong(BadInput):
    """More markings on one scale than a message can carry; the facts name the scale."""

    code = "handling.too_long"


class ExportRefused(NotPermitted):
    """The marking of what was to be exported forbids this use; the facts name the reasons."""

    code = "handling.export_refused"


class EvidenceNeedsAssistance(ExportRefused):
    """As evidence only through legal assistance: the request form takes the place of the export."""

    code = "handling.evidence_needs_assistance"


class NothingAdded(BadInput):
    """Handling can only become stricter; what was chosen adds nothing to what applies."""

    code = "handling.nothing_added"
