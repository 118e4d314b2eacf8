"""Refusals of the safeguards."""

from cordillera.foundation.errors import BadInput


class ProtectedTrait(BadInput):
    """A field names a protected trait; it may not be stored or scored (DESIGN 4.4)."""

    code = "safeguards.protected_trait"
