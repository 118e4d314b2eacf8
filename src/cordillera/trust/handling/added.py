"""What this node's officers added to the markings of records, each record's restrictions joined.

The marking that a record came with is its originator's word; what is added here is ours, and nobody lifts it.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from cordillera.trust.handling import restriction_store as sql
from cordillera.trust.handling.model import Caveats, join
from cordillera.trust.handling.wire import caveats_of


def added(tx: sa.Connection, record_ids: Sequence[UUID]) -> dict[UUID, Caveats]:
    """Return what was added to each record; `OPEN` where nothing was."""
    rows = sql.of(tx, record_ids)
    return {one: join(*map(caveats_of, rows.get(one, ()))) for one in record_ids}
