"""Three real nodes: EC and CL each share with US, and not with each other."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.sim.federation import SimNode, officer

from cordillera.foundation.explain import Term
from cordillera.foundation.ids import uuid7
from cordillera.foundation.settings import ExchangeSettings
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.runtime.ports import free_port
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.redress.model import Applicant, Kind, NewTicket, PersonDocument, Sought, Ticket
from cordillera.trust.redress.onward import Errands
from cordillera.trust.redress.service import RedressService
from cordillera.trust.review.model import AlertSubject, Finding, NewAlert, Retention

PERSON = "Rosario Quilumba Invented"
BORN = "1980-05-17"
DOCUMENT = "X1234567"
ABOUT = Sought(full_name=PERSON, date_of_birth=BORN, documents=(PersonDocument(DOCUMENT, "P", "EC"),))


class World(msgspec.Struct, frozen=True):
    """The nodes by country."""

    ec: SimNode
    us: SimNode
    cl: SimNode

    @property
    def all(self) -> tuple[SimNode, ...]:
        return (self.ec, self.us, self.cl)

    def carry(self, *ways: tuple[SimNode, SimNode]) -> None:
        for sender, taker in ways:
            sender.turn(taker.identity.id)
        self.sequence()

    def sequence(self) -> None:
        for node in self.all:
            while node.sequencer.run_once():
                pass

    def advance(self, step: timedelta) -> None:
        for node in self.all:
            node.clock.advance(step)


def clerk(node: SimNode, name: str = "clara") -> OfficerSession:
    return officer(node.identity.country, ("agreement_officer",), name)


def redress(node: SimNode) -> RedressService:
    return RedressService(node.flows.redress)


def errands(node: SimNode) -> int:
    return Errands(node.flows.redress).run_once(node.store)


def request(kind: Kind = Kind.ACCESS, about: Sought = ABOUT, **changes: object) -> NewTicket:
    applicant = Applicant(about.full_name, "self", "in_person", "1712345678")
    return NewTicket(**({"kind": kind, "about": about, "applicant": applicant} | changes))


def opened(node: SimNode, new: NewTicket, by: OfficerSession | None = None) -> Ticket:
    """Open a ticket and search, as the page does."""
    who = by or clerk(node)
    with node.store.transaction(who.scope) as tx:
        ticket_id = redress(node).open(tx, who, new)
    with node.store.transaction(who.scope) as tx:
        return redress(node).find(tx, who, ticket_id)


def shown(node: SimNode, ticket: Ticket) -> Ticket:
    who = clerk(node)
    with node.store.transaction(who.scope) as tx:
        return redress(node).show(tx, who, ticket.row.id)


def alert(node: SimNode, label: str = PERSON, identity: str = f"{DOCUMENT}|EC|{BORN}") -> str:
    now = node.clock.now()
    new = NewAlert(
        desk="travellers",
        agency=f"{node.identity.country}-PN",
        subject=AlertSubject("traveller", str(uuid7()), label, identity=identity),
        findings=(Finding("finding.list_match", 0.9, (Term("names.equal", 0.9),)),),
        keep=Retention(now + timedelta(days=365), now + timedelta(days=90)),
    )
    with node.store.transaction(node.officer.scope) as tx:
        return str(node.review.raise_alert(tx, new).alert_id)


@pytest.fixture
def world(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        nodes = []
        for country in ("EC", "US", "CL"):
            name = f"sim_{uuid7().hex[-16:]}"
            cluster.create_database(name, template="cordillera_template")
            stack.callback(cluster.drop_database, name)
            settings = ExchangeSettings(port=free_port(), answer_bucket_ms=100)
            node = SimNode(cluster.urls(name), tmp_path / country, country, settings)
            stack.callback(node.close)
            nodes.append(node)
        ec, us, cl = nodes
        for one, other in ((ec, us), (us, ec), (us, cl), (cl, us)):
            one.trust(other)
        found = World(ec, us, cl)
        found.sequence()
        for node in nodes:
            node.listen()
        yield found
