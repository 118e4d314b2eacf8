"""Each way of collecting, consulting, altering, disclosing, erasing leaves exactly one leaf (LED art. 25)."""

from datetime import timedelta

import pytest
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.engines.names.model import Subject
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.errors import PurposeRefused
from cordillera.trust.ledger.purposes import LOG_PURPOSES, check_purpose
from cordillera.trust.redress.model import Applicant, Kind, NewTicket, Sought
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

LISTED = (
    '7001,"TOAPANTA QUILUMBA, Byron Efrain","individual","PRUEBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 05 Aug 1972."\n'
)
PAXLST = (
    b"UNB+UNOC:3+XAIR+ECMIG+261121:1000+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA12'LOC+125+BOG'"
    b"DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'NAD+FL+++TOAPANTA QUILUMBA:BYRON EFRAIN'"
    b"DTM+329:720805'DOC+P:110:111+AB1234567'CNT+42:1'UNT+11+1'UNZ+1+1'"
)
ABOUT = Sought(full_name="Byron Toapanta", date_of_birth="1972-08-05")


class Counted:
    """A node, and how many leaves each act wrote."""

    def __init__(self, site: House) -> None:
        self.site, self.node = site, site.node
        assert self.node.redress.authority  # the node's first keys are made, and their leaves written
        site.officer("vigia", Role.WATCH_OFFICER, Role.ANALYST, Role.AGREEMENT_OFFICER)
        _, self.who = site.session("vigia")
        self.by = Actor(self.who.officer_id, self.who.agency, self.who.purpose)

    def leaves(self) -> list[str]:
        with self.node.store.transaction(Scope.node("oversight")) as tx:
            return [row.kind for row in self.node.ledger.events(tx, limit=500)]

    def new(self, act) -> list[str]:
        """The kinds of the leaves that an act adds."""
        before = len(self.leaves())
        with self.node.store.transaction(self.who.scope) as tx:
            act(tx)
        found = self.leaves()
        return sorted(found[: len(found) - before])


@pytest.fixture
def here(store, clock, tmp_path) -> Counted:
    return Counted(House(store, clock, tmp_path))


def test_each_act_leaves_exactly_one_leaf(here, clock):
    node, who = here.node, here.who
    source = SourceFiles(LISTED.encode())
    target = ("prueba", ListFormat.OFAC_CSV)
    assert here.new(lambda tx: node.people.import_source(tx, source, target, here.by)) == ["list.changed"]
    origin = Origin(Channel.FILE, "f", "EC-PN")
    taken = here.new(lambda tx: node.travellers.ingest(tx, PAXLST, origin))
    assert taken == ["alert.raised", "collection"]  # collected, and one alert raised: one leaf each
    with node.store.transaction(who.scope) as tx:
        one = node.review.queue(tx, QueueFilter()).rows[0].id
    subject = Subject("s", "Byron Toapanta")
    acts = {
        "consult the queue": (lambda tx: node.review.consult(tx, who, QueueFilter()), ["consultation"]),
        "open an alert": (lambda tx: node.review.get(tx, who, one), ["consultation"]),
        "take it": (lambda tx: node.review.assign(tx, who, one), ["alert.assigned"]),
        "export": (lambda tx: node.review.export(tx, who, QueueFilter()), ["exported"]),
        "search": (lambda tx: node.people.search(tx, subject, here.by), ["consultation"]),
        "decide": (
            lambda tx: node.review.decide(tx, who, one, Ruling(Outcome.CONFIRMED, "The same person")),
            ["decision"],
        ),
        "undo": (lambda tx: node.review.undo(tx, who, one), ["decision"]),
        "open a ticket": (
            lambda tx: node.redress.open(
                tx, who, NewTicket(Kind.ACCESS, ABOUT, Applicant("Byron", "self", "notary", "1712345678"))
            ),
            ["redress"],
        ),
    }
    assert {name: here.new(act) for name, (act, _) in acts.items()} == {
        name: leaves for name, (_, leaves) in acts.items()
    }
    before = here.leaves().count("erased")
    clock.advance(timedelta(days=4000))
    groups = node.safeguards.run_once(node.store)
    erased = here.leaves().count("erased") - before
    assert erased == groups.groups + groups.keys_without_owner


def test_logs_are_read_for_four_purposes_only():
    assert set(LOG_PURPOSES) == {"lawfulness", "self-check", "security", "criminal-proceedings"}
    for other in ("", "performance", "border_control", "statistics", "lawfulness "):
        with pytest.raises(PurposeRefused):
            check_purpose(other)
