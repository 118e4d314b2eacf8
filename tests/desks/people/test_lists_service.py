"""The life of a version: it takes effect, waits, is agreed to, refused, rolled back."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from tests.desks.people.lists_world import un_list

from cordillera.desks.people.errors import ListFormatChanged, ListShrank
from cordillera.desks.people.importing import ListImporter, Target
from cordillera.desks.people.lists_core import fresh_until, judge
from cordillera.desks.people.lists_desk import ListDesk
from cordillera.desks.people.lists_errors import (
    ListMovedOn,
    NothingWaits,
    ReasonMissing,
    SameOfficer,
    VersionNotFound,
)
from cordillera.desks.people.lists_model import Outcome, Policy, UpdateCounts
from cordillera.desks.people.model import Actor, ImportReport, ListFormat, ListVersion, SourceFiles
from cordillera.desks.people.retention import ERASABLES
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Subject
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger

FIRST_ID = UUID(int=1)
SCOPE = Scope.node("test")
FIRST = Actor("ana", "EC-PN", "operation")
SECOND = Actor("luis", "EC-PN", "operation")
REASON = "Checked with the publisher by phone"


@pytest.fixture
def desk(people: WatchlistService) -> ListDesk:
    return ListDesk(people.keeper, "EC-PN")


def take(store: Store, desk: ListDesk, raw: bytes, **choice: bool) -> ImportReport:
    with store.transaction(SCOPE) as tx:
        target = Target("UN", ListFormat.UN_XML, "un.xml")
        return desk.keeper.take_in(tx, SourceFiles(raw), target, FIRST, **choice)


def entries(store: Store, people: WatchlistService) -> list[int]:
    with store.transaction(SCOPE) as tx:
        return [version.entries for version in people.active(tx)]


def leaves(store: Store, ledger: Ledger, effect: str) -> int:
    with store.transaction(SCOPE) as tx:
        found = ledger.events(tx, kind=LeafKind.LIST_CHANGED)
    return sum((event.detail or {}).get("effect") == effect for event in found)


def test_an_import_says_what_it_added_removed_and_changed(store: Store, desk: ListDesk) -> None:
    first = take(store, desk, un_list(100))
    assert (first.added, first.removed, first.changed) == (100, 0, 0)
    second = take(store, desk, un_list(99, first=2).replace(b"PERSONA0050", b"PERSONA0050B"))
    assert (second.added, second.removed, second.changed) == (1, 2, 1)
    third = take(store, desk, un_list(99, first=2).replace(b"PERSONA0050", b"PERSONA0050B"))
    assert (third.added, third.removed, third.changed) == (0, 0, 0)


def test_a_version_on_hold_is_not_screened_until_somebody_agrees(
    store: Store, desk: ListDesk, people: WatchlistService, ledger: Ledger
) -> None:
    take(store, desk, un_list(20))
    held = take(store, desk, un_list(21), hold=True)
    asked = [Subject("s", "Persona0020 Inventada")]
    with store.transaction(SCOPE) as tx:
        assert all(hit.entry_id != "XXi.0020" for hit in people.lists.hits(tx, asked)[0])
    assert entries(store, people) == [20]
    with store.transaction(SCOPE) as tx:
        update = desk.keeper.agree(tx, held.version.version_id, FIRST)
    assert (update.outcome, update.first_officer) == (Outcome.ACTIVATED, "ana")
    assert entries(store, people) == [21]
    with store.transaction(SCOPE) as tx:
        assert people.lists.hits(tx, asked)[0][0].entry_id == "XXi.0020"
    assert (leaves(store, ledger, "waiting"), leaves(store, ledger, "activated")) == (1, 2)


def test_a_smaller_list_needs_two_different_officers(
    store: Store, desk: ListDesk, people: WatchlistService, ledger: Ledger
) -> None:
    take(store, desk, un_list(100))
    with pytest.raises(ListShrank) as caught:
        take(store, desk, un_list(80))
    assert (caught.value.facts["active"], caught.value.facts["new"]) == (100, 80)
    version = take(store, desk, un_list(80), smaller=True).version
    assert entries(store, people) == [100]
    with store.transaction(SCOPE) as tx, pytest.raises(SameOfficer):
        desk.keeper.agree(tx, version.version_id, FIRST)
    with store.transaction(SCOPE) as tx:
        update = desk.keeper.agree(tx, version.version_id, SECOND)
    assert (update.first_officer, update.second_officer, update.officers_needed) == ("ana", "luis", 2)
    assert update.reasons == ("lists.reason.entries", "lists.reason.bytes", "lists.reason.removed")
    assert entries(store, people) == [80]
    assert leaves(store, ledger, "activated") == 2


def test_a_refused_version_is_erased_with_its_key_and_leaves_its_reason(
    store: Store, desk: ListDesk, people: WatchlistService, ledger: Ledger
) -> None:
    take(store, desk, un_list(20))
    version = take(store, desk, un_list(21), hold=True).version
    with store.transaction(SCOPE) as tx:
        with pytest.raises(ReasonMissing):
            desk.keeper.refuse(tx, version.version_id, SECOND, " no ")
        update = desk.keeper.refuse(tx, version.version_id, SECOND, REASON)
    assert (update.outcome, update.code) == (Outcome.REFUSED, REASON)
    assert (entries(store, people), leaves(store, ledger, "refused")) == ([20], 1)
    with store.transaction(SCOPE) as tx:
        assert desk.keeper.waiting(tx) == ()
        assert desk.keeper.updates(tx, "UN")[0].code == REASON
        with pytest.raises(VersionNotFound):
            desk.keeper.agree(tx, version.version_id, FIRST)


def test_a_newer_version_takes_the_place_of_one_that_waits(store: Store, desk: ListDesk) -> None:
    take(store, desk, un_list(20))
    take(store, desk, un_list(21), hold=True)
    newer = take(store, desk, un_list(22), hold=True).version
    with store.transaction(SCOPE) as tx:
        (waiting,) = desk.keeper.waiting(tx)
        replaced = [one for one in desk.keeper.updates(tx) if one.code == "lists.replaced_by_newer"]
    assert waiting.version_id == newer.version_id
    assert [one.outcome for one in replaced] == [Outcome.REFUSED]


def test_nobody_agrees_to_a_difference_that_is_no_longer_true(store: Store, desk: ListDesk) -> None:
    take(store, desk, un_list(20))
    take(store, desk, un_list(22))
    with store.transaction(SCOPE) as tx:
        old = desk.versions(tx, "UN")[1]
    take(store, desk, un_list(100))
    with store.transaction(SCOPE) as tx:
        waiting = desk.keeper.roll_back(tx, old.version_id, FIRST, REASON)
        assert waiting.outcome is Outcome.WAITING
    with store.transaction(SCOPE) as tx:
        tx.execute(sa.text("UPDATE watchlist_update SET replaces = version_id WHERE outcome = 'waiting'"))
        with pytest.raises(ListMovedOn):
            desk.keeper.agree(tx, old.version_id, SECOND)


def test_an_earlier_version_comes_back_with_a_reason(
    store: Store, desk: ListDesk, people: WatchlistService, ledger: Ledger, clock: FixedClock
) -> None:
    take(store, desk, un_list(100))
    with store.transaction(SCOPE) as tx:
        old = people.active(tx)[0]
    take(store, desk, un_list(101))
    clock.advance(timedelta(days=1))
    with store.transaction(SCOPE) as tx:
        with pytest.raises(ReasonMissing):
            desk.keeper.roll_back(tx, old.version_id, FIRST, "")
        update = desk.keeper.roll_back(tx, old.version_id, FIRST, REASON)
        assert update.outcome is Outcome.ROLLED_BACK
        with pytest.raises(VersionNotFound):
            desk.keeper.roll_back(tx, old.version_id, FIRST, REASON)
        back = people.active(tx)[0]
    assert (back.version_id, back.erase_after) == (old.version_id, old.erase_after)
    assert (entries(store, people), leaves(store, ledger, "rolled back")) == ([100], 1)
    with store.transaction(SCOPE) as tx:
        assert people.lists.hits(tx, [Subject("s", "Persona0099 Inventada")])[0]


def test_a_much_smaller_earlier_version_comes_back_only_with_two(
    store: Store, desk: ListDesk, people: WatchlistService
) -> None:
    take(store, desk, un_list(50))
    with store.transaction(SCOPE) as tx:
        old = people.active(tx)[0]
    doubled = take(store, desk, un_list(100)).version
    assert entries(store, people) == [50]  # condition 5 holds by hand as well
    with store.transaction(SCOPE) as tx:
        desk.keeper.agree(tx, doubled.version_id, FIRST)
        desk.keeper.roll_back(tx, old.version_id, FIRST, REASON)
    assert entries(store, people) == [100]
    with store.transaction(SCOPE) as tx:
        desk.keeper.refuse(tx, old.version_id, SECOND, REASON)
        assert len(desk.versions(tx, "UN")) == 2
        desk.keeper.roll_back(tx, old.version_id, FIRST, REASON)
        desk.keeper.agree(tx, old.version_id, SECOND)
        with pytest.raises(NothingWaits):
            desk.keeper.agree(tx, old.version_id, SECOND)
    assert entries(store, people) == [50]


def test_the_delta_names_each_entry_once(store: Store, desk: ListDesk) -> None:
    old = take(store, desk, un_list(30)).version
    new = take(store, desk, un_list(30, first=1).replace(b"PERSONA0005", b"PERSONA5")).version
    with store.transaction(SCOPE) as tx:
        delta = desk.differences.delta(tx, old.version_id, new.version_id)
        assert (delta.added, delta.removed, delta.changed) == (("XXi.0030",), ("XXi.0000",), ("XXi.0005",))
        whole = desk.differences.delta(tx, None, old.version_id)
        assert (len(whole.added), whole.removed, whole.changed) == (30, (), ())
        assert desk.differences.delta(tx, new.version_id, None).size == 30
        pairs = list(desk.differences.differing(tx, old.version_id, new.version_id))
        assert len(pairs) == 3
        with pytest.raises(VersionNotFound):
            desk.differences.delta(tx, FIRST_ID, new.version_id)


def test_a_difference_is_shown_page_by_page_and_field_by_field(
    store: Store, desk: ListDesk, ledger: Ledger
) -> None:
    old = take(store, desk, un_list(60)).version
    born = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>1980-05-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    new = take(store, desk, un_list(60, more=born)).version
    with store.transaction(SCOPE) as tx:
        page = desk.differences.page(tx, old.version_id, new.version_id, 3, FIRST)
        assert (page.pages, page.page, len(page.rows)) == (3, 3, 10)
        (field,) = page.rows[0].fields
        assert (field.label, field.before, field.after) == ("people.field.birth", (), ("1980-05-04",))
        assert desk.differences.page(tx, old.version_id, new.version_id, 99, FIRST).page == 3
        assert len(ledger.events(tx, kind=LeafKind.CONSULTATION)) == 2


def test_judging_names_each_condition() -> None:
    active = version(entries=100, size=1000, made=date(2026, 11, 1))
    new = version(entries=100, size=1000, made=date(2026, 11, 2))
    policy, counts = Policy(), UpdateCounts()

    def reasons(*, changed: UpdateCounts = counts, by: Policy = policy, **other: object) -> set[str]:
        return set(judge(by, active, msgspec.structs.replace(new, **other), changed).reasons)

    assert judge(policy, active, new, counts).officers == 0
    with pytest.raises(ListFormatChanged):
        reasons(format="ftm")
    assert reasons(entries=94) == {"lists.reason.entries"}
    assert reasons(source_bytes=940) == {"lists.reason.bytes"}
    assert reasons(entries=95, source_bytes=950) == set()
    assert reasons(list_date=date(2026, 10, 31)) == {"lists.reason.older"}
    assert reasons(list_date=None) == {"lists.reason.older"}
    assert reasons(changed=UpdateCounts(added=11, changed=10)) == {"lists.reason.change"}
    assert reasons(changed=UpdateCounts(added=20)) == set()
    assert reasons(capped_values=3) == {"lists.reason.capped"}
    assert reasons(by=Policy(automatic=False)) == {"lists.reason.policy"}
    assert judge(Policy(automatic=False), None, new, counts).officers == 1
    assert reasons(changed=UpdateCounts(added=6, removed=6)) == {"lists.reason.removed"}  # 8
    assert reasons(changed=UpdateCounts(added=5, removed=5)) == set()
    assert reasons(changed=UpdateCounts(changed=2, emptied=2)) == {"lists.reason.emptied"}  # 9
    assert reasons(changed=UpdateCounts(changed=1, emptied=1)) == set()
    assert reasons(refused_fields=6) == {"lists.reason.refused"}  # 10
    assert reasons(refused_fields=5, unread_fields=5) == set()
    assert reasons(unread_fields=6) == {"lists.reason.unread"}  # 11
    assert reasons(changed=UpdateCounts(proof="sums", proof_before="signature")) == {"lists.reason.proof"}
    assert reasons(changed=UpdateCounts(proof="signature", proof_before="sums")) == set()  # 12


def test_what_a_version_no_longer_holds_needs_two_officers_and_what_it_holds_otherwise_one() -> None:
    active = version(entries=100, size=1000, made=date(2026, 11, 1))
    for counts, officers in (
        (UpdateCounts(removed=6), 2),
        (UpdateCounts(changed=30), 1),
        (UpdateCounts(changed=2, emptied=2), 1),
        (UpdateCounts(removed=6, changed=30), 2),
    ):
        assert judge(Policy(), active, active, counts).officers == officers


def test_two_entries_may_differ_however_tiny_the_list_unless_nothing_may() -> None:
    tiny = version(entries=2, size=100, made=date(2026, 11, 1))
    for counts, reasons in (
        (UpdateCounts(changed=2), ()),
        (UpdateCounts(added=1, changed=1), ()),
        (UpdateCounts(added=2, changed=1), ("lists.reason.change",)),
        (UpdateCounts(removed=1), ("lists.reason.removed",)),
    ):
        assert judge(Policy(), tiny, tiny, counts).reasons == reasons
    never = Policy(largest_change=0)
    assert judge(never, tiny, tiny, UpdateCounts(changed=1)).reasons == ("lists.reason.change",)


def test_entries_that_lose_what_they_are_known_by_wait_for_an_officer(store: Store, desk: ListDesk) -> None:
    born = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>1980-05-04</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
    first = un_list(40, more=born)
    take(store, desk, first)
    one = first.replace(born.encode(), b"", 1)
    held = take(store, desk, one)
    assert held.version.waiting
    with store.transaction(SCOPE) as tx:
        (update,) = desk.keeper.waiting(tx)
        assert (update.counts.changed, update.counts.emptied) == (1, 1)
        assert update.reasons == ("lists.reason.emptied",)
        desk.keeper.refuse(tx, held.version.version_id, SECOND, REASON)
    other = first.replace(b"1980-05-04", b"1981-05-04", 1)  # corrected, not lost
    assert not take(store, desk, other).version.waiting


def test_a_list_whose_entries_were_exchanged_for_others_waits_for_two(store: Store, desk: ListDesk) -> None:
    take(store, desk, un_list(100))
    with pytest.raises(ListShrank):
        take(store, desk, un_list(100, first=10))  # as many, and ten of the old are gone
    taken = take(store, desk, un_list(100, first=10), smaller=True).version
    with store.transaction(SCOPE) as tx:
        (update,) = desk.keeper.waiting(tx)
    assert (taken.waiting, update.officers_needed) == (True, 2)
    assert update.reasons == ("lists.reason.removed",)


def test_a_list_is_fresh_by_its_own_date_or_by_the_last_look(clock: FixedClock) -> None:
    now, policy = clock.now(), Policy(stale_days=10)
    assert fresh_until(None, now, policy) == now + timedelta(days=10)
    assert fresh_until(date(2020, 1, 1), now, policy) == now + timedelta(days=10)
    assert fresh_until(now.date() + timedelta(days=2), now, policy) > now + timedelta(days=10)


def test_a_version_nobody_agrees_to_is_erased_after_thirty_days(
    store: Store, desk: ListDesk, people: WatchlistService, clock: FixedClock
) -> None:
    take(store, desk, un_list(20))
    held = take(store, desk, un_list(21), hold=True).version
    with store.transaction(SCOPE) as tx:
        (group,) = ERASABLES[0].due(tx, clock.now() + timedelta(days=31), 10)
        assert group.ref == held.version_id
        ERASABLES[0].erase(tx, group)
        assert desk.keeper.waiting(tx) == ()
        (due, other) = ERASABLES[2].due(tx, clock.now() + timedelta(days=731), 10)
        assert ERASABLES[2].erase(tx, due) == 1
        assert other.kind == "watchlist_update"
    assert entries(store, people) == [20]


def test_nothing_of_a_refused_file_stays(
    store: Store, sealer: FieldSealer, ledger: Ledger, clock: FixedClock
) -> None:
    importer = ListImporter(sealer, ledger, clock)
    raw = un_list(3000)[:-40]
    with pytest.raises(Exception, match="watchlist"), store.transaction(SCOPE) as tx:
        importer.stage(tx, SourceFiles(raw), Target("UN", ListFormat.UN_XML), FIRST)
    with store.transaction(SCOPE) as tx:
        for table in ("watchlist_version", "watchlist_entry", "watchlist_update"):
            assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0


def version(*, entries: int, size: int, made: date) -> ListVersion:
    """A version for judging."""
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return ListVersion(
        FIRST_ID, "UN", "un-xml", made, "", size, entries, entries, 200, 0, 0, now, "n", None, now, now
    )
