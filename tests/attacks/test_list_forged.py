"""Whoever sits between the node and the publisher changes the list, its hash, or signs with another key."""

import pytest
from tests.desks.people.conftest import *  # noqa: F403 - the fixtures of the desk
from tests.desks.people.lists_world import Minisign, Site, serving, sums_of, un_list

from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_model import ListSource
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation.store.database import Scope, Store

BY = Actor("ana", "EC-PN", "operation")
TRUE, FORGED = un_list(20), un_list(20).replace(b"PERSONA0003", b"OPPONENT")


@pytest.mark.parametrize("forgery", ["list", "list and sums", "everything, by another key", "old signature"])
def test_a_forged_list_never_takes_effect(store: Store, people: WatchlistService, forgery: str) -> None:
    desk, publisher, forger = ListDesk(people.keeper, "EC-PN"), Minisign(), Minisign()
    sums = sums_of("un.xml", TRUE)
    with serving(Site({"/un.xml": TRUE, "/sums": sums, "/sig": publisher.sign(sums)})) as site:
        places = {"place": f"{site.url}/un.xml", "sums": f"{site.url}/sums", "signature": f"{site.url}/sig"}
        source = ListSource(
            list_name="UN", format=ListFormat.UN_XML, kind="url", public_key=publisher.public, **places
        )
        desk.updater.put_source(store, source, BY)
        assert desk.updater.look(store, "UN").outcome == "activated"
        site.files["/un.xml"] = FORGED
        if forgery != "list":
            site.files["/sums"] = sums_of("un.xml", FORGED)
        if forgery.startswith("everything"):
            site.files["/sig"] = forger.sign(site.files["/sums"])
        state = desk.updater.look(store, "UN")
    assert state.code in {"people.list_hash_mismatch", "people.list_signature_wrong"}
    with store.transaction(Scope.node("test")) as tx:
        assert [version.entries for version in desk.versions(tx, "UN")] == [20]


def test_an_old_list_with_its_true_signature_waits_for_a_person(
    store: Store, people: WatchlistService
) -> None:
    """A replay: what the publisher signed a month ago is authentic, and out of date."""
    desk, publisher = ListDesk(people.keeper, "EC-PN"), Minisign()
    new, old = un_list(20, day="2026-11-20"), un_list(20, day="2026-10-20")
    with serving(Site({"/un.xml": new, "/sig": publisher.sign(new)})) as site:
        source = ListSource(
            list_name="UN", format=ListFormat.UN_XML, kind="url", public_key=publisher.public,
            place=f"{site.url}/un.xml", signature=f"{site.url}/sig",
        )  # fmt: skip
        desk.updater.put_source(store, source, BY)
        assert desk.updater.look(store, "UN").outcome == "activated"
        site.files |= {"/un.xml": old, "/sig": publisher.sign(old)}
        assert desk.updater.look(store, "UN").outcome == "waiting"
    with store.transaction(Scope.node("test")) as tx:
        assert people.active(tx)[0].stated_date == "2026-11-20"
        assert desk.keeper.waiting(tx)[0].reasons == ("lists.reason.older",)
