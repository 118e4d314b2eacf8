"""A partner floods one entry with aliases, documents and long values: it is cut, counted, and waits."""

import json
import time

from tests.desks.people.conftest import *  # noqa: F403 - the fixtures of the desk
from tests.engines.watchlists.samples import ftm, lines

from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_model import ListSource
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.watchlists.ftm import read_ftm
from cordillera.engines.watchlists.limits import MAX_DOCUMENTS
from cordillera.engines.watchlists.source import ListFile
from cordillera.foundation.store.database import Scope, Store


def flood(size: int) -> bytes:
    names = [f"Alias {n} Inventado" for n in range(size)]
    numbers = [f"AB{n:07}" for n in range(size)]
    return lines(
        ftm("Person", "p", name="Ana Velez", alias=names, passportNumber=numbers, address="x" * 5_000)
    )


def test_an_entry_is_cut_at_its_limits_and_the_rest_counted() -> None:
    began = time.process_time()
    reading = read_ftm(ListFile.of(flood(50_000)))
    (entity,) = reading
    assert time.process_time() - began < 5
    assert (len(entity.names), len(entity.documents), entity.addresses) == (1_000, MAX_DOCUMENTS, ())
    assert reading.tally.capped == 50_001 - 1_000 + 50_000 - MAX_DOCUMENTS + 1


def test_many_invented_properties_cost_little_memory() -> None:
    names = {f"p{n}": ["x"] for n in range(50_000)}
    raw = json.dumps({"id": "p", "schema": "Person", "properties": {"name": ["Ana"], **names}}).encode()
    reading = read_ftm(ListFile.of(raw))
    assert len(list(reading)) == 1
    assert reading.tally.left == 50_000


def test_a_flooded_update_waits_for_a_person(store: Store, people: WatchlistService, tmp_path) -> None:
    desk, file = ListDesk(people.keeper, "EC-PN"), tmp_path / "list.json"
    file.write_bytes(lines(*(ftm("Person", f"p{n}", name=f"Ana {n}") for n in range(50))))
    source = ListSource(list_name="L", format=ListFormat.FTM, kind="file", place=str(file))
    desk.updater.put_source(store, source, Actor("ana", "EC-PN", "operation"))
    assert desk.updater.look(store, "L").outcome == "activated"
    file.write_bytes(file.read_bytes() + flood(20_000))
    assert desk.updater.look(store, "L").outcome == "waiting"
    with store.transaction(Scope.node("test")) as tx:
        (waiting,) = desk.keeper.waiting(tx)
        assert waiting.reasons == ("lists.reason.capped",)
        assert people.active(tx)[0].names == 50


def test_a_flood_taken_in_by_hand_or_by_a_program_waits_as_well(
    store: Store, people: WatchlistService
) -> None:
    by = Actor("ana", "EC-PN", "operation")
    before = lines(*(ftm("Person", f"p{n}", name=f"Ana {n}") for n in range(50)))
    others = before + lines(*(ftm("Person", f"q{n}", name=f"Other {n}") for n in range(60)))
    with store.transaction(Scope.node("test")) as tx:
        assert not people.import_source(tx, SourceFiles(before), ("L", ListFormat.FTM), by).version.waiting
    for content, reason in ((before + flood(20_000), "capped"), (others, "change")):
        with store.transaction(Scope.node("test")) as tx:
            assert people.import_source(tx, SourceFiles(content), ("L", ListFormat.FTM), by).version.waiting
            (waiting,) = people.keeper.waiting(tx)
            assert f"lists.reason.{reason}" in waiting.reasons
            assert people.active(tx)[0].names == 50
