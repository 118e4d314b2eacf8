r"""The free words of duties: one line, bounded, and nothing in it that cannot be seen.

A duty flows where nothing may be released any more, so its free text is the way by which a hostile or
careless node could give what no article permits. It is kept short, read by people on the other side, and
in the ledger; what is hidden in the wording itself no rule finds (docs/threat-model.md).

>>> reason_of("  the wrong\n person ")
'the wrong person'
"""

import re
from typing import Annotated, Final

import msgspec

from cordillera.trust.records.errors import ReasonNeeded, ReasonTooLong

MOST: Final = 500
"""Characters of a reason."""
UNSEEN: Final = r"\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Controls, marks of direction and characters of no width: they carry what nobody reads."""
_SEEN = re.compile(f"[^{UNSEEN}]*")

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=MOST, pattern=f"^[^{UNSEEN}]+$")]
CourtRef = Annotated[str, msgspec.Meta(max_length=200, pattern=f"^[^{UNSEEN}]*$")]


def reason_of(text: str) -> str:
    """Return a reason as it may leave, white space made one blank; raise `ReasonNeeded`, `ReasonTooLong`."""
    line = " ".join(text.split())
    if not line:
        raise ReasonNeeded(condition=1)
    if len(line) > MOST or not _SEEN.fullmatch(line):
        raise ReasonTooLong(characters=len(line), limit=MOST)
    return line
