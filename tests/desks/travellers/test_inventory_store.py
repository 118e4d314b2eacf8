"""Who is erased for their own request is gone from every message that named them."""

import sqlalchemy as sa

from cordillera.desks.travellers.inventory_store import forget_traveller
from cordillera.runtime.redress import UnreadInventory
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.redress.model import PersonDocument, Sought


def test_the_bytes_of_every_list_that_named_the_person_go(
    travellers, store, scope, origin, ana, paxlst, sealer
):
    lists = (
        paxlst("PEREZ:ANA", "SOTO:LUIS"),
        paxlst("PEREZ:ANA", reference="2"),
        paxlst("SOTO:LUIS", reference="3").replace(b"AB0000000", b"AB0000001"),
    )
    with store.transaction(scope) as tx:
        first, again, other = [travellers.ingest(tx, raw, origin) for raw in lists]
        assert (first.known, again.known, other.known) == (0, 1, 1)
        refs = tx.execute(
            sa.text("SELECT id FROM traveller WHERE message_id = :id"), {"id": first.message_id}
        ).scalars()
        (ref,) = [one for one in refs if travellers.traveller(tx, one).facts.family_names == "PEREZ"]
        assert forget_traveller(tx, ref, sealer)
    with store.transaction(ana.scope) as tx:
        assert travellers.message_bytes(tx, ana, first.message_id) == b""
        assert travellers.message_bytes(tx, ana, again.message_id) == b""
        assert b"SOTO" in travellers.message_bytes(tx, ana, other.message_id)


def test_a_list_that_tells_the_same_document_under_another_name_goes_too(
    travellers, store, scope, origin, ana, paxlst, sealer
):
    with store.transaction(scope) as tx:
        first = travellers.ingest(tx, paxlst("PEREZ:ANA"), origin)
        again = travellers.ingest(tx, paxlst("PERES:ANNA", reference="2"), origin)
        ref = tx.execute(
            sa.text("SELECT id FROM traveller WHERE message_id = :id"), {"id": first.message_id}
        ).scalar_one()
        assert forget_traveller(tx, ref, sealer)
    with store.transaction(ana.scope) as tx:
        assert travellers.message_bytes(tx, ana, again.message_id) == b""


def test_what_nobody_could_read_is_searched_and_goes_too(
    travellers, store, scope, origin, ana, paxlst, sealer, tmp_path
):
    """A quarantined message lives thirty days: long enough to outlive an erasure that does not look there."""
    unread = [b"%d rubbish " % n + b"PEREZ/ANA MRS 12C" for n in range(20)]
    others = [b"rubbish of SOTO/ANA, and far away " + b"." * 200 + b" MORA/LUIS", b"PEREZOSO ANAIS"]
    aside = {"a": b"PEREZ, Ana", "b": b"SOTO, Ana"}
    folder = tmp_path / "quarantine"
    folder.mkdir()
    for name, raw in aside.items():
        (folder / name).write_bytes(raw)
    with store.transaction(scope) as tx:
        (listed, *kept) = [
            travellers.ingest(tx, raw, origin) for raw in (paxlst("PEREZ:ANA"), *unread, *others)
        ]
        assert {one.status.value for one in kept} == {"quarantined"}
        ref = tx.execute(
            sa.text("SELECT id FROM traveller WHERE message_id = :id"), {"id": listed.message_id}
        ).scalar_one()
        assert forget_traveller(tx, ref, sealer, folder)
    with store.transaction(ana.scope) as tx:
        left = [travellers.message_bytes(tx, ana, one.message_id) for one in kept]
    assert [bool(one) for one in left] == [False] * len(unread) + [True] * len(others)
    assert [path.name for path in folder.iterdir()] == ["b"]


def test_who_is_told_of_by_unread_messages_alone_is_found_in_doubt_and_erased(
    travellers, store, scope, origin, ana, sealer, ledger
):
    inventory = UnreadInventory(sealer, ledger)
    about = Sought(full_name="Ana María Pérez", documents=(PersonDocument("AB-123456", "P"),))
    with store.transaction(scope) as tx:
        sent = [
            travellers.ingest(tx, raw, origin)
            for raw in (b"rubbish PEREZ/ANA", b"rubbish (ab123456)", b"rubbish SOTO/ANA")
        ]
        found = inventory.find(tx, about)
        assert [one.ref for one in found] == [str(one.message_id) for one in sent[:2]]
        assert not any(one.certain for one in found)
    with store.transaction(ana.scope) as tx:
        assert all(inventory.erase(tx, ana, one.ref, "R-1") for one in found)
        assert not inventory.erase(tx, ana, "00000000-0000-7000-8000-000000000000", "R-1")
        assert inventory.find(tx, about) == ()
        left = [bool(travellers.message_bytes(tx, ana, one.message_id)) for one in sent]
        assert left == [False, False, True]
        (leaf,) = ledger.events(tx, kind=LeafKind.ERASED, subject_ref=found[0].ref, limit=5)
        assert leaf.detail["record"] == "message"
