"""Refusals of the review queue; the numbers are those of `core.check_ruling`."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class AlertNotFound(NotFound):
    """No such alert, or not one of this agency."""

    code = "review.alert_not_found"


class NoNamedOfficer(NotPermitted):
    """1: only a named officer decides; the node itself never does."""

    code = "review.no_named_officer"


class AlreadyDecided(Conflict):
    """2: the alert has been decided; undo comes first, while it may."""

    code = "review.already_decided"


class AlertChanged(Conflict):
    """3: the alert has changed since the officer opened it."""

    code = "review.alert_changed"


class ReasonTooShort(BadInput):
    """4: a decision needs a reason in words."""

    code = "review.reason_too_short"


class SecondOfficerNeeded(NotPermitted):
    """5: the officer who proposed a confirmation may not countersign it."""

    code = "review.second_officer_needed"


class NothingToUndo(Conflict):
    """There is no standing decision on this alert."""

    code = "review.nothing_to_undo"


class UndoTooLate(Conflict):
    """The time to undo has passed, or the decision is another officer's."""

    code = "review.undo_too_late"


class ScoreUnexplained(BadInput):
    """A finding's terms do not sum to its score, or the score is outside 0..1."""

    code = "review.score_unexplained"


class GroundRemains(Conflict):
    """A list still supports this alert, so it cannot be closed for lack of ground."""

    code = "review.ground_remains"


class ConsentNeeded(NotPermitted):
    """7: whoever gave what this rests on asks to consent before anybody acts upon it."""

    code = "review.consent_needed"


class NobodyToAsk(Conflict):
    """Nothing this alert rests on waits for a consent that could be asked for."""

    code = "review.nobody_to_ask"
