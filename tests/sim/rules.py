"""Officers who write, propose and activate rules on a whole node, and a traveller in its history."""

from contextlib import AbstractContextManager
from datetime import date

import sqlalchemy as sa
from tests.web.house import House

from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.rules_model import Limits, Pretest, RuleVersion, Seen
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import OfficerSession, Role

HISTORY = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA11'LOC+125+SCL'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++MORA:INES'UNT+9+1'UNZ+1+1'"
)
LIMITS = Limits(date(2027, 5, 1))
WHY = "ready to be used"


class Rulers:
    """An author and a second officer, both of whom hold both roles, so that only the law stops them."""

    def __init__(self, house: House) -> None:
        self.house = house
        for login in ("autora", "segunda"):
            house.officer(login, Role.ANALYST, Role.SUPERVISOR)
        _, self.author = house.session("autora")
        _, self.second = house.session("segunda")
        scope = Scope("EC-PN", "border.ingest")
        with house.node.store.transaction(scope) as tx:
            house.node.travellers.ingest(tx, HISTORY, Origin(Channel.FILE, "h.txt", "EC-PN"))

    def transaction(self, officer: OfficerSession) -> AbstractContextManager[sa.Connection]:
        """A transaction in the scope of an officer."""
        return self.house.node.store.transaction(officer.scope)


def proposed(
    rulers: Rulers, text: str, proposer: OfficerSession | None = None
) -> tuple[RuleVersion, Pretest]:
    """Save, pre-test and propose a rule."""
    rules, author = rulers.house.node.rules, rulers.author
    with rulers.transaction(author) as tx:
        saved = rules.save_draft(tx, author, text, LIMITS)
    pretest = rules.pretest(rulers.house.node.store, author, saved.id)
    with rulers.transaction(author) as tx:
        return rules.propose(tx, proposer or author, saved.id, WHY), pretest


def in_force(rulers: Rulers, text: str) -> RuleVersion:
    """Take a rule through its life until it judges travellers."""
    version, pretest = proposed(rulers, text)
    with rulers.transaction(rulers.second) as tx:
        seen = Seen(version.digest, pretest.id)
        return rulers.house.node.rules.activate(tx, rulers.second, version.id, seen, WHY)
