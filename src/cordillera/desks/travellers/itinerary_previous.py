"""What was concluded before about a traveller, the same document, and journeys linked with theirs.

Two travellers are of one document when its number, its issuing state and its type agree, and the issuer was
told. A document says that somebody carried it; it does not make two travellers one. Nor does a link between
journeys (`history_core`): each decision says whose it was, and why it is shown.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.history_showing import HistoryView
from cordillera.desks.travellers.ingest import TRAVELLER
from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.desks.travellers.people_store import opened
from cordillera.desks.travellers.reservation_showing_store import with_same_number
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.previous import Previous, PreviousDecisions

_MOST: Final = 50


class Ground(StrEnum):
    """Why a decision is shown: it is this traveller's, that of their document, or of a linked journey."""

    OWN = "own"
    DOCUMENT = "document"
    JOURNEY = "journey"


class Concluded(msgspec.Struct, frozen=True):
    """A decision, the traveller whose alert it closed, and why it is shown."""

    traveller_id: UUID
    previous: Previous
    ground: Ground


class Conclusions:
    """Finds what was concluded, for an officer whose consultation is written down already."""

    def __init__(self, sealer: FieldSealer, masking: Masking, decisions: PreviousDecisions) -> None:
        self._sealer = sealer
        self._masking = masking
        self._decisions = decisions

    def of(
        self, tx: sa.Connection, traveller: TravellerRow, linked: Collection[UUID] = ()
    ) -> tuple[Concluded, ...]:
        """Return decisions about a traveller as shown and about `linked` ones, the newest first.

        A traveller whose document is not shown any more is not compared, and none such is found.
        """
        grounds = dict.fromkeys((str(one) for one in linked), Ground.JOURNEY)
        grounds |= dict.fromkeys((str(one) for one in self._same_document(tx, traveller)), Ground.DOCUMENT)
        grounds.pop(str(traveller.id), None)
        grounds = {str(traveller.id): Ground.OWN, **grounds}
        return tuple(
            Concluded(UUID(one.alert.subject_ref), one, grounds[one.alert.subject_ref])
            for one in self._decisions.about(tx, TRAVELLER, list(grounds))
        )

    def _same_document(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[UUID, ...]:
        mine = _documents(traveller.facts)
        if not mine:
            return ()
        found = opened(tx, self._sealer, with_same_number(tx, traveller.id, _MOST))
        shown = self._masking.shown(tx, [one.row for one in found])
        return tuple(row.id for row in shown if _documents(row.facts) & mine)


def named_in(history: HistoryView) -> list[UUID]:
    """Return whose journeys are linked and may still be seen by name."""
    return [one.traveller_id for one in history.journeys if one.facts.full_name or one.facts.family_names]


def _documents(facts: TravellerFacts) -> set[tuple[str, str, str]]:
    return {(one.number, one.issuer, one.type) for one in facts.documents if one.number and one.issuer}
