"""A list loses rows between two updates, at once or little by little: no person is unlisted unseen."""

from tests.desks.people.conftest import *  # noqa: F403 - the fixtures of the desk
from tests.desks.people.lists_world import un_list

from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_model import ListSource, Policy
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation.store.database import Scope, Store


def test_rows_dropped_at_once_wait_for_two_officers(store: Store, people: WatchlistService, tmp_path) -> None:
    desk, file = ListDesk(people.keeper, "EC-PN"), tmp_path / "un.xml"
    file.write_bytes(un_list(100))
    source = ListSource(list_name="UN", format=ListFormat.UN_XML, kind="file", place=str(file))
    desk.updater.put_source(store, source, Actor("ana", "EC-PN", "operation"))
    desk.updater.look(store, "UN")
    file.write_bytes(un_list(94))
    assert desk.updater.look(store, "UN").outcome == "waiting"
    with store.transaction(Scope.node("test")) as tx:
        (waiting,) = desk.keeper.waiting(tx)
        assert (waiting.officers_needed, waiting.counts.removed) == (2, 6)
        assert people.active(tx)[0].entries == 100


def test_rows_dropped_little_by_little_are_each_in_the_history(
    store: Store, people: WatchlistService, tmp_path
) -> None:
    """Within 5 % an update takes effect; every removal stays countable, and a policy may ask a person."""
    desk, file = ListDesk(people.keeper, "EC-PN"), tmp_path / "un.xml"
    file.write_bytes(un_list(100))
    source = ListSource(
        list_name="UN",
        format=ListFormat.UN_XML,
        kind="file",
        place=str(file),
        policy=Policy(largest_change=2),
    )
    desk.updater.put_source(store, source, Actor("ana", "EC-PN", "operation"))
    outcomes = []
    for people_left in (100, 99, 98, 95):
        file.write_bytes(un_list(people_left))
        outcomes.append(desk.updater.look(store, "UN").outcome)
    assert outcomes == ["activated", "activated", "activated", "waiting"]
    with store.transaction(Scope.node("test")) as tx:
        assert [update.counts.removed for update in desk.keeper.updates(tx, "UN")] == [3, 1, 1, 0]
