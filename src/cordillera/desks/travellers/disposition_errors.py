"""Refusals of dispositions and of officers' own findings."""

from cordillera.foundation.errors import BadInput, Conflict


class DispositionTooEarly(Conflict):
    """What became of a traveller is recorded once an officer has confirmed the alert."""

    code = "travellers.disposition_too_early"


class DispositionUnknown(BadInput):
    """No such disposition."""

    code = "travellers.disposition_unknown"


class DispositionReasonMissing(BadInput):
    """To record what became of a traveller, a reason in words is needed."""

    code = "travellers.disposition_reason_missing"


class FindingGroundsMissing(BadInput):
    """An officer's own finding needs its grounds in words."""

    code = "travellers.finding_grounds_missing"


class FindingPurposeUnknown(BadInput):
    """An officer's own finding names one of the purposes for which travellers are assessed."""

    code = "travellers.finding_purpose_unknown"


class FindingReviewWrong(BadInput):
    """The day on which an officer's own finding is reviewed is ahead, at most ninety days."""

    code = "travellers.finding_review_wrong"
