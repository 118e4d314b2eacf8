"""Refusals of follow-up."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class NoSuchRequest(NotFound):
    """No such request, or none that the asker may see."""

    code = "followup.no_such_request"


class NothingToFollow(NotFound):
    """Nothing with that reference is held here that could be followed up."""

    code = "followup.nothing_to_follow"


class NotConfirmed(NotPermitted):
    """No person confirmed the candidate, or one rejected it: there is no second step (PCSC 5(3), 6)."""

    code = "followup.not_confirmed"


class AlreadyAsked(Conflict):
    """A request about it is open."""

    code = "followup.already_asked"


class FieldNotListed(BadInput):
    """A field that the agreement does not list for answers, or that was not asked for; the facts name it."""

    code = "followup.field_not_listed"


class NothingWanted(BadInput):
    """At least one field must be asked for, or given."""

    code = "followup.nothing_wanted"


class WrongStep(Conflict):
    """The request is in a state that forbids this step; the facts name it."""

    code = "followup.wrong_step"


class SecondOfficerNeeded(NotPermitted):
    """The agreement asks for two officers, and the second is not the first."""

    code = "followup.second_officer"


class JudicialReferenceNeeded(BadInput):
    """The agreement asks for a judge's authorisation, named by its reference."""

    code = "followup.judicial_reference"


class GroundNotListed(BadInput):
    """A refusal names one of the agreement's grounds."""

    code = "followup.ground_not_listed"


class ReasonNeeded(BadInput):
    """This decision needs its reason in words."""

    code = "followup.reason_needed"


class NotOwnReview(NotPermitted):
    """Who acted in an emergency does not review it."""

    code = "followup.own_review"


class NothingToReview(NotFound):
    """No emergency waits for a review here."""

    code = "followup.nothing_to_review"
