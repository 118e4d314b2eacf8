"""Attack: an older, laxer version of an agreement is put back, by an officer or by who owns the database."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from tests.trust.agreements.signing import LINKS, ONE, OTHER, second, settled, signed

from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.agreements.errors import AgreementTampered, VersionRolledBack
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.service import Ledger

NODE = Scope.node("test")
Owner = Callable[[str], None]


@pytest.fixture
def owner(database_urls) -> Owner:
    """Whoever holds the database: may change what the application may not."""

    def run(statement: str) -> None:
        engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
        with engine.begin() as tx:
            tx.execute(sa.text(statement))
        engine.dispose()

    return run


@pytest.fixture
def service(store: Store, keyring, clock) -> AgreementService:
    """A node that adopted version 2 and then version 3."""
    made = AgreementService(Ledger(keyring, clock, "ec.test"), clock, LINKS)
    third = {"from": "2026-12-01", "notice_months": 3}
    for raw in (
        signed(second("2026-11-21")),
        signed(settled(version=3, supersedes="us-ec-2025@2", valid=third)),
    ):
        for who in (ONE, OTHER):
            with store.transaction(who.scope) as tx:
                made.adoption.offer(tx, who, raw, "signed")
    return made


def test_an_older_version_is_not_adopted_again(store, service):
    for raw in (signed(second("2026-11-21")), signed(settled())):
        with pytest.raises(VersionRolledBack), store.transaction(ONE.scope) as tx:
            service.adoption.offer(tx, ONE, raw, "back to the old one")


def test_the_adopted_versions_hold(store, service):
    with store.transaction(NODE) as tx:
        assert service.check_adopted(tx) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM agreement_version WHERE version = 3",
        "DELETE FROM agreement_version",
        "UPDATE agreement_version SET version = 4 WHERE version = 3",
        "UPDATE agreement_version SET valid_from = valid_from + 1 WHERE version = 3",
        "UPDATE agreement_version SET valid_to = valid_to - 1 WHERE version = 2",
        "UPDATE agreement_version SET leaf = repeat('0', 64) WHERE version = 3",
        (
            "UPDATE agreement_version SET leaf = (SELECT leaf FROM agreement_version WHERE version = 2)"
            " WHERE version = 3"
        ),
    ],
)
def test_the_node_does_not_start_on_a_history_that_the_ledger_does_not_tell(store, service, owner, statement):
    owner(statement)
    with pytest.raises(AgreementTampered), store.transaction(NODE) as tx:
        service.check_adopted(tx)


def test_the_application_itself_can_neither_change_nor_remove_a_version(store, service):
    del service
    for statement in ("DELETE FROM agreement_version", "UPDATE agreement_version SET file = ''"):
        with pytest.raises(sa.exc.DBAPIError), store.transaction(NODE) as tx:
            tx.execute(sa.text(statement))
