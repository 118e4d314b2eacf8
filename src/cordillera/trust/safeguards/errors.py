"""Refusals of the safeguards."""

from cordillera.foundation.errors import BadInput


class ProtectedTrait(BadInput):
    """A field names a protected trait; it may not be stored or scored (DESIGN 4.4)."""

    code = "safeguards.protected_trait"


class RetentionMissing(BadInput):
    """A table holds sealed or keyed personal data and lets `erase_after` or `review_at` be null."""

    code = "safeguards.retention_missing"
