"""Refusals of signed uploads. A carrier that is known reads them in its receipt, others as a problem."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class As2Malformed(BadInput):
    """The request is no AS2 message: a header is missing or ill-formed, or parts cannot be told apart."""

    code = "travellers.as2_malformed"


class As2UnknownPartner(NotPermitted):
    """No carrier of that AS2 name is in force here for that recipient."""

    code = "travellers.as2_unknown_partner"


class As2NotSigned(BadInput):
    """The message is not signed, or not encrypted where the carrier may only send encrypted ones."""

    code = "travellers.as2_not_signed"


class As2WrongSignature(BadInput):
    """The signature is not by the carrier's certificate over these bytes, or that is not valid now."""

    code = "travellers.as2_wrong_signature"


class As2NotDecrypted(BadInput):
    """The message was not encrypted to this node's certificate, or was changed on the way."""

    code = "travellers.as2_not_decrypted"


class As2TooLarge(BadInput):
    """The message, or what it was compressed from, is larger than may be taken in."""

    code = "travellers.as2_too_large"


class As2Reused(Conflict):
    """The carrier used this message id before, for other bytes."""

    code = "travellers.as2_reused"


class As2Asynchronous(BadInput):
    """The receipt is wanted at another address; this node answers in the same connection only."""

    code = "travellers.as2_asynchronous"


class As2PartnerNotFound(NotFound):
    """No such carrier, or not one of this agency."""

    code = "travellers.as2_partner_not_found"


class As2SecondOfficer(NotPermitted):
    """Who proposed a carrier does not put it in force, and a proposal is decided once."""

    code = "travellers.as2_second_officer"


class As2NameTaken(Conflict):
    """Another carrier of that AS2 name is in force for that recipient; end that one first."""

    code = "travellers.as2_name_taken"


class As2BadPartner(BadInput):
    """The name is no AS2 name, or the certificate is none, several, expired or too weak."""

    code = "travellers.as2_bad_partner"
