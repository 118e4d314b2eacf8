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


class OutsideSchema(BadInput):
    """This is no agreement of the kind that the node applies; `reasons` say why."""

    code = "agreements.outside_schema"


class NotSigned(BadInput):
    """The file carries no signatures: it is a draft, or something else."""

    code = "agreements.not_signed"


class SignatureMissing(BadInput):
    """There must be exactly one signature of each party."""

    code = "agreements.signature_missing"


class SignerUnknown(BadInput):
    """No root that is known to speak for the party made this signature."""

    code = "agreements.signer_unknown"


class AgreementEdited(BadInput):
    """The text is not the one that was signed."""

    code = "agreements.edited"


class NotAParty(BadInput):
    """The agreement does not bind that country."""

    code = "agreements.not_a_party"


class VersionRolledBack(Conflict):
    """The version is not newer than those adopted, or has another text than the one adopted."""

    code = "agreements.version_rolled_back"


class VersionsOverlap(Conflict):
    """The version would be valid together with one that it does not supersede."""

    code = "agreements.versions_overlap"


class NothingProposed(Conflict):
    """No such text waits for adoption."""

    code = "agreements.nothing_proposed"


class DutiesOpen(BadInput):
    """Who acts ticks each duty that the agreement leaves to people, or says why one is not done."""

    code = "agreements.duties_open"


class NotReadyForForce(Conflict):
    """An agreement comes into force with both signatures and without an open assumed term."""

    code = "agreements.not_ready_for_force"


class AgreementTampered(CordilleraError):
    """What is stored as adopted is not what two officers adopted; the node does not start with it."""

    code = "agreements.tampered"
