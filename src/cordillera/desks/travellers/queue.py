"""The queue as an address: every filter is in the URL, and the URL is the filter.

>>> QueueQuery(view="mine", sort="score").suffix()
'?view=mine&sort=score'
>>> QueueQuery().suffix()
''
"""

from typing import Literal, get_args
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from cordillera.desks.travellers.ingest import DESK
from cordillera.trust.review.model import AlertStatus, Order, QueueFilter

PER_PAGE = 50
View = Literal["pending", "mine", "waiting", "decided", "all"]
Sort = Literal["rank", "due", "score", "newest"]
VIEWS: tuple[View, ...] = get_args(View)
SORTS: tuple[Sort, ...] = get_args(Sort)
_PENDING = (AlertStatus.OPEN, AlertStatus.ASSIGNED, AlertStatus.COUNTERSIGN)
_STATUSES: dict[str, tuple[AlertStatus, ...]] = {
    "pending": _PENDING,
    "mine": (*_PENDING, AlertStatus.WAITING),
    "waiting": (AlertStatus.WAITING,),
    "decided": (AlertStatus.DECIDED,),
    "all": tuple(AlertStatus),
}


class QueueQuery(msgspec.Struct, frozen=True):
    """What the address of the queue says."""

    view: View = "pending"
    sort: Sort = "rank"
    list: str = ""
    flight: UUID | None = None
    rule: UUID | None = None
    page: int = 1

    def filter(self, officer_id: str) -> QueueFilter:
        """Return the filter of review that this address stands for, but for the alerts of `rule`."""
        return QueueFilter(
            desk=DESK,
            statuses=_STATUSES[self.view],
            assigned_to=officer_id if self.view == "mine" else "",
            list_name=self.list,
            group_ref="" if self.flight is None else str(self.flight),
            order=Order(self.sort),
            limit=PER_PAGE,
            offset=(self.page - 1) * PER_PAGE,
        )

    def suffix(self, **changes: str | int | None) -> str:
        """Return the query string of this address with `changes`; what is usual is left out."""
        changed = {**msgspec.structs.asdict(self), **({"page": 1} if changes else {}), **changes}
        usual = msgspec.structs.asdict(QueueQuery())
        said = {name: value for name, value in changed.items() if value != usual[name]}
        return f"?{urlencode(said)}" if said else ""
