"""Attack: an agreement's text is widened after the parties signed it, in a file or in the database."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from tests.trust.agreements.signing import LINKS, ONE, OTHER, second, signed

from cordillera.foundation.canonical import dumps, loads
from cordillera.foundation.crypto.digest import sha256
from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.agreements import reading
from cordillera.trust.agreements.errors import AgreementEdited, AgreementTampered, NotSigned
from cordillera.trust.agreements.service import AgreementService
from cordillera.trust.ledger.service import Ledger

NODE = Scope.node("test")
Owner = Callable[[str, dict[str, object]], None]


@pytest.fixture
def owner(database_urls) -> Owner:
    """Whoever holds the database."""

    def run(statement: str, values: dict[str, object]) -> None:
        engine = sa.create_engine(sa.make_url(database_urls.owner).set(drivername="postgresql+psycopg"))
        with engine.begin() as tx:
            tx.execute(sa.text(statement), values)
        engine.dispose()

    return run


@pytest.fixture
def service(keyring, clock) -> AgreementService:
    return AgreementService(Ledger(keyring, clock, "ec.test"), clock, LINKS)


def widened(raw: bytes) -> bytes:
    """The signed file with one field more that may leave, signatures untouched."""
    file = loads(raw)
    text = json.loads(file["agreement"])
    text["services"][0]["data_categories"][0]["fields_allowed"].append("home_address")
    return dumps(file | {"agreement": dumps(text).decode()})


def adopt(store: Store, service: AgreementService, raw: bytes) -> None:
    for who in (ONE, OTHER):
        with store.transaction(who.scope) as tx:
            service.adoption.offer(tx, who, raw, "signed")


def test_a_file_edited_after_it_was_signed_is_not_adopted(store, service):
    with pytest.raises(AgreementEdited):
        adopt(store, service, widened(signed(second())))
    with pytest.raises(NotSigned):
        adopt(store, service, second())


def test_an_edit_between_proposal_and_adoption_is_not_adopted(store, service, owner):
    raw = signed(second())
    with store.transaction(ONE.scope) as tx:
        proposed = service.adoption.offer(tx, ONE, raw, "signed")
    owner("UPDATE agreement_draft SET file = :file", {"file": widened(raw)})
    with pytest.raises(AgreementEdited), store.transaction(OTHER.scope) as tx:
        service.adoption.adopt(tx, OTHER, proposed.agreement_hash, "agreed")


@pytest.mark.parametrize("rename", [False, True], ids=["hash_kept", "hash_changed_too"])
def test_the_node_neither_starts_nor_decides_on_a_text_edited_in_the_database(store, service, owner, rename):
    raw = signed(second("2026-11-21"))
    adopt(store, service, raw)
    edited = widened(raw)
    told = sha256(loads(edited)["agreement"].encode()).hex() if rename else sha256(b"").hex()
    values = {"file": edited, "hash": told, "rename": rename}
    owner(
        "UPDATE agreement_version SET file = :file,"
        " agreement_hash = CASE WHEN :rename THEN :hash ELSE agreement_hash END WHERE version = 2",
        values,
    )
    with pytest.raises(AgreementTampered), store.transaction(NODE) as tx:
        service.check_adopted(tx)
    reading.forget_texts()
    if not rename:
        with pytest.raises(CordilleraError), store.transaction(NODE) as tx:
            service.book(tx)
