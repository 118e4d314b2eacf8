"""What follow-up asks of others; the composition root decides who answers."""

from typing import Protocol

import sqlalchemy as sa

from cordillera.trust.exchange.ports import Officer
from cordillera.trust.followup.model import CoreData


class Holdings(Protocol):
    """Knows what stands behind a reference that was given to a partner."""

    def behind(self, tx: sa.Connection, officer: Officer, reference: str) -> CoreData | None:
        """Return what is held about the person, for the officer to choose from; None when it is gone."""
        ...
