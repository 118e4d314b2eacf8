"""What was asked of a record, read from a form, a body or a command line."""

from datetime import datetime

from cordillera.foundation import canonical
from cordillera.foundation.errors import BadInput
from cordillera.trust.records.changing import Wish
from cordillera.trust.records.model import Kind
from cordillera.trust.records.words import reason_of


class ContentNeeded(BadInput):
    """A correction needs the corrected content as JSON, an extension its new last day."""

    code = "records.content_needed"


def wish(
    kind: Kind, reason: str, court_ref: str = "", until: datetime | None = None, content: str = ""
) -> Wish:
    """Return what is to be done. It must hold.

    1. A reason is given.
    2. A correction brings its content, strict JSON; an extension its day.

    Raises `ReasonNeeded`, `ReasonTooLong`, `ContentNeeded`.
    """
    line = reason_of(reason)
    body = b""
    if kind == "correct":
        try:
            body = canonical.dumps(canonical.loads(content.encode()))
        except BadInput as error:
            raise ContentNeeded(condition=2) from error
    if kind == "extend" and until is None:
        raise ContentNeeded(condition=2)
    return Wish(kind=kind, reason=line, body=body, until=until, court_ref=court_ref.strip())
