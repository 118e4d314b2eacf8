"""Under which marking an alert of the queue stands: that of the notice, or of the lists, it rests on."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.people import store as lists
from cordillera.runtime.watch import KIND
from cordillera.trust.handling.display import Badge, badge_of, stamp_of
from cordillera.trust.handling.exports import Export, Item, Use, refusals
from cordillera.trust.handling.model import CLOSED, OPEN, Audience, Caveats, join
from cordillera.trust.handling.service import HandlingService
from cordillera.trust.handling.wire import caveats_of
from cordillera.trust.records.errors import NoSuchRecord
from cordillera.trust.review.model import AlertRow

_NO_LONGER_KNOWN: Final = Caveats(may_disseminate=False, audience=Audience.AGENCY)
"""What is assumed of a list that is not in use any more: it stays in the agency."""
_OF_THE_DESK: Final = Caveats(audience=Audience.CLIENTS)


class QueueMarkings:
    """Fills the traveller desk's `Markings` with the markings of records and of lists."""

    def __init__(self, handling: HandlingService) -> None:
        self._handling = handling

    def stamps(self, tx: sa.Connection, rows: Sequence[AlertRow]) -> tuple[str | None, ...]:
        """Return each alert's marking for a copy in a file; None where `exports.refusals` says why not."""
        active = {one.version.list_name: one.version.handling for one in lists.active_versions(tx)}
        return tuple(_stamp(self._caveats(tx, row, active)) for row in rows)

    def badge(self, tx: sa.Connection, row: AlertRow) -> Badge:
        """Return the marking that the head of an alert shows: at least TLP:AMBER, as all of the desk."""
        active = {one.version.list_name: one.version.handling for one in lists.active_versions(tx)}
        told = self._caveats(tx, row, active)
        badge = badge_of(join(told, _OF_THE_DESK))
        return badge if told != OPEN else msgspec.structs.replace(badge, stamp="")

    def _caveats(self, tx: sa.Connection, row: AlertRow, active: Mapping[str, Mapping[str, str]]) -> Caveats:
        listed = [_of_list(active.get(one.list_name)) for one in row.lists]
        return join(*listed, self._of_notice(tx, row) if row.subject_kind == KIND else OPEN)

    def _of_notice(self, tx: sa.Connection, row: AlertRow) -> Caveats:
        record_id = UUID(row.subject_ref)
        try:
            return self._handling.caveats(tx, [record_id])[record_id]
        except NoSuchRecord:
            return CLOSED


def _of_list(handling: Mapping[str, str] | None) -> Caveats:
    if handling is None:
        return _NO_LONGER_KNOWN
    return caveats_of(handling) if handling else OPEN


def _stamp(caveats: Caveats) -> str | None:
    if refusals(Item("", caveats), Export(Use.COPY)):
        return None
    return "" if caveats == OPEN else stamp_of(caveats)
