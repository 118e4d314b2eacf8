"""Every kind of record this node keeps, each with how it is erased when its term is over."""

from cordillera.desks.people.person_retention import ERASABLES as PERSONS
from cordillera.desks.people.retention import ERASABLES as LISTS
from cordillera.desks.travellers.retention import ERASABLES as TRAVELLERS
from cordillera.trust.access.retention import ERASABLES as OFFICERS
from cordillera.trust.attachments.retention import ERASABLES as ATTACHED
from cordillera.trust.exchange.retention import ERASABLES as QUERIES
from cordillera.trust.followup.retention import ERASABLES as FOLLOWUPS
from cordillera.trust.ledger.retention import ERASABLES as DETAILS
from cordillera.trust.lookup.retention import ERASABLES as LOOKUPS
from cordillera.trust.notices.retention import ERASABLES as NOTICES
from cordillera.trust.records.retention import erasables as records_of
from cordillera.trust.records.service import Records
from cordillera.trust.redress.retention import ERASABLES as REQUESTS
from cordillera.trust.review.retention import ERASABLES as ALERTS
from cordillera.trust.safeguards.ports import Erasable


def erasables_of(records: Records) -> tuple[Erasable, ...]:
    """Return the kinds in the order in which they are erased: what is made of something goes before it."""
    return (
        *(*TRAVELLERS, *ALERTS, *LISTS, *PERSONS, *QUERIES, *LOOKUPS, *ATTACHED, *OFFICERS, *DETAILS),
        *(*records_of(records, records), *REQUESTS, *NOTICES, *FOLLOWUPS),
    )
