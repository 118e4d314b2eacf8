"""The judge's order behind a message, where an agreement asks for one: what of it travels, and until when.

The authority, its number, the day it was given, the last day it holds and the SHA-256 of the document travel
as one line (`judicial_ref`), so that both sides judge the same order by the same days. The document itself
stays with whoever has it; anybody it is shown to can compare it with the digest.

>>> order = CourtOrder("Court 3", "12/26", date(2026, 11, 2), date(2026, 12, 2), "0" * 64)
>>> standing(order.reference, date(2026, 12, 2)) == order.reference
True
>>> standing(order.reference, date(2026, 12, 3))
''
"""

import re
from base64 import urlsafe_b64encode
from datetime import date
from typing import Annotated, Final

import msgspec

_WORDS: Final = r"^[^\s\x00-\x1f]*[^\W_]([^\x00-\x1f]*\S)?$"
_DATED: Final = re.compile(r" (\d{4}-\d\d-\d\d) until (\d{4}-\d\d-\d\d) sha256:[A-Za-z0-9_-]{43}$")


class CourtOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order: which authority gave it, its number, its first and last day, and its document's SHA-256."""

    authority: Annotated[str, msgspec.Meta(max_length=60, pattern=_WORDS)]
    number: Annotated[str, msgspec.Meta(max_length=40, pattern=_WORDS)]
    given_on: date
    valid_until: date
    document: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]

    @property
    def reference(self) -> str:
        """The line that travels and that leaves cite; at most 178 characters."""
        digest = urlsafe_b64encode(bytes.fromhex(self.document)).decode().rstrip("=")
        days = f"{self.given_on.isoformat()} until {self.valid_until.isoformat()}"
        return f"{self.authority} {self.number} {days} sha256:{digest}"


def standing(reference: str, today: date) -> str:
    """Return a reference as the policy is asked with it: "" before the day it was given and after its last.

    A reference without days, such as that of an answer by a judge's leave, stands as it is.
    """
    found = _DATED.search(reference)
    if found is None:
        return reference
    try:
        first, last = map(date.fromisoformat, found.groups())
    except ValueError:
        return ""
    return reference if first <= today <= last else ""
