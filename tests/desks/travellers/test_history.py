"""Journeys of one person are linked by evidence, shown with their reasons, and parted for good."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.desks.travellers.conftest import Person

from cordillera.desks.travellers.depersonalise import AFTER
from cordillera.desks.travellers.errors import JourneysNotLinked, PartingReasonMissing
from cordillera.desks.travellers.history_core import Ground
from cordillera.desks.travellers.inventory_store import every_traveller, forget_traveller
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.retention import ERASABLES
from cordillera.foundation.store.database import Scope
from cordillera.trust.safeguards.retention import RetentionRunner

WHY = "Two people: the photographs differ"


def listed(*people: str, day: str = "261121", number: str = "XA12") -> bytes:
    """A passenger list; a person is family:given|birth (YYMMDD)|document|issuer|birthplace."""
    body = ""
    for one in people:
        name, born, document, issuer, town = (*one.split("|"), "", "", "", "")[:5]
        body += f"NAD+FL+++{name}'" + (f"DTM+329:{born}'" if born else "")
        body += "LOC+178+BOG'LOC+179+UIO'" + (f"LOC+180+:::{town}'" if town else "")
        body += f"DOC+P+{document}'LOC+91+{issuer or 'COL'}'" if document else ""
    text = (
        f"UNB+UNOC:3+XAIR+ECMIG+{day}:1000+{day}{number}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+{number}'"
        f"LOC+125+BOG'DTM+189:{day}1130:201'LOC+87+UIO'DTM+232:{day}1300:201'{body}UNT+9+1'UNZ+1+{day}{number}'"
    )
    return text.encode("latin-1")


ANA = "PEREZ VALLEJO:ANA MARIA|800517|AB123456"
TWIN = "PEREZ VALLEJO:LUCIA|800517|AB123456"


@pytest.fixture
def take(store, travellers, origin, scope):
    def do(raw: bytes):
        with store.transaction(scope) as tx:
            return travellers.ingest(tx, raw, origin)

    return do


@pytest.fixture
def journeys(store, travellers, ana):
    """The history of whoever is on a flight number."""

    def of(number: str, desk=travellers):
        with store.transaction(ana.scope) as tx:
            ref = tx.execute(
                sa.text(
                    "SELECT t.id FROM traveller t JOIN traveller_flight f ON f.id = t.flight_id"
                    " WHERE f.number = :number ORDER BY t.id LIMIT 1"
                ),
                {"number": number},
            ).scalar_one()
            return desk.journeys.of(tx, ref)

    return of


def test_the_same_document_birth_date_and_name_link_two_journeys_with_chance_and_reasons(take, journeys):
    take(listed(ANA))
    take(listed("PEREZ VALLEJO:ANA|800517|AB123456", day="261124", number="XA13"))
    (one,) = journeys("XA13").journeys
    assert (one.number, one.ground, one.facts.given_names) == ("XA12", Ground.BIRTH, "ANA MARIA")
    assert one.probability >= 0.9999
    names = {term.name for term in one.terms}
    assert {"names.birth_equal", "names.document_equal"} <= names
    (back,) = journeys("XA12").journeys
    assert (back.number, back.link_id) == ("XA13", one.link_id)


def test_a_document_with_check_digits_links_without_birth_date(take, journeys):
    cedula = "PEREZ VALLEJO:ANA MARIA||1710034065|ECU"
    take(listed(cedula).replace(b"DOC+P", b"DOC+I"))
    take(listed(cedula, day="261124", number="XA13").replace(b"DOC+P", b"DOC+I"))
    (one,) = journeys("XA13").journeys
    assert one.ground is Ground.DOCUMENT


def test_neither_name_alone_nor_name_and_birth_date_nor_document_alone_links(take, journeys):
    take(listed("PEREZ VALLEJO:ANA MARIA"))
    take(listed("PEREZ VALLEJO:ANA MARIA", day="261124", number="XA13"))
    take(listed("PEREZ VALLEJO:ANA MARIA|800517|ZZ777777", day="261125", number="XA14"))
    take(listed("PEREZ VALLEJO:ANA MARIA|800517|CC888888", day="261126", number="XA15"))
    take(listed("GOMEZ:RAUL||AB123456", day="261127", number="XA16"))
    take(listed("IBARRA:ROSA||AB123456", day="261128", number="XA17"))
    for number in ("XA12", "XA13", "XA14", "XA15", "XA16", "XA17"):
        assert journeys(number).journeys == (), number


def test_a_twin_with_the_same_document_number_typed_is_another_person(take, journeys):
    take(listed(ANA))
    take(listed(TWIN, day="261124", number="XA13"))
    assert journeys("XA13").journeys == ()


def test_nobody_is_on_two_flights_at_once(take, journeys):
    take(listed(ANA))
    take(listed(ANA, number="XA13"))
    assert journeys("XA13").journeys == ()


def test_a_renewed_passport_is_linked_through_the_journey_that_knew_both(take, journeys):
    take(listed(ANA))
    both = ANA + "'LOC+91+COL'DOC+P+CD654321"
    take(listed(both, day="261124", number="XA13"))
    take(listed("PEREZ VALLEJO:ANA MARIA|800517|CD654321", day="261127", number="XA14"))
    found = {one.number: (one.ground, one.through) for one in journeys("XA14").journeys}
    assert found == {"XA13": (Ground.BIRTH, ""), "XA12": (Ground.THROUGH, "XA13")}


def test_parted_journeys_stay_parted_when_messages_come_again(take, journeys, travellers, store, ana, ledger):
    take(listed(ANA))
    take(listed(ANA, day="261124", number="XA13"))
    (one,) = journeys("XA13").journeys
    with store.transaction(ana.scope) as tx:
        with pytest.raises(PartingReasonMissing):
            travellers.history.part(tx, ana, one.link_id, "no")
        parting = travellers.history.part(tx, ana, one.link_id, WHY)
        assert "decision" in {row.kind for row in ledger.events(tx, subject_ref=str(parting.one_id), limit=9)}
    take(listed(ANA).replace(b"XA12'UNH", b"again'UNH"))
    take(listed(ANA, day="261124", number="XA13").replace(b"XA13'UNH", b"again'UNH"))
    for number in ("XA12", "XA13"):
        view = journeys(number)
        assert view.journeys == ()
        assert [(said.officer_name, said.reason) for said in view.partings] == [("Ana Torres", WHY)]
    with store.transaction(ana.scope) as tx, pytest.raises(JourneysNotLinked):
        travellers.history.part(tx, ana, one.link_id, WHY)


def test_a_third_journey_that_fits_both_who_were_parted_is_linked_with_neither(
    take, journeys, travellers, store, ana
):
    take(listed(ANA))
    take(listed(ANA, day="261124", number="XA13"))
    with store.transaction(ana.scope) as tx:
        travellers.history.part(tx, ana, journeys("XA13").journeys[0].link_id, WHY)
    take(listed(ANA, day="261127", number="XA14"))
    assert journeys("XA14").journeys == ()


def test_a_parting_holds_for_the_other_journeys_of_the_same_two_people(
    take, journeys, travellers, store, ana
):
    other = "PEREZ VALLEJO:ANNA MARIA|800517|AB123456"
    take(listed(ANA))
    take(listed(ANA, day="261124", number="XA13"))
    take(listed(other, day="261126", number="XA14"))
    wrong = next(one for one in journeys("XA14").journeys if one.number == "XA13")
    with store.transaction(ana.scope) as tx:
        travellers.history.part(tx, ana, wrong.link_id, WHY)
    assert journeys("XA14").journeys == ()
    assert [one.number for one in journeys("XA13").journeys] == ["XA12"]
    take(listed(other, day="261128", number="XA15"))
    assert [one.number for one in journeys("XA15").journeys] == ["XA14"]


def test_newer_facts_that_contradict_take_a_link_away(take, journeys):
    take(listed(ANA))
    take(listed(ANA, day="261124", number="XA13"))
    assert journeys("XA12").journeys
    with_other_birth = listed(ANA.replace("800517", "751224"), day="261124", number="XA13")
    assert take(with_other_birth.replace(b"XA13'UNH", b"again'UNH"))
    view = journeys("XA12")
    assert all(one.facts.date_of_birth == "1980-05-17" for one in view.journeys)


def test_history_ends_with_the_shorter_journey_and_on_request(
    take, journeys, travellers, store, ana, sealer, clock, ledger, keyring
):
    take(listed(ANA))
    clock.advance(timedelta(days=100))
    take(listed(ANA, day="270301", number="XA13"))
    take(listed(ANA, day="270303", number="XA14"))
    assert {one.number for one in journeys("XA14").journeys} == {"XA12", "XA13"}
    clock.advance(timedelta(days=81))
    RetentionRunner(sealer, ledger, keyring, clock, ERASABLES).run_once(store)
    assert {one.number for one in journeys("XA14").journeys} == {"XA13"}
    with store.transaction(ana.scope) as tx:
        travellers.history.part(tx, ana, journeys("XA14").journeys[0].link_id, WHY)
        for rows in every_traveller(tx, sealer):
            for row in rows:
                assert forget_traveller(tx, row.id, sealer)
        for table in ("traveller_link", "traveller_trace", "traveller_parting"):
            assert tx.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table


def test_no_key_of_a_person_is_kept_longer_than_six_months(take, store, scope):
    take(listed(ANA))
    with store.transaction(scope) as tx:
        longest = tx.execute(sa.text("SELECT max(erase_after - told_at) FROM traveller_trace")).scalar_one()
    assert longest <= AFTER


def test_another_agency_neither_sees_nor_parts_nor_is_linked(take, journeys, travellers, store):
    take(listed(ANA))
    take(listed(ANA, day="261124", number="XA13"))
    (one,) = journeys("XA13").journeys
    theirs = Person(agency="EC-SENAE")
    with store.transaction(Scope("EC-SENAE", "border.ingest")) as tx:
        travellers.ingest(tx, listed(ANA, day="261125", number="XA19"), Origin(Channel.FILE, "b", "EC-SENAE"))
        assert tx.execute(sa.text("SELECT count(*) FROM traveller_link")).scalar_one() == 0
        with pytest.raises(JourneysNotLinked):
            travellers.history.part(tx, theirs, one.link_id, WHY)
        assert travellers.journeys.of(tx, one.traveller_id).journeys == ()
