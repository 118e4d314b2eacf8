"""What reading a stored message again makes different: pure comparison of what stands with what is read now.

>>> differs(Reread("partial", 2, 0, 0, 1), Reread("accepted", 2, 0, 0, 1), ())
True
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from cordillera.desks.travellers.model import MessagePlan


class Reread(msgspec.Struct, frozen=True):
    """What a message says: how it was judged, and how many people, reservations and findings it has."""

    status: str
    travellers: int
    crew: int
    reservations: int
    findings: int


class Difference(msgspec.Struct, frozen=True):
    """One message that is read, or found out about, otherwise now than when it came.

    `gained` travellers are read now and were not, `lost` ones the other way round (each by their id, as far
    as they are stored); `new_alerts` are about travellers without an alert, `more_findings` about others.
    """

    message_id: UUID
    received_at: datetime
    sender: str
    reference: str
    before: Reread
    after: Reread
    gained: int
    lost: tuple[UUID, ...]
    new_alerts: tuple[UUID, ...]
    more_findings: tuple[UUID, ...]


class Summary(msgspec.Struct, frozen=True):
    """A replay: how many messages were read again, left out because of their age or erased, and changed."""

    messages: int = 0
    read: int = 0
    masked: int = 0
    erased: int = 0
    changed: int = 0
    gained: int = 0
    lost: int = 0
    new_alerts: int = 0
    more_findings: int = 0
    kept: bool = False

    def with_(self, found: Difference | None, *, masked: bool = False, erased: bool = False) -> "Summary":
        """Return the summary with one more message."""
        told = (0, 0, 0, 0)
        if found is not None:
            told = (found.gained, len(found.lost), len(found.new_alerts), len(found.more_findings))
        return msgspec.structs.replace(
            self,
            messages=self.messages + 1,
            read=self.read + (not masked and not erased),
            masked=self.masked + masked,
            erased=self.erased + erased,
            changed=self.changed + (found is not None),
            gained=self.gained + told[0],
            lost=self.lost + told[1],
            new_alerts=self.new_alerts + told[2],
            more_findings=self.more_findings + told[3],
        )


def read_again(plan: MessagePlan, people_of_reservations: int) -> Reread:
    """Return what a message says as it is read now; crew are told apart as when it came."""
    roles = Counter("crew" in one.facts.role for one in plan.travellers)
    reservations = sum(len(one.pnrs) for one in plan.reservations)
    return Reread(
        plan.status.value, roles[False] + people_of_reservations, roles[True], reservations, len(plan.notes)
    )


def differs(before: Reread, after: Reread, found: Sequence[object]) -> bool:
    """Tell whether anything is otherwise; one finding of quality more or less alone is not."""
    quiet = msgspec.structs.replace(after, findings=before.findings)
    return quiet != before or any(found)


def missing(stored: Mapping[bytes, UUID], read: Sequence[bytes]) -> tuple[UUID, ...]:
    """Return the stored travellers that are not read now, by identity."""
    now = frozenset(read)
    return tuple(ref for identity, ref in stored.items() if identity not in now)
