"""Names of files are kept sealed and shown to who may see the message."""

import msgspec
import sqlalchemy as sa

NAME = "lista de ana perez.edi"


def taken(travellers, store, scope, origin, raw, name):
    with store.transaction(scope) as tx:
        return travellers.ingest(tx, raw, msgspec.structs.replace(origin, name=name)).message_id


def shown(travellers, store, scope):
    with store.transaction(scope) as tx:
        return [row.name for row in travellers.messages(tx, None, 50, 0)]


def kept(store, scope):
    with store.transaction(scope) as tx:
        query = sa.text("SELECT name, named FROM traveller_message ORDER BY id")
        return [(row.name, bytes(row.named)) for row in tx.execute(query)]


def test_the_name_of_a_file_is_shown_and_lies_sealed(travellers, store, scope, origin, paxlst):
    message = taken(travellers, store, scope, origin, paxlst("PEREZ:ANA"), NAME)
    [(plain, sealed)] = kept(store, scope)
    assert plain == ""
    assert sealed
    assert NAME.encode() not in sealed
    assert shown(travellers, store, scope) == [NAME]
    with store.transaction(scope) as tx:
        assert travellers._board.message(tx, message)[0].name == NAME


def test_a_message_without_a_file_has_no_name_and_nothing_is_sealed(travellers, store, scope, origin, paxlst):
    taken(travellers, store, scope, origin, paxlst("PEREZ:ANA"), "")
    assert kept(store, scope) == [("", b"")]
    assert shown(travellers, store, scope) == [""]


def test_a_name_that_cannot_be_stored_as_it_is_is_told_as_far_as_it_can(
    travellers, store, scope, origin, paxlst
):
    taken(travellers, store, scope, origin, paxlst("PEREZ:ANA"), "a\udcff\x00.edi")
    assert shown(travellers, store, scope) == ["a\ufffd\ufffd.edi"]


def test_a_name_from_before_is_shown_as_it_was_kept(travellers, store, scope, origin, paxlst):
    taken(travellers, store, scope, origin, paxlst("PEREZ:ANA"), NAME)
    with store.transaction(scope) as tx:
        tx.execute(sa.text("UPDATE traveller_message SET name = 'old.edi', named = ''"))
    assert shown(travellers, store, scope) == ["old.edi"]
