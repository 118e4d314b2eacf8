"""Every refusal of the exchange, one type each.

`transient` says whether the same bytes may be taken later: the sender tries again. `recorded` says
whether the refusal is answered with a signed receipt that uses up the place in the channel: the message
is authentic and in order, but must have no effect.
"""

from typing import ClassVar

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable


class EnvelopeRefused(BadInput):
    """An envelope that is not taken in."""

    code = "exchange.refused"
    transient: ClassVar[bool] = False
    recorded: ClassVar[bool] = False


class EnvelopeTooLarge(EnvelopeRefused):
    """More bytes than an envelope may have; refused before anything is parsed."""

    code = "exchange.too_large"


class EnvelopeMalformed(EnvelopeRefused):
    """The frame, the padding or the fields are not those of an envelope."""

    code = "exchange.malformed"


class UnsupportedEnvelope(EnvelopeRefused):
    """A version, suite or message type that this node does not speak."""

    code = "exchange.unsupported"


class Misdirected(EnvelopeRefused):
    """The envelope, or the signed payload in it, is addressed to another node (surreptitious forwarding)."""

    code = "exchange.misdirected"


class WrongSender(EnvelopeRefused):
    """The header names another sender than the partner that holds this connection."""

    code = "exchange.wrong_sender"


class UnknownKey(EnvelopeRefused):
    """The key id is not one of the partner's current signing keys, or not our encryption key."""

    code = "exchange.unknown_key"


class Tampered(EnvelopeRefused):
    """Header, body or signature were changed after the sender made them."""

    code = "exchange.tampered"


class HeaderMismatch(EnvelopeRefused):
    """The signed payload does not repeat the routing header it travels under."""

    code = "exchange.header_mismatch"


class FromTheFuture(EnvelopeRefused):
    """Made more than 300 s after now: one of the two clocks is wrong. Taken once the time has come."""

    code = "exchange.clock"
    transient = True


class Expired(EnvelopeRefused):
    """Its time has passed by this node's clock; it keeps its place in the channel and has no effect."""

    code = "exchange.expired"
    recorded = True


class AgreementMismatch(EnvelopeRefused):
    """The sender holds another text of the agreement than this node."""

    code = "exchange.agreement_mismatch"
    recorded = True


class WrongPayload(EnvelopeRefused):
    """Authentic and in order, but the data are not those of its message type."""

    code = "exchange.wrong_payload"
    recorded = True


class Replayed(EnvelopeRefused):
    """A message id that is known with other bytes."""

    code = "exchange.replayed"


class OutOfOrder(EnvelopeRefused):
    """A gap: the channel has `have` and wants `want` first."""

    code = "exchange.out_of_order"
    transient = True


class Equivocation(EnvelopeRefused):
    """Two messages at one place of the channel, or another history: the channel is frozen, both are kept."""

    code = "exchange.equivocation"


class ChannelFrozen(EnvelopeRefused):
    """The channel was frozen after an equivocation; people must look into it."""

    code = "exchange.channel_frozen"


class HopRefused(NotPermitted):
    """An HTTP request whose signature (RFC 9421) does not hold."""

    code = "exchange.hop_refused"


class HopUnsigned(HopRefused):
    """No signature, or not exactly one with our tag."""

    code = "exchange.hop_unsigned"


class HopMalformed(HopRefused):
    """The signature headers are not well formed."""

    code = "exchange.hop_malformed"


class HopCoverage(HopRefused):
    """The signature does not cover method, authority, target and content digest."""

    code = "exchange.hop_coverage"


class HopClock(HopRefused):
    """The signature was made or expires outside the 300 s that clocks may differ."""

    code = "exchange.hop_clock"


class HopUnknownKey(HopRefused):
    """The key id is not that of the partner whose certificate holds the connection."""

    code = "exchange.hop_unknown_key"


class HopTampered(HopRefused):
    """Signature or digest do not fit the request."""

    code = "exchange.hop_tampered"


class HopReplayed(HopRefused):
    """The nonce of this request was seen before."""

    code = "exchange.hop_replayed"


class WrongRequest(BadInput):
    """Not the one request that the node-to-node port answers."""

    code = "exchange.wrong_request"


class UnknownPartner(NotPermitted):
    """No active partner holds this certificate, or none has this id."""

    code = "exchange.unknown_partner"


class PartnerRevoked(NotPermitted):
    """The partner was revoked; open connections end here too."""

    code = "exchange.partner_revoked"


class BundleRefused(BadInput):
    """A partner's bundle that is malformed, not signed by its own key, or older than the one held."""

    code = "exchange.bundle_refused"


class BundleRollback(BundleRefused):
    """The bundle's `seq` is not above the one held."""

    code = "exchange.bundle_rollback"


class ReceiptRefused(BadInput):
    """A receipt that is not by the partner or not about the message that was sent."""

    code = "exchange.receipt_refused"


class NoSuchQuery(NotFound):
    """No such query, or none that this agency may see."""

    code = "exchange.no_such_query"


class NoSuchCandidate(NotFound):
    """The answer holds no candidate of that reference."""

    code = "exchange.no_such_candidate"


class AlreadyJudged(Conflict):
    """A person has already confirmed or rejected this candidate."""

    code = "exchange.already_judged"


class ReasonMissing(BadInput):
    """A decision about a candidate needs a reason."""

    code = "exchange.reason_missing"


class EffectRefused(EnvelopeRefused):
    """The message is in its place and has no effect: it contradicts what this node holds."""

    code = "exchange.effect_refused"
    recorded = True


class DelegationRefused(BundleRefused):
    """The root's word for the key that signs bundles does not hold: signature, node, country or term."""

    code = "exchange.delegation_refused"


class BundleFork(BundleRefused):
    """Two bundles with one `seq`: somebody else has the partner's key, or the partner plays double."""

    code = "exchange.bundle_fork"


class ForeignRoot(BundleRefused):
    """The bundle rests on another root than the one held, or on none where one is held."""

    code = "exchange.foreign_root"


class RootMissing(Unavailable):
    """In production nothing is exchanged without an offline root on both sides; see docs/keys.md."""

    code = "exchange.root_missing"


class KeyRevoked(EnvelopeRefused):
    """Signed by, or sealed to, a key that was revoked; the sender signs and seals anew."""

    code = "exchange.key_revoked"


class HopKeyRevoked(HopRefused):
    """The request is signed by a key that was revoked."""

    code = "exchange.hop_key_revoked"


class KeyNotValid(BadInput):
    """The partner had no such key at that time, or it was revoked by then."""

    code = "exchange.key_not_valid"


class KeyMissing(NotFound):
    """No such key."""

    code = "exchange.key_missing"


class OnwardRevoked(NotPermitted):
    """Whoever this came from has revoked the node it would be passed on to."""

    code = "exchange.onward_revoked"


class ConclusionsDiffer(Conflict):
    """Two officers must come to the same conclusion about this candidate, and they have not."""

    code = "exchange.conclusions_differ"


class OfflineRefused(BadInput):
    """This is no file of a partner for this node: wrong signature, recipient, time or content."""

    code = "exchange.offline_refused"


class OnwardUnconsented(NotPermitted):
    """A question tells a third partner whom another one seeks: that one has to consent (PCSC 13(2))."""

    code = "exchange.onward_unconsented"
