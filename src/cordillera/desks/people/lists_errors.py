"""Why an update of a list does not take effect. The active version stays active after each of these."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, Unavailable


class ListHashMismatch(BadInput):
    """The file is not the one that its sums file names, or that file does not name it."""

    code = "people.list_hash_mismatch"


class ListSignatureWrong(BadInput):
    """The signature is missing, broken, by another key, or of a kind that cannot be checked."""

    code = "people.list_signature_wrong"


class ListChangedWhileRead(BadInput):
    """The file was written to while it was read; it is read again at the next look."""

    code = "people.list_changed_while_read"


class ListSourceUnsafe(BadInput):
    """A source is no file and no https address (http only on this machine), or leads to one that is not."""

    code = "people.list_source_unsafe"


class ListUnreachable(Unavailable):
    """The source did not answer, answered with an error, or stopped in the middle."""

    code = "people.list_unreachable"


class ListSourceNotFound(NotFound):
    """No source is known for this list."""

    code = "people.list_source_not_found"


class NothingWaits(NotFound):
    """No update of this version waits: it was decided on, replaced by a newer one, or has expired."""

    code = "people.list_nothing_waits"


class SameOfficer(Conflict):
    """Condition 2: this update needs a second officer, who is somebody else."""

    code = "people.list_same_officer"


class ListMovedOn(Conflict):
    """Condition 3: another version has become active since the difference was shown."""

    code = "people.list_moved_on"


class VersionNotFound(NotFound):
    """No such version of the list is kept."""

    code = "people.list_version_not_found"


class ReasonMissing(BadInput):
    """A refusal or a way back needs a reason of at least ten characters."""

    code = "people.list_reason_missing"


class PartnerListRefused(Conflict):
    """The record that brought the list is not open, or its agreement lacks the article named."""

    code = "people.list_partner_refused"
