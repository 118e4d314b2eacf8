"""A download that stops in the middle, at many places and in every format: the old list stays."""

import gzip
from itertools import product

import pytest
from tests.desks.people.conftest import *  # noqa: F403 - the fixtures of the desk
from tests.desks.people.lists_world import Site, serving, un_list
from tests.engines.watchlists.samples import EU, FTM, OFAC_XML

from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_model import ListSource
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.people.service import WatchlistService
from cordillera.foundation.store.database import Scope, Store

BY = Actor("ana", "EC-PN", "operation")
WHOLE = {
    ListFormat.UN_XML: un_list(20),
    ListFormat.EU_XML: EU,
    ListFormat.OFAC_XML: OFAC_XML,
    ListFormat.FTM: FTM,
}


@pytest.mark.parametrize("form", WHOLE)
def test_a_cut_download_changes_nothing(store: Store, people: WatchlistService, form: ListFormat) -> None:
    desk, raw = ListDesk(people.keeper, "EC-PN"), WHOLE[form]
    with serving(Site({"/list": raw})) as site:
        source = ListSource(list_name="L", format=form, kind="url", place=f"{site.url}/list")
        desk.updater.put_source(store, source, BY)
        assert desk.updater.look(store, "L").outcome == "activated"
        for body, share in product((raw, gzip.compress(raw)), (0.1, 0.5, 0.9)):
            site.files["/list"] = body[: int(len(body) * share)]
            assert desk.updater.look(store, "L").outcome == "failed"
        site.files["/list"] = raw + b"\n"
        site.announce["/list"] = len(raw) + 1000
        assert desk.updater.look(store, "L").code == "people.list_unreachable"
    with store.transaction(Scope.node("test")) as tx:
        assert len(desk.versions(tx, "L")) == 1
        assert tx.exec_driver_sql("SELECT count(DISTINCT version_id) FROM watchlist_entry").scalar_one() == 1
