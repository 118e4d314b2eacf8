"""What can be wrong with an agreement or a change to it. Refused disclosures are decisions, not errors."""

from cordillera.foundation.errors import BadInput, Conflict, CordilleraError, NotFound, NotPermitted


class UnknownAgreement(NotFound):
    """This node holds no agreement of that id."""

    code = "agreements.unknown"


class AgreementRejected(BadInput):
    """The file is no agreement, or its parts contradict each other; `problems` names each."""

    code = "agreements.rejected"


class AgreementDoesNotCompile(BadInput):
    """The policy engine does not accept what the agreement compiles to."""

    code = "agreements.does_not_compile"


class UnsafePolicyText(BadInput):
    """A value is no code and may not enter policy text."""

    code = "agreements.unsafe_text"


class NotAnAgreementOfficer(NotPermitted):
    """Only an agreement officer changes an agreement's standing."""

    code = "agreements.not_an_agreement_officer"


class SecondOfficerMissing(NotPermitted):
    """The same officer cannot be both of the two."""

    code = "agreements.second_officer_missing"


class StatusForbidsChange(Conflict):
    """An agreement with this status cannot take that step: what is terminated stays so."""

    code = "agreements.status_forbids_change"


class NothingToConfirm(Conflict):
    """The article is not an assumed one, or is confirmed already."""

    code = "agreements.nothing_to_confirm"


class ReasonMissing(BadInput):
    """A change of standing states its reason."""

    code = "agreements.reason_missing"


class EngineFailed(CordilleraError):
    """The policy engine gave no decision; the caller reads it as a denial."""

    code = "agreements.engine_failed"
