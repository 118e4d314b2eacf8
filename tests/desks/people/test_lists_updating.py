"""Sources are looked at when their time has come; what goes wrong is told, and the old version stays."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.desks.people.lists_world import Minisign, Site, serving, sums_of, un_list

from cordillera.desks.people.errors import ListNameInvalid
from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_errors import (
    ListSignatureWrong,
    ListSourceNotFound,
    ListSourceUnsafe,
)
from cordillera.desks.people.lists_model import ListSource, Outcome, Policy
from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.watchlists.errors import ListMappingWrong
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.store.database import Scope, Store
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

SCOPE = Scope.node("test")
BY = Actor("ana", "EC-PN", "operation")


@pytest.fixture
def desk(people: WatchlistService) -> ListDesk:
    return ListDesk(people.keeper, "EC-PN")


def source(place: str, kind: str = "url", **more: object) -> ListSource:
    asked = {"every_minutes": 60, **more}
    return msgspec.convert(
        {"list_name": "UN", "format": ListFormat.UN_XML, "kind": kind, "place": place, **asked}, ListSource
    )


def active(store: Store, people: WatchlistService) -> list[int]:
    with store.transaction(SCOPE) as tx:
        return [version.entries for version in people.active(tx)]


def outcomes(store: Store, desk: ListDesk) -> list[tuple[str, str]]:
    with store.transaction(SCOPE) as tx:
        return [(update.outcome.value, update.code) for update in desk.keeper.updates(tx, "UN")]


def test_an_address_is_looked_at_when_its_time_has_come_and_asked_only_for_news(
    store: Store, desk: ListDesk, people: WatchlistService, clock: FixedClock, ledger: Ledger
) -> None:
    with serving(Site({"/un.xml": un_list(20)})) as site:
        desk.updater.put_source(store, source(f"{site.url}/un.xml"), BY)
        assert desk.updater.run_once(store) == 1
        assert active(store, people) == [20]
        assert desk.updater.run_once(store) == 0
        clock.advance(timedelta(minutes=61))
        assert desk.updater.run_once(store) == 1
        assert site.asked[0][1] == ""
        assert site.asked[1][1] != ""
        site.files["/un.xml"] = un_list(21, day="2026-11-20")
        clock.advance(timedelta(minutes=61))
        desk.updater.run_once(store)
    assert active(store, people) == [21]
    assert outcomes(store, desk) == [("activated", ""), ("activated", "")]
    with store.transaction(SCOPE) as tx:
        assert len(ledger.events(tx, kind=LeafKind.SETTINGS_CHANGED)) == 1
        (line,) = desk.lines(tx)
        assert line.source is not None
        assert (line.source.state.outcome, line.source.state.code) == ("activated", "")


def test_a_look_that_finds_nothing_new_keeps_the_list_fresh(
    store: Store, desk: ListDesk, people: WatchlistService, clock: FixedClock
) -> None:
    with serving(Site({"/un.xml": un_list(20)})) as site:
        desk.updater.put_source(store, source(f"{site.url}/un.xml", policy=Policy(stale_days=5)), BY)
        desk.updater.run_once(store)
        clock.advance(timedelta(days=6))
        with store.transaction(SCOPE) as tx:
            assert desk.troubles(tx).stale == 1
        assert desk.updater.look(store, "UN").outcome == "unchanged"
    with store.transaction(SCOPE) as tx:
        assert desk.troubles(tx).stale == 0
        assert people.active(tx)[0].stated_date == "2026-11-01"


@pytest.mark.parametrize("broken", ["404", "500", "garbage", "cut", "short"])
def test_whatever_a_server_does_the_old_list_stays_and_it_is_told_once(
    store: Store, desk: ListDesk, people: WatchlistService, broken: str, clock: FixedClock
) -> None:
    with serving(Site({"/un.xml": un_list(20)})) as site:
        desk.updater.put_source(store, source(f"{site.url}/un.xml"), BY)
        desk.updater.run_once(store)
        if broken.isdigit():
            site.status["/un.xml"] = int(broken)
        elif broken == "cut":
            site.files["/un.xml"] = un_list(30)[:-100]
        elif broken == "short":
            site.files["/un.xml"] = un_list(30)
            site.announce["/un.xml"] = len(un_list(30)) + 1000
        else:
            site.files["/un.xml"] = b"<html>come back later</html>"
        for _ in range(3):
            clock.advance(timedelta(hours=2))
            assert desk.updater.run_once(store) == 1
    assert active(store, people) == [20]
    told = outcomes(store, desk)
    assert len(told) == 2
    assert told[0][0] == "failed"
    assert told[0][1] in {"people.list_unreachable", "watchlist.unreadable", "watchlist.truncated"}
    with store.transaction(SCOPE) as tx:
        assert desk.troubles(tx).failing == 1


def test_a_failing_source_is_tried_again_soon(store: Store, desk: ListDesk, clock: FixedClock) -> None:
    with serving(Site()) as site:
        desk.updater.put_source(store, source(f"{site.url}/un.xml", every_minutes=1440), BY)
        state = desk.updater.look(store, "UN")
    assert state.next_at == clock.now() + timedelta(minutes=10)


def test_a_hash_and_a_signature_are_checked_over_the_sums_file(
    store: Store, desk: ListDesk, people: WatchlistService
) -> None:
    signer, raw = Minisign(), un_list(20)
    sums = sums_of("un.xml", raw)
    files = {"/un.xml": raw, "/SHA256SUMS": sums, "/SHA256SUMS.minisig": signer.sign(sums)}
    with serving(Site(files)) as site:
        proved = source(
            f"{site.url}/un.xml",
            sums=f"{site.url}/SHA256SUMS",
            signature=f"{site.url}/SHA256SUMS.minisig",
            public_key=signer.public,
        )
        desk.updater.put_source(store, proved, BY)
        assert desk.updater.look(store, "UN").outcome == "activated"
        site.files["/un.xml"] = un_list(21)
        assert desk.updater.look(store, "UN").code == "people.list_hash_mismatch"
        site.files["/SHA256SUMS"] = sums_of("un.xml", un_list(21))
        assert desk.updater.look(store, "UN").code == "people.list_signature_wrong"
        site.files["/SHA256SUMS.minisig"] = signer.sign(site.files["/SHA256SUMS"])
        assert desk.updater.look(store, "UN").outcome == "activated"
    assert active(store, people) == [21]


def test_a_source_that_lost_its_signature_waits_once_and_is_then_what_it_is(
    store: Store, desk: ListDesk, people: WatchlistService, clock: FixedClock
) -> None:
    signer, raw = Minisign(), un_list(20)
    with serving(Site({"/un.xml": raw, "/un.minisig": signer.sign(raw)})) as site:
        signed = {"signature": f"{site.url}/un.minisig", "public_key": signer.public}
        desk.updater.put_source(store, source(f"{site.url}/un.xml", **signed), BY)
        desk.updater.run_once(store)
        desk.updater.put_source(store, source(f"{site.url}/un.xml"), BY)
        site.files["/un.xml"] = un_list(21, day="2026-11-02")
        assert desk.updater.look(store, "UN").outcome == "waiting"
        assert active(store, people) == [20]
        with store.transaction(SCOPE) as tx:
            (update,) = desk.keeper.waiting(tx)
            assert update.reasons == ("lists.reason.proof",)
            assert update.version_id is not None
            desk.keeper.agree(tx, update.version_id, BY)
        site.files["/un.xml"] = un_list(22, day="2026-11-03")
        clock.advance(timedelta(minutes=61))
        assert desk.updater.look(store, "UN").outcome == "activated"
    assert active(store, people) == [22]


def test_a_redirect_is_followed_a_few_times_and_never_to_a_less_safe_place(
    store: Store, desk: ListDesk
) -> None:
    with serving(Site({"/un.xml": un_list(20)})) as site:
        site.status |= {"/a": 302, "/loop": 302, "/out": 302}
        site.location |= {"/a": "/un.xml", "/loop": "/loop", "/out": "http://192.0.2.1/un.xml"}
        desk.updater.put_source(store, source(f"{site.url}/a"), BY)
        assert desk.updater.look(store, "UN").outcome == "activated"
        desk.updater.put_source(store, source(f"{site.url}/loop"), BY)
        assert desk.updater.look(store, "UN").code == "people.list_unreachable"
        desk.updater.put_source(store, source(f"{site.url}/out"), BY)
        assert desk.updater.look(store, "UN").code == "people.list_source_unsafe"


def test_a_folder_gives_its_newest_file_and_no_unfinished_one(
    store: Store, desk: ListDesk, people: WatchlistService, tmp_path: Path
) -> None:
    (tmp_path / "un-2026-11-01.xml").write_bytes(un_list(20))
    os.utime(tmp_path / "un-2026-11-01.xml", (1, 1))
    desk.updater.put_source(store, source(str(tmp_path), "file"), BY)
    assert desk.updater.look(store, "UN").outcome == "activated"
    (tmp_path / "un-2026-11-20.xml").write_bytes(un_list(21))
    (tmp_path / "un-2026-11-21.xml.part").write_bytes(un_list(22))
    (tmp_path / ".hidden.xml").write_bytes(un_list(22))
    assert desk.updater.look(store, "UN").outcome == "activated"
    assert active(store, people) == [21]
    (tmp_path / "un-2026-11-20.xml").unlink()
    (tmp_path / "un-2026-11-01.xml").unlink()
    assert desk.updater.look(store, "UN").code == "people.list_file_missing"


def test_ofac_companions_are_fetched_beside_the_list(
    store: Store, desk: ListDesk, people: WatchlistService
) -> None:
    nulls = ",-0- " * 6
    sdn = f'7,"INVENTADA, Ana","individual","X",-0- {nulls},"DOB 1980."\r\n'.encode()
    files = {"/x/SDN.CSV": sdn, "/x/alt.csv": b'7,1,"aka","LA PROFE",-0- \r\n', "/x/add.csv": b""}
    with serving(Site(files)) as site:
        place = source(f"{site.url}/x/SDN.CSV", format=ListFormat.OFAC_CSV)
        desk.updater.put_source(store, place, BY)
        assert desk.updater.look(store, "UN").outcome == "activated"
    with store.transaction(SCOPE) as tx:
        assert people.active(tx)[0].names == 2


def test_a_large_change_waits_and_is_not_offered_again(
    store: Store, desk: ListDesk, people: WatchlistService, tmp_path: Path
) -> None:
    file = tmp_path / "un.xml"
    file.write_bytes(un_list(100))
    desk.updater.put_source(store, source(str(file), "file", policy=Policy(largest_change=10)), BY)
    desk.updater.look(store, "UN")
    file.write_bytes(un_list(150))
    assert desk.updater.look(store, "UN").outcome == "waiting"
    assert desk.updater.look(store, "UN").outcome == "unchanged"
    with store.transaction(SCOPE) as tx:
        (waiting,) = desk.keeper.waiting(tx)
        assert (waiting.outcome, waiting.reasons) == (Outcome.WAITING, ("lists.reason.change",))
        assert waiting.counts.added == 50
        assert desk.troubles(tx).waiting == 1
    assert active(store, people) == [100]


def test_only_the_version_in_use_is_kept_fresh_by_looks(
    store: Store, desk: ListDesk, tmp_path: Path, clock: FixedClock
) -> None:
    file = tmp_path / "un.xml"
    file.write_bytes(un_list(100))
    desk.updater.put_source(store, source(str(file), "file", policy=Policy(stale_days=5)), BY)
    desk.updater.look(store, "UN")
    file.write_bytes(un_list(50))
    desk.updater.look(store, "UN")
    clock.advance(timedelta(days=6))
    assert desk.updater.look(store, "UN").outcome == "unchanged"
    with store.transaction(SCOPE) as tx:
        assert (desk.troubles(tx).stale, desk.troubles(tx).waiting) == (1, 1)


def test_what_was_imported_by_hand_is_nothing_new_to_its_source(
    store: Store, desk: ListDesk, take_in: Callable[..., None], tmp_path: Path
) -> None:
    take_in(un_list(20))
    (tmp_path / "un.xml").write_bytes(un_list(20))
    desk.updater.put_source(store, source(str(tmp_path / "un.xml"), "file"), BY)
    assert desk.updater.look(store, "UN").outcome == "unchanged"
    with store.transaction(SCOPE) as tx:
        assert len(desk.versions(tx, "UN")) == 1


def test_sources_that_may_not_be_are_refused_when_configured(store: Store, desk: ListDesk) -> None:
    for place, kind in (
        ("http://example.test/list.xml", "url"),
        ("ftp://127.0.0.1/list.xml", "url"),
        ("https://user:word@example.test/list.xml", "url"),
        ("relative/list.xml", "file"),
    ):
        with pytest.raises(ListSourceUnsafe):
            desk.updater.put_source(store, source(place, kind), BY)
    with pytest.raises(ListSourceUnsafe):
        desk.updater.put_source(store, source("https://a.test/x", signature="https://a.test/y"), BY)
    with pytest.raises(ListSignatureWrong):
        desk.updater.put_source(store, source("https://a.test/x", public_key="none"), BY)
    unnamed = msgspec.structs.replace(source("https://a.test/x"), list_name="../x")
    with pytest.raises(ListNameInvalid):
        desk.updater.put_source(store, unnamed, BY)
    with pytest.raises(ListMappingWrong):
        desk.updater.put_source(store, source("https://a.test/x", mapping="none"), BY)


def test_a_source_is_forgotten_and_its_list_stays(
    store: Store, desk: ListDesk, people: WatchlistService, tmp_path: Path
) -> None:
    (tmp_path / "un.xml").write_bytes(un_list(20))
    desk.updater.put_source(store, source(str(tmp_path / "un.xml"), "file"), BY)
    desk.updater.look(store, "UN")
    desk.updater.remove_source(store, "UN", BY)
    for call in (lambda: desk.updater.look(store, "UN"), lambda: desk.updater.remove_source(store, "UN", BY)):
        with pytest.raises(ListSourceNotFound):
            call()
    assert active(store, people) == [20]
