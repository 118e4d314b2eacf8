"""What became of a version's hits: officers' decisions, and what happened at the border after them.

A decision about an alert that a list raised too says nothing of the rule; a check at the border says more
than the decision before it (`disposition_core.verdict`).
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from cordillera.desks.travellers import rules_hits_store as sql
from cordillera.desks.travellers.disposition_core import Verdict, verdict
from cordillera.desks.travellers.disposition_store import newest
from cordillera.desks.travellers.rules_model import Tally
from cordillera.trust.review.service import ReviewService


def tally_of(
    tx: sa.Connection, review: ReviewService, rule_id: UUID, when: tuple[datetime, datetime]
) -> Tally:
    """Count a version's hits since a moment and since midnight, and what became of those on rules alone."""
    since, midnight = when
    endings = review.endings(tx, sql.alerts_of(tx, rule_id, since))
    became = newest(tx, endings)
    alone = Counter(verdict(one.outcome, became.get(ref)) for ref, one in endings.items() if not one.on_list)
    return Tally(
        hits=sql.hits_since(tx, [rule_id], since).get(rule_id, 0),
        hits_today=sql.hits_since(tx, [rule_id], midnight).get(rule_id, 0),
        open=alone[Verdict.OPEN],
        confirmed=alone[Verdict.RIGHT],
        false_alerts=alone[Verdict.FALSE],
        missed=alone[Verdict.MISSED],
        mixed=sum(one.on_list for one in endings.values()),
    )
