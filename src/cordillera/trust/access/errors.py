"""Refusals of trust/access. None of them repeats what was typed."""

from cordillera.foundation.errors import BadInput, Conflict, CordilleraError, NotFound, NotPermitted


class NotLoggedIn(CordilleraError):
    """There is no session, or it has ended."""

    code = "access.not_logged_in"


class WrongLogin(CordilleraError):
    """Login and password do not belong together; it is not said which of the two is wrong."""

    code = "access.wrong_login"


class TooManyAttempts(CordilleraError):
    """Wait before the next attempt; `seconds` says how long. Nobody is shut out for good."""

    code = "access.too_many_attempts"


class PermissionMissing(NotPermitted):
    """No role of the officer holds the permission."""

    code = "access.permission_missing"


class PasswordNotReplaced(NotPermitted):
    """A one-time password opens only the page that replaces it."""

    code = "access.password_not_replaced"


class PurposeMissing(NotPermitted):
    """Nothing about people is shown before the officer says what they work for."""

    code = "access.purpose_missing"


class ForgedRequest(NotPermitted):
    """The request changes something and does not prove that it comes from our own page."""

    code = "access.forged_request"


class SameOfficerTwice(NotPermitted):
    """An act that takes two officers was asked for twice by one."""

    code = "access.same_officer_twice"


class WrongPassword(BadInput):
    """The new password cannot be taken; `reason` is the message id that says why."""

    code = "access.password_refused"


class ForeignAgency(NotPermitted):
    """The officer does not work for this agency."""

    code = "access.foreign_agency"


class WrongChoice(BadInput):
    """Not a purpose, role or scope that may be chosen; `field` names it."""

    code = "access.wrong_choice"


class LoginTaken(Conflict):
    """There is an officer with this login already."""

    code = "access.login_taken"


class UnknownOfficer(NotFound):
    """There is no officer with this login."""

    code = "access.unknown_officer"


class UnknownToken(NotFound):
    """There is no token with this name."""

    code = "access.unknown_token"
