"""What can go wrong with the ledger; the formats' errors need nothing but the standard library."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable


class NoteMalformed(BadInput):
    """The bytes are no signed note (c2sp.org/signed-note)."""

    code = "ledger.note_malformed"


class NoteUnsigned(BadInput):
    """No known key signed the note, or a known key's signature is wrong."""

    code = "ledger.note_unsigned"


class KeyMalformed(BadInput):
    """The text is no verifier key `name+id+base64`, or its parts contradict each other."""

    code = "ledger.key_malformed"


class KeyChangeRefused(BadInput):
    """A change of a log's key that does not hold: malformed, not signed by both, or joined to nothing."""

    code = "ledger.key_change_refused"


class CheckpointMalformed(BadInput):
    """The note's text is no checkpoint (c2sp.org/tlog-checkpoint), or of another log."""

    code = "ledger.checkpoint_malformed"


class TileMalformed(BadInput):
    """The bytes are no tile or entry bundle, or the path names none (c2sp.org/tlog-tiles)."""

    code = "ledger.tile_malformed"


class ProofMalformed(BadInput):
    """The bytes are no proof file (c2sp.org/tlog-proof)."""

    code = "ledger.proof_malformed"


class ProofWrong(BadInput):
    """The proof is well formed and does not prove what it claims."""

    code = "ledger.proof_wrong"


class LogBroken(BadInput):
    """The log contradicts itself or its signatures; `place` names where, `reason` how."""

    code = "ledger.broken"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place=place, reason=reason)
        self.place = place
        self.reason = reason


class LedgerStalled(Unavailable):
    """Leaves have waited too long for their place in the log: nothing may be released."""

    code = "ledger.stalled"


class LeafTooLarge(BadInput):
    """The event does not fit a leaf of less than 1 KB."""

    code = "ledger.leaf_too_large"


class NoSuchLeaf(NotFound):
    """The log has no leaf at that index or for that message."""

    code = "ledger.no_such_leaf"


class LedgerUnwitnessed(Unavailable):
    """No quorum of witnesses has cosigned the log lately enough: nothing may be released."""

    code = "ledger.unwitnessed"


class PolicyMalformed(BadInput):
    """The text is no witness policy (c2sp.org/tlog-policy); `line` names where."""

    code = "ledger.policy_malformed"


class PolicyUnmet(BadInput):
    """The checkpoint lacks the cosignatures that the policy asks for."""

    code = "ledger.policy_unmet"


class SubmissionMalformed(BadInput):
    """What was sent to the witness is no `add-checkpoint` request (c2sp.org/tlog-witness)."""

    code = "ledger.submission_malformed"


class UnknownLog(NotFound):
    """The witness does not watch a log of that origin."""

    code = "ledger.unknown_log"


class WitnessElsewhere(Conflict):
    """The witness has cosigned another size of this log than the request says; `size` is the one."""

    code = "ledger.witness_elsewhere"


class LogForked(Conflict):
    """The checkpoint contradicts one that was cosigned before: the log was rewritten or cut back."""

    code = "ledger.forked"


class WitnessUnreachable(Unavailable):
    """A witness did not answer, or not as the protocol says."""

    code = "ledger.witness_unreachable"


class ReconciliationFailed(Unavailable):
    """The partner did not answer the comparison of the two logs."""

    code = "ledger.reconciliation_failed"


class PurposeRefused(NotPermitted):
    """Logs are read for lawfulness, self-check, security or criminal proceedings only (LED 25(2))."""

    code = "ledger.purpose_refused"


class NotYetSigned(Conflict):
    """No checkpoint covers this yet; one follows within seconds of the node running."""

    code = "ledger.not_yet_signed"


class ExportNotEmpty(Conflict):
    """The folder for the export has files already; an export is written whole, into an empty one."""

    code = "ledger.export_not_empty"
