"""Every refusal of records, one type each."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class NoSuchRecord(NotFound):
    """No such record, or none that the asker may see."""

    code = "records.no_such_record"


class NoSuchChange(NotFound):
    """No such change, or none that the asker may see."""

    code = "records.no_such_change"


class NoSuchConsent(NotFound):
    """No such consent, or none that the asker may see."""

    code = "records.no_such_consent"


class RecordSealed(NotPermitted):
    """The conditions under which the record came are not accepted yet; nobody may read it."""

    code = "records.sealed"


class RecordBlocked(NotPermitted):
    """The record is blocked: it is kept, and nobody may read or use it."""

    code = "records.blocked"


class RecordUnreadable(Conflict):
    """The content, as its originator last corrected it, is not of its kind; a person asks them to mend it."""

    code = "records.unreadable"


class CorrectionAdds(BadInput):
    """A correction fills what was empty: what is new is a new notice, which the agreement judges."""

    code = "records.correction_adds"


class RecordErased(NotFound):
    """The record was erased or recalled; its key is destroyed, and it is not taken in again."""

    code = "records.erased"


class RecordKnown(Conflict):
    """A record of this id is held already, and is another node's."""

    code = "records.known"


class NotOriginator(NotPermitted):
    """Only the originator, or a court, may order this of a record (PCSC 14)."""

    code = "records.not_originator"


class OrderRefused(BadInput):
    """The order is not signed by who may give it, or says something else than its message."""

    code = "records.order_refused"


class DoneRefused(BadInput):
    """Carrying out is claimed without a leaf of the holder's ledger, or its proof does not hold."""

    code = "records.done_refused"


class SecondOfficerMissing(NotPermitted):
    """This takes two officers, and the second is not the first."""

    code = "records.second_officer"


class ReasonNeeded(BadInput):
    """A change of a record needs its reason."""

    code = "records.reason_needed"


class ConsentMissing(NotPermitted):
    """Passing a record on needs the originator's consent to this recipient and purpose (PCSC 13(2))."""

    code = "records.consent_missing"


class TooManyConsents(NotPermitted):
    """So many requests for consent were made under this agreement today; the next day, or another quota."""

    code = "records.too_many_consents"


class ConsentKnown(Conflict):
    """A request for consent of this id came before."""

    code = "records.consent_known"


class ReasonTooLong(BadInput):
    """A reason that goes to a partner is one line of at most 500 characters that can all be seen."""

    code = "records.reason_too_long"


class WrongState(Conflict):
    """The record, change or consent is in a state that forbids this step."""

    code = "records.wrong_state"
