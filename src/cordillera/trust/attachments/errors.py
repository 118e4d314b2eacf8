"""What can go wrong with an attachment."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class AttachmentTooLarge(BadInput):
    """An attachment is larger than 256 MiB, or empty."""

    code = "attachments.size"


class AttachmentBroken(BadInput):
    """The parts are not those that the message named: one was changed, or belongs elsewhere."""

    code = "attachments.broken"


class BadReference(BadInput):
    """This is no reference to an attachment."""

    code = "attachments.bad_reference"


class AttachmentIncomplete(Conflict):
    """Parts are missing; fetch the attachment first."""

    code = "attachments.incomplete"


class NoSuchAttachment(NotFound):
    """No attachment of this reference is here, or belongs to this record."""

    code = "attachments.unknown"


class AttachmentNotGiven(NotPermitted):
    """No message gave this attachment to the partner that asks for it."""

    code = "attachments.not_given"
