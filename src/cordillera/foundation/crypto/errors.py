"""What can go wrong with a key, a seal or a signature."""

from cordillera.foundation.errors import BadInput, Unavailable


class BadSignature(BadInput):
    """The signature is not by this key over these bytes."""

    code = "crypto.bad_signature"


class BadKey(BadInput):
    """The bytes are no key of the kind that was asked for."""

    code = "crypto.bad_key"


class SealBroken(BadInput):
    """The sealed bytes were changed, or belong to another place or key."""

    code = "crypto.seal_broken"


class KeyUnavailable(Unavailable):
    """The key store does not answer, or has no such key: fail closed."""

    code = "crypto.key_unavailable"


class BadProof(BadInput):
    """A blinded element or an evaluation that does not hold under the published key (RFC 9497)."""

    code = "crypto.bad_proof"
