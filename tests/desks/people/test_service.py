from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cordillera.desks.people.errors import (
    EntryNotFound,
    ListFileMissing,
    ListFormatChanged,
    ListNameInvalid,
    ListNotFound,
    ListShrank,
    SearchEmpty,
)
from cordillera.desks.people.lists_errors import SameOfficer
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.retention import ERASABLES
from cordillera.desks.people.service import WatchlistService
from cordillera.engines.names.model import Document, DocumentKind, Subject
from cordillera.engines.watchlists.errors import ListTruncated
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.ledger.service import Ledger
from cordillera.trust.safeguards.retention import RetentionRunner

SCOPE = Scope.node("test")
OPERATOR = Actor("node", "EC-PN", "operation")
TakeIn = Callable[..., None]


def un_list(people: int) -> bytes:
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>PERSONA{n:04}</FIRST_NAME><REFERENCE_NUMBER>XXi.{n:03}</REFERENCE_NUMBER>"
        f"<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>AB{n:06}</NUMBER>"
        "</INDIVIDUAL_DOCUMENT></INDIVIDUAL>"
        for n in range(people)
    )
    return (
        '<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS>'
        f"{entries}</INDIVIDUALS></CONSOLIDATED_LIST>"
    ).encode()


def changes(store: Store, ledger: Ledger) -> int:
    with store.transaction(SCOPE) as tx:
        return len(ledger.events(tx, kind=LeafKind.LIST_CHANGED))


