"""The one table of message types: what each asks of an agreement, or which duty it does.

A governed type names the action that the agreement must allow, on both sides. A duty tells those who
already hold something to correct, block or erase it, or that an agreement was suspended: it discloses
nothing, so it also flows where nothing may be released any more (PCSC 14 and 23; DESIGN 4.5).

>>> KINDS["record.erase"].duty
'erasure'
"""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from cordillera.trust.agreements.vocabulary import Action
from cordillera.trust.exchange.envelope import MessageType, Payload, data_of
from cordillera.trust.exchange.model import SERVICE, PersonQuery

NOTICE: Final = "notice.suspect"


class Kind(msgspec.Struct, frozen=True):
    """One message type: the action and service it is judged by, or the duty it does.

    `counted`: by quota, as that many `questions`.
    """

    type: MessageType
    action: Action | None = None
    service: str = ""
    fields: Callable[[Payload], tuple[str, ...]] = lambda _: ()
    counted: bool = False
    questions: Callable[[Payload], int] = lambda _: 1
    duty: str = ""


def given(payload: Payload) -> tuple[str, ...]:
    """Return the names of the data that are filled, without the ids that only tie messages together."""
    return tuple(name for name, value in payload.data.items() if value and not name.endswith("_id"))


def _always(*names: str) -> Callable[[Payload], tuple[str, ...]]:
    return lambda _: names


def _asked(payload: Payload) -> tuple[str, ...]:
    return data_of(payload, PersonQuery).fields


def _blinded(payload: Payload) -> int:
    """Return how many keys a look-up asks about; each is a question of its own."""
    keys = payload.data.get("blinded")
    return max(1, len(keys)) if isinstance(keys, list | tuple) else 1


_ANSWER = _always("outcome", "candidates", "reference", "score", "terms")
_JUDGEMENT = _always("reference", "confirmed")

_GOVERNED = (
    Kind("query.person", Action.SEND_QUERY, SERVICE, _asked, counted=True),
    Kind("answer.person", Action.ANSWER_QUERY, SERVICE, _ANSWER),
    Kind("hit.confirmed", Action.CONFIRM_HIT, SERVICE, _JUDGEMENT),
    Kind("hit.rejected", Action.CONFIRM_HIT, SERVICE, _JUDGEMENT),
    Kind("notice.suspect", Action.SEND_NOTICE, NOTICE, given),
    Kind("notice.accepted", Action.ACCEPT_NOTICE, NOTICE, given),
    Kind("notice.declined", Action.ACCEPT_NOTICE, NOTICE, given),
    Kind("info.request", Action.REQUEST_FOLLOW_UP, SERVICE, given),
    Kind("info.response", Action.ANSWER_FOLLOW_UP, SERVICE, given),
    Kind("lookup.blinded", Action.SEND_QUERY, "lookup.exact", given, counted=True, questions=_blinded),
    Kind("lookup.evaluated", Action.ANSWER_QUERY, "lookup.exact", given),
)

_DUTIES = (
    Kind("record.correct", duty="correction"),
    Kind("record.block", duty="correction"),
    Kind("record.unblock", duty="correction"),
    Kind("record.erase", duty="erasure"),
    Kind("record.recall", duty="erasure"),
    Kind("record.dispute", duty="dispute"),
    Kind("record.extend", duty="retention"),
    Kind("record.done", duty="correction"),
    Kind("consent.request", duty="consent"),
    Kind("consent.grant", duty="consent"),
    Kind("consent.refuse", duty="consent"),
    Kind("consent.revoke", duty="consent"),
    Kind("agreement.status", duty="status"),
    Kind("redress.find", duty="redress"),
    Kind("redress.found", duty="redress"),
)

KINDS: Final[Mapping[str, Kind]] = {kind.type: kind for kind in (*_GOVERNED, *_DUTIES)}
DUTY_TYPES: Final = frozenset(kind.type for kind in _DUTIES)
URGENT_TYPES: Final = frozenset({"agreement.status"})
"""Types that are tried again without growing pauses."""
IN_ORDER: Final[Mapping[str, str]] = {
    kind.type: kind.type.partition(".")[0]
    for kind in KINDS.values()
    if kind.type.startswith(("notice.", "record.", "consent."))
}
"""Families whose types undo or exclude one another: in a batch they take effect in the order of sending."""
AFTER_OTHERS: Final = frozenset({"info.request"})
"""Types judged by what an earlier message of the same batch wrote: a request by its confirmed hit."""
