from collections.abc import Callable

import msgspec
import pytest

from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.model import Actor
from cordillera.desks.people.screening import ListScreener, subject_of
from cordillera.desks.people.service import WatchlistService
from cordillera.desks.people.threshold_store import ThresholdRow, decide, propose
from cordillera.desks.travellers.ports import ScreenedDocument, ScreeningSubject
from cordillera.engines.names.model import Subject
from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.explain import total
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.exchange.model import DocumentRef, PersonQuery

SCOPE = Scope.node("test")
OPERATOR = Actor("node", "EC-PN", "operation")
TakeIn = Callable[..., None]


def person(given: str, family: str, ref: str = "XXi.001") -> bytes:
    return (
        '<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS><INDIVIDUAL>'
        f"<FIRST_NAME>{given}</FIRST_NAME><SECOND_NAME>{family}</SECOND_NAME>"
        f"<REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"
        "<DATE>1980-05-04</DATE></INDIVIDUAL_DATE_OF_BIRTH><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport"
        "</TYPE_OF_DOCUMENT><NUMBER>AB123456</NUMBER></INDIVIDUAL_DOCUMENT></INDIVIDUAL></INDIVIDUALS>"
        "</CONSOLIDATED_LIST>"
    ).encode()


def subject(given: str, family: str, birth: str = "", passport: str = "") -> ScreeningSubject:
    documents = (ScreenedDocument("P", passport, ""),) if passport else ()
    return ScreeningSubject("t1", f"{given} {family}", given, family, birth, documents)


def test_travellers_are_screened_against_every_active_list(
    store: Store, screener: ListScreener, take_in: TakeIn
) -> None:
    take_in(person("Jhon", "Velez Torres"), "One")
    take_in(person("John", "Velez", "YYi.9"), "Two")
    with store.transaction(SCOPE) as tx:
        hits, none = screener.screen(
            tx, [subject("John", "Velez", "1980-05-04"), subject("Rosa", "Quispe", "1999-01-02")]
        )
    assert none == ()
    assert {(hit.list_name, hit.list_date, hit.entry_id) for hit in hits} == {
        ("One", "2026-11-01", "XXi.001"),
        ("Two", "2026-11-01", "YYi.9"),
    }
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score == total(hit.terms) for hit in hits)
    assert ("people.field.birth", "1980-05-04") in hits[0].fields


def test_a_new_version_counts_from_the_next_question(
    store: Store, screener: ListScreener, people: WatchlistService, take_in: TakeIn
) -> None:
    asked = [subject("Ana", "Velez"), subject("Rosa", "Quispe")]
    take_in(person("Ana", "Velez"))
    with store.transaction(SCOPE) as tx:
        assert [len(hits) for hits in screener.screen(tx, asked)] == [1, 0]
    take_in(person("Rosa", "Quispe"), smaller=True)
    with store.transaction(SCOPE) as tx:
        for update in people.keeper.waiting(tx):
            people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "operation"))
    with store.transaction(SCOPE) as tx:
        assert [len(hits) for hits in screener.screen(tx, asked)] == [0, 1]


def test_a_document_is_found_whatever_the_name(store: Store, screener: ListScreener, take_in: TakeIn) -> None:
    take_in(person("Ana", "Velez"))
    with store.transaction(SCOPE) as tx:
        hits = screener.screen(tx, [subject("Rosa", "Quispe", passport="ab 123456")])[0]
    assert [hit.entry_id for hit in hits] == ["XXi.001"]


def test_without_any_list_nobody_is_a_candidate(store: Store, screener: ListScreener) -> None:
    with store.transaction(SCOPE) as tx:
        assert screener.screen(tx, [subject("Ana", "Velez")]) == ((),)


def test_a_partner_gets_random_references_and_no_identity(
    store: Store, screener: ListScreener, people: WatchlistService, take_in: TakeIn
) -> None:
    take_in(person("Ana", "Velez"))
    query = PersonQuery(
        "Ana Velez", date_of_birth="1980-05-04", documents=(DocumentRef("P", "AB123456", ""),)
    )
    with store.transaction(SCOPE) as tx:
        first, second = screener.match(tx, query, 5), screener.match(tx, query, 5)
    assert len(first) == len(second) == 1
    assert first[0].reference != second[0].reference
    assert set(type(first[0]).__struct_fields__) == {"reference", "score", "terms"}
    assert "XXi.001" not in first[0].reference
    with store.transaction(SCOPE) as tx:
        for candidate in (*first, *second):
            assert people.entry_of_reference(tx, candidate.reference, OPERATOR).entry_id == "XXi.001"
        with pytest.raises(EntryNotFound):
            people.entry_of_reference(tx, "00" * 16, OPERATOR)


