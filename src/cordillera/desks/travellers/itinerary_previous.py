"""What was concluded before about a traveller, and about whoever travelled on the same document.

Two travellers are of one document when its number, its issuing state and its type agree, and the issuer was
told. A document says that somebody carried it; it does not make two travellers one.
"""

from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from cordillera.desks.travellers.depersonalise import Masking
from cordillera.desks.travellers.ingest import TRAVELLER
from cordillera.desks.travellers.model import TravellerFacts, TravellerRow
from cordillera.desks.travellers.people_store import opened
from cordillera.desks.travellers.reservation_showing_store import with_same_number
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.review.previous import Previous, PreviousDecisions

_MOST: Final = 50


class Concluded(msgspec.Struct, frozen=True):
    """A decision, and the traveller whose alert it closed; `own` when it is this traveller's."""

    traveller_id: UUID
    previous: Previous
    own: bool


class Conclusions:
    """Finds what was concluded, for an officer whose consultation is written down already."""

    def __init__(self, sealer: FieldSealer, masking: Masking, decisions: PreviousDecisions) -> None:
        self._sealer = sealer
        self._masking = masking
        self._decisions = decisions

    def of(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[Concluded, ...]:
        """Return decisions about a traveller as shown, the newest first.

        A traveller whose document is not shown any more is not compared, and none such is found.
        """
        refs = [str(traveller.id), *(str(one) for one in self._same_document(tx, traveller))]
        return tuple(
            Concluded(UUID(one.alert.subject_ref), one, one.alert.subject_ref == str(traveller.id))
            for one in self._decisions.about(tx, TRAVELLER, refs)
        )

    def _same_document(self, tx: sa.Connection, traveller: TravellerRow) -> tuple[UUID, ...]:
        mine = _documents(traveller.facts)
        if not mine:
            return ()
        found = opened(tx, self._sealer, with_same_number(tx, traveller.id, _MOST))
        shown = self._masking.shown(tx, [one.row for one in found])
        return tuple(row.id for row in shown if _documents(row.facts) & mine)


def _documents(facts: TravellerFacts) -> set[tuple[str, str, str]]:
    return {(one.number, one.issuer, one.type) for one in facts.documents if one.number and one.issuer}
