"""Refusals of the safeguards."""

from cordillera.foundation.errors import BadInput, NotFound


class ProtectedTrait(BadInput):
    """A field names a protected trait; it may not be stored or scored (DESIGN 4.4)."""

    code = "safeguards.protected_trait"


class TaskNotFound(NotFound):
    """No such refusal waits for a lawyer, or one has looked at it."""

    code = "safeguards.task_not_found"


class TaskReasonMissing(BadInput):
    """What the lawyer found is told in at least eight letters."""

    code = "safeguards.task_reason_missing"
