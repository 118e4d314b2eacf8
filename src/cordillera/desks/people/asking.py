"""From a session to the actor that the ledger names.

>>> Actor("of-1", "EC-PN", "border_control").agency
'EC-PN'
"""

from cordillera.desks.people.model import Actor
from cordillera.trust.access.model import OfficerSession


def actor_of(session: OfficerSession) -> Actor:
    """Return who acts in a session."""
    return Actor(session.officer_id, session.agency, session.purpose)
