"""One person in one case, of the category asked for, from an index that names nobody (PCSC 5(1), LED 6)."""

from datetime import timedelta

import msgspec
import sqlalchemy as sa
from tests.sim.federation import GROUNDS, KNOWN, NODE, Pair
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.runtime.adapters import PartnerMatching
from cordillera.trust.exchange.kinds import KINDS
from cordillera.trust.exchange.model import PersonQuery
from cordillera.trust.exchange.policy import legal_of
from cordillera.trust.records.model import NewRecord

pytest_plugins = ["tests.sim.fixtures"]

LISTED = (
    '7001,"TOAPANTA QUILUMBA, Byron Efrain","individual","PRUEBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 05 Aug 1972."\n'
)


def test_no_type_of_message_asks_about_more_than_one_person():
    asking = {name for name in KINDS if name.startswith("query.")}
    assert asking == {"query.person"}
    assert KINDS["query.person"].counted
    plural = (name for name in PersonQuery.__struct_fields__ if name in {"people", "persons", "queries"})
    assert list(plural) == []


def test_each_of_purpose_offence_penalty_and_case_is_missed_by_its_article(pair: Pair):
    spoilt = {"purpose": "tourism", "offence": "jaywalking", "max_penalty_months": 12, "case_ref": ""}
    refused = {}
    for name, value in spoilt.items():
        outcome = pair.ec.ask(grounds=msgspec.structs.replace(GROUNDS, **{name: value}))
        assert outcome.query_id is None
        refused[name] = outcome.decision.violated
    assert all(refused.values())
    assert len(set(refused.values())) == len(spoilt)
    assert pair.us.scalar("SELECT count(*) FROM exchange_incoming") == 0


def test_the_receiver_checks_again_what_the_sender_let_pass(pair: Pair):
    """A sender that leaves its own policy out: the receiver's copy of the agreement refuses."""
    legal = msgspec.structs.replace(legal_of(pair.ec.identity, pair.ec.officer, GROUNDS), case_ref="")
    sealed = pair.ec.craft(pair.us, 1, payload_legal=legal)
    assert pair.ec.deliver(pair.us, sealed)[0].receipt is not None
    assert pair.us.scalar("SELECT outcome FROM exchange_incoming") == "refused"
    assert pair.us.matcher.asked == []


def test_a_query_for_suspects_never_returns_a_witness_or_a_victim(store, clock, tmp_path):
    """Only lists answer a query; people known as witness or victim stand in records, which it never reads."""
    node = House(store, clock, tmp_path).node
    now = clock.now()
    for category in ("witness", "victim"):
        new = NewRecord(
            record_id=uuid7(), origin="us", agreement_id="us-ec-2025", subject_category=category,
            kind="notice", handling={}, erase_after=now + timedelta(days=90),
            review_at=now + timedelta(days=30), message_id=uuid7(),
            body=msgspec.json.encode({"full_name": KNOWN}), received_from="us",
        )  # fmt: skip
        with store.transaction(NODE) as tx:
            node.records.keep(tx, new)
    with store.transaction(NODE) as tx:
        assert PartnerMatching(node.screener).match_all(tx, [PersonQuery(KNOWN)], 5) == [()]


def test_asking_for_a_witness_is_refused(pair: Pair):
    for category in ("witness", "victim", "other", ""):
        grounds = msgspec.structs.replace(GROUNDS, subject_category=category)
        assert pair.ec.ask(grounds=grounds).query_id is None


def test_a_dump_of_the_index_names_nobody(store, clock, tmp_path):
    node = House(store, clock, tmp_path).node
    with store.transaction(Scope("EC-PN", "lists")) as tx:
        source = SourceFiles(LISTED.encode())
        node.people.import_source(tx, source, ("prueba", ListFormat.OFAC_CSV), Actor("o", "EC-PN", "lists"))
    with store.transaction(NODE) as tx:
        tables = ("watchlist_version", "watchlist_entry", "watchlist_document", "watchlist_reference")
        dump = "".join(
            repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))
            for table in tables
            for row in tx.execute(sa.text(f"SELECT * FROM {table}"))
        )
    assert "prueba" in dump
    assert all(word not in dump.upper() for word in ("TOAPANTA", "QUILUMBA", "BYRON", "EFRAIN", "1972"))