def test_an_imported_list_is_active_with_its_date_counts_and_hash(
    store: Store, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(un_list(20))
    with store.transaction(SCOPE) as tx:
        (version,) = people.active(tx)
    assert (version.list_name, version.stated_date, version.entries) == ("UN", "2026-11-01", 20)
    assert len(version.source_hash) == 64
    assert version.review_at < version.erase_after


def test_an_import_writes_one_leaf_and_a_refused_one_none(
    store: Store, ledger: Ledger, take_in: TakeIn
) -> None:
    take_in(un_list(20))
    assert changes(store, ledger) == 1
    with pytest.raises(ListTruncated):
        take_in(un_list(20)[:500])
    assert changes(store, ledger) == 1


def test_a_newer_version_replaces_the_active_one(
    store: Store, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(un_list(20))
    take_in(un_list(25))
    with store.transaction(SCOPE) as tx:
        assert [version.entries for version in people.active(tx)] == [25]
        assert [version.entries for version in people.versions(tx)] == [25, 20]


def test_condition_1_a_list_needs_a_plain_name(take_in: TakeIn) -> None:
    for name in ("", "=cmd", "x" * 41, "a/b", "UN\n"):
        with pytest.raises(ListNameInvalid):
            take_in(un_list(2), name)


def test_condition_2_the_format_of_a_list_stays(
    store: Store, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(un_list(2))
    row = b'7,"EJEMPLO, Ana","individual","X",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'
    with store.transaction(SCOPE) as tx, pytest.raises(ListFormatChanged):
        people.import_source(tx, SourceFiles(row), ("UN", ListFormat.OFAC_CSV), OPERATOR)


def test_a_list_that_shrank_is_refused_until_two_people_accept_it(
    store: Store, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(un_list(100))
    take_in(un_list(96))
    with pytest.raises(ListShrank):
        take_in(un_list(90))
    with store.transaction(SCOPE) as tx:
        assert people.active(tx)[0].entries == 96
    take_in(un_list(90), smaller=True)
    with store.transaction(SCOPE) as tx:
        assert people.active(tx)[0].entries == 96
        (waiting,) = people.keeper.waiting(tx)
        with pytest.raises(SameOfficer):
            people.keeper.agree(tx, waiting.version_id, OPERATOR)
        people.keeper.agree(tx, waiting.version_id, Actor("another", "EC-PN", "operation"))
        assert people.active(tx)[0].entries == 90


def test_personal_fields_are_sealed_in_the_store(store: Store, take_in: TakeIn) -> None:
    take_in(un_list(3))
    with store.transaction(SCOPE) as tx:
        rows = tx.execute(sa.text("SELECT * FROM watchlist_entry")).all()
        documents = tx.execute(sa.text("SELECT * FROM watchlist_document")).all()
    assert len(rows) == len(documents) == 3
    written = repr(rows) + repr(documents)
    assert "PERSONA" not in written
    assert "AB000" not in written


def test_lists_are_not_visible_without_a_purpose(
    store: Store, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(un_list(3))
    with store.transaction(Scope("EC-PN", "")) as tx:
        assert people.active(tx) == ()
    with store.transaction(Scope("EC-PN", "border_control")) as tx:
        assert len(people.active(tx)) == 1


def test_a_search_finds_by_name_and_by_document_and_is_recorded(
    store: Store, people: WatchlistService, ledger: Ledger, take_in: TakeIn
) -> None:
    take_in(un_list(5))
    document = Document(DocumentKind.PASSPORT, "ab-000003")
    with store.transaction(SCOPE) as tx:
        by_name = people.search(tx, Subject("q", "Persona0002"), OPERATOR)
        by_document = people.search(tx, Subject("q", "", documents=(document,)), OPERATOR)
        assert [hit.entry_id for hit in by_name] == ["XXi.002"] or by_name[0].entry_id == "XXi.002"
        assert [hit.entry_id for hit in by_document] == ["XXi.003"]
        assert by_document[0].list_date == "2026-11-01"
        assert len(ledger.events(tx, kind=LeafKind.CONSULTATION)) == 2
        assert people.holds_document(tx, DocumentKind.PASSPORT, "AB000003")
        assert not people.holds_document(tx, DocumentKind.PASSPORT, "AB999999")


def test_an_empty_search_is_refused(store: Store, people: WatchlistService) -> None:
    with store.transaction(SCOPE) as tx, pytest.raises(SearchEmpty):
        people.search(tx, Subject("q", " "), OPERATOR)


def test_an_entry_is_shown_with_its_list_and_the_look_is_recorded(
    store: Store, people: WatchlistService, ledger: Ledger, take_in: TakeIn
) -> None:
    take_in(un_list(5))
    with store.transaction(SCOPE) as tx:
        version = people.active(tx)[0].version_id
        view = people.entry(tx, version, "XXi.004", OPERATOR)
        assert view.names == ("PERSONA0004",)
        assert ("people.document.passport", "AB000004") in view.fields
        assert len(ledger.events(tx, subject_ref="list:UN/XXi.004")) == 1
        with pytest.raises(EntryNotFound):
            people.entry(tx, version, "XXi.999", OPERATOR)


def test_a_list_that_is_not_there_cannot_be_screened_against(store: Store, people: WatchlistService) -> None:
    with store.transaction(SCOPE) as tx, pytest.raises(ListNotFound):
        people.lists.hits(tx, [Subject("q", "Ana")], list_name="UN")


def test_a_superseded_version_expires_with_its_key_and_a_year_old_one_too(
    store: Store, take_in: TakeIn, clock: FixedClock, sealer: FieldSealer
) -> None:
    take_in(un_list(5))
    take_in(un_list(6))
    lists = ERASABLES[0]
    with store.transaction(SCOPE) as tx:
        assert lists.due(tx, clock.now(), 10) == ()
        (group,) = lists.due(tx, clock.now() + timedelta(days=91), 10)
        (key_id,) = lists.keys_of(tx, group)
        sealer.destroy_key(tx, key_id)
        with pytest.raises(KeyDestroyed):
            sealer.load_key(tx, key_id)
        assert lists.erase(tx, group) == 5
        assert len(lists.due(tx, clock.now() + timedelta(days=366), 10)) == 1
        assert len(lists.review_due(tx, clock.now() + timedelta(days=31), 10)) == 1


def test_retention_erases_what_is_due_and_the_rest_still_screens(
    store: Store,
    people: WatchlistService,
    ledger: Ledger,
    take_in: TakeIn,
    clock: FixedClock,
    keyring: KeyRing,
) -> None:
    runner = RetentionRunner(FieldSealer(keyring, clock), ledger, keyring, clock, ERASABLES)
    asked = [Subject("s", "Persona0002", documents=(Document(DocumentKind.PASSPORT, "AB000002"),))]
    take_in(un_list(5))
    take_in(un_list(6))
    clock.advance(timedelta(days=91))
    assert runner.run_once(store).groups == 1
    with store.transaction(SCOPE) as tx:
        assert [version.entries for version in people.versions(tx)] == [6]
        assert people.lists.hits(tx, asked)[0]
    clock.advance(timedelta(days=300))
    runner.run_once(store)
    with store.transaction(SCOPE) as tx:
        assert people.versions(tx) == ()
        assert people.lists.hits(tx, asked) == [()]


def test_every_table_of_the_desk_has_an_end(store: Store) -> None:
    tables = {table for kind in ERASABLES for table in kind.tables}
    with store.transaction(SCOPE) as tx:
        found = tx.execute(
            sa.text(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_name SIMILAR TO 'watchlist%|list_asking|list_shown' "
                " AND column_name IN ('erase_after', 'review_at')"
                " AND is_nullable = 'NO' GROUP BY table_name HAVING count(*) = 2"
            )
        ).scalars()
        assert set(found) == tables


def test_a_file_is_found_with_its_companions_and_its_date(
    store: Store, people: WatchlistService, shared_screening: Path
) -> None:
    path = shared_screening / "ofac_sdn_2021-07.csv.gz"
    with store.transaction(SCOPE) as tx:
        report = people.import_file(tx, path, ("OFAC", ListFormat.OFAC_CSV), OPERATOR)
    assert (report.version.entries, report.version.persons) == (8976, 4620)
    assert report.version.names > 21_000
    assert report.version.stated_date == "2021-07-01"
    assert report.version.refused_fields >= 3


def test_a_missing_file_is_told(store: Store, people: WatchlistService, tmp_path: Path) -> None:
    with store.transaction(SCOPE) as tx:
        for path in (tmp_path, tmp_path / "nothing.xml"):
            with pytest.raises(ListFileMissing):
                people.import_file(tx, path, ("UN", ListFormat.UN_XML), OPERATOR)
