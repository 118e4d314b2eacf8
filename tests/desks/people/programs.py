"""A house with a list, and programs that ask it with tokens."""

from pathlib import Path

import pytest
from litestar.testing import TestClient
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.access.model import MachineSession


def person(number: int, given: str, family: str, born: str = "", passport: str = "") -> str:
    """An invented individual in the layout of the United Nations' list."""
    birth = (
        f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{born}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
        if born
        else ""
    )
    document = (
        f"<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>{passport}</NUMBER>"
        "</INDIVIDUAL_DOCUMENT>"
        if passport
        else ""
    )
    return (
        f"<INDIVIDUAL><FIRST_NAME>{given}</FIRST_NAME><SECOND_NAME>{family}</SECOND_NAME>"
        f"<REFERENCE_NUMBER>X.{number}/1</REFERENCE_NUMBER><NATIONALITY><VALUE>Nowhere</VALUE></NATIONALITY>"
        f"<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>El Apodo {number}</ALIAS_NAME>"
        "</INDIVIDUAL_ALIAS>"
        f"{birth}{document}</INDIVIDUAL>"
    )


def un_list(*individuals: str) -> bytes:
    """A list of 1 November 2026."""
    inside = "".join(individuals)
    return (
        f'<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS>{inside}</INDIVIDUALS>'
        "</CONSOLIDATED_LIST>"
    ).encode()


OTHERS = tuple(person(at, f"Inventada{at}", "Sin Parecido") for at in range(10, 22))
LIST = un_list(
    person(1, "Ana Lucia", "Velez Torres", "1980-05-17", "AB123456"),
    person(2, "Ruperto", "Ejemplo Guaraca", "1971-01-02"),
    person(3, "&lt;b&gt;Oscar&lt;/b&gt;", "Quishpe Inventado", "1969-03-04"),
    *OTHERS,
)


def take_in(house: House, raw: bytes, name: str = "UN") -> None:
    """Make `raw` the active version of a list."""
    with house.node.store.transaction(Scope("EC-PN", "setup")) as tx:
        by = Actor("node", "EC-PN", "setup")
        house.node.people.import_source(tx, SourceFiles(raw), (name, ListFormat.UN_XML), by, smaller=True)
        for update in house.node.people.keeper.waiting(tx):
            house.node.people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "setup"))


def program(house: House, scope: str = "match", name: str = "client") -> TestClient:
    """A program that brings a token of this scope."""
    with house.transaction() as tx:
        token = house.access.tokens.add(tx, "node", MachineSession(name, "EC-PN", scope))
    client = house.visitor()
    client.headers["authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def asked(store: Store, clock: FixedClock, tmp_path: Path) -> House:
    """A node with a list of three."""
    house = House(store, clock, tmp_path)
    take_in(house, LIST)
    return house


def leaves(house: House, kind: str = "consultation") -> list[dict[str, str]]:
    """What the ledger keeps of the programs' questions."""
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        rows = house.node.ledger.events(tx, subject_ref="people.match", limit=100)
    return [
        dict(row.detail) | {"actor": row.actor, "purpose": row.purpose} for row in rows if row.kind == kind
    ]