def test_no_more_candidates_than_the_limit(store: Store, screener: ListScreener, take_in: TakeIn) -> None:
    for number in range(3):
        take_in(person("Ana", "Velez"), f"List{number}")
    with store.transaction(SCOPE) as tx:
        assert len(screener.match(tx, PersonQuery("Ana Velez"), 2)) == 2


def test_a_subject_has_no_field_for_nationality_or_sex() -> None:
    assert not {"nationality", "sex", "gender"} & set(msgspec.structs.asdict(subject("Ana", "Velez")))


def test_what_is_held_back_is_no_alert_on_a_list_with_a_lower_threshold_and_a_search_shows_it(
    store: Store, screener: ListScreener, take_in: TakeIn, clock: FixedClock
) -> None:
    weak = (
        b"<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Ataulfo Zambrano Quishpe</ALIAS_NAME>"
        b"</INDIVIDUAL_ALIAS><INDIVIDUAL_DATE_OF_BIRTH>"
    )
    take_in(person("Jhon", "Velez").replace(b"<INDIVIDUAL_DATE_OF_BIRTH>", weak, 1))
    lower = ThresholdRow(uuid7(), "UN", "bits", -9.0, "proposed", "more", "a", "A", clock.now())
    with store.transaction(SCOPE) as tx:
        propose(tx, lower)
        decide(tx, lower, "active", ("b", "B", clock.now()))
        asked = subject("Ataulfo", "Zambrano Quishpe"), subject("Marcelo", "Iturralde", "1980-05-04")
        assert screener.screen(tx, asked) == ((), ())
        confirmed = screener.screen(tx, [subject("Ataulfo", "Zambrano Quishpe", "1980-05-04")])[0]
        (found,) = screener.lists.hits(tx, [subject_of("s", asked[0])], threshold=-9.0)[0]
    assert [hit.strong for hit in confirmed] == [True]
    assert (found.strong, found.score > found.threshold) == (False, True)


def listing(*people: tuple[str, str, str]) -> bytes:
    entries = b"".join(
        person(given, family, ref).partition(b"<INDIVIDUALS>")[2].partition(b"</INDIVIDUALS>")[0]
        for given, family, ref in people
    )
    head = b'<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS>'
    return head + entries + b"</INDIVIDUALS></CONSOLIDATED_LIST>"


def test_a_small_change_of_a_list_changes_the_index_and_who_asks_the_old_one_goes_on(
    store: Store, screener: ListScreener, take_in: TakeIn, keyring: KeyRing, clock: FixedClock
) -> None:
    crowd = [(f"Persona{n}", f"Inventada{n}", f"X.{n}") for n in range(130)]
    take_in(listing(*crowd, ("Ana", "Velez Torres", "G.1"), ("Rosa", "Quispe Mamani", "C.1")))
    asked = [Subject(str(n), name) for n, name in enumerate(("Ana Velez Torres", "Rosa Quispe Mamani"))]
    asked += [Subject("2", "Berta Zambrano Loor"), Subject("3", "Marcelo Iturralde Vera")]
    with store.transaction(SCOPE) as tx:
        (old,) = screener.lists.current(tx)
    changed = ("Marcelo", "Iturralde Vera", "C.1"), ("Berta", "Zambrano Loor", "N.1")
    take_in(listing(changed[1], *crowd, changed[0]))
    fresh = ListScreener(FieldSealer(keyring, clock), clock)
    with store.transaction(SCOPE) as tx:
        (now,) = screener.lists.current(tx)
        assert screener.lists.hits(tx, asked) == fresh.lists.hits(tx, asked)
        assert now.entities.keys() == fresh.lists.current(tx)[0].entities.keys()
        assert len(screener.match(tx, PersonQuery("Berta Zambrano Loor"), 5)) == 1
    found = [[[match.entry_id for match in hits] for hits in one.index.screen(asked)] for one in (old, now)]
    assert found == [[["G.1"], ["C.1"], [], []], [[], [], ["N.1"], ["C.1"]]]
    assert now.index.names < 2 * len(now.entities), "changed, not built twice over"
