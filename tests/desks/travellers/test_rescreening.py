"""A list changes: stored travellers are asked about what changed, once each, and nothing is closed."""

from datetime import timedelta

import pytest
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers import rescreening
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.rescreening_model import Phase
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.errors import GroundRemains
from cordillera.trust.review.model import AlertStatus, Outcome, QueueFilter, Ruling

SCOPE = Scope("EC-PN", "border.ingest")
HAQ, PEREZ, SOSA = ("HAQVERDI", "ORHAN"), ("PEREZUMBA", "ILDEFONSO"), ("SOSAQUI", "WILFRIDO")


def un(*people: tuple[str, str], day: str = "2026-11-01", born: str = "1972-08-05") -> bytes:
    entries = "".join(
        f"<INDIVIDUAL><FIRST_NAME>{given}</FIRST_NAME><SECOND_NAME>{family}</SECOND_NAME>"
        f"<REFERENCE_NUMBER>XXi.{family}</REFERENCE_NUMBER><INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT"
        f"</TYPE_OF_DATE><DATE>{born}</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
        for family, given in people
    )
    head = f'<CONSOLIDATED_LIST dateGenerated="{day}T00:00:00Z"><INDIVIDUALS>'
    return f"{head}{entries}</INDIVIDUALS></CONSOLIDATED_LIST>".encode()


class Border:
    """A node whose lists change after its travellers were announced."""

    def __init__(self, house: House, paxlst) -> None:
        self.node, self.clock, self.paxlst = house.node, house.clock, paxlst
        self.again = house.node.rescreening

    def publish(self, *people, name: str = "onu", **more: str) -> None:
        by = Actor("node", "EC-PN", "operation")
        with self.node.store.transaction(SCOPE) as tx:
            source = SourceFiles(un(*people, **more))
            self.node.people.import_source(tx, source, (name, ListFormat.UN_XML), by, smaller=True)
            for update in self.node.people.keeper.waiting(tx):
                second = Actor("of-2", "EC-PN", "operation")
                self.node.people.keeper.agree(tx, update.version_id, second)

    def land(self, *people, reference: str = "1", **more: str) -> None:
        raw = self.paxlst(*(f"{f}:{g}" for f, g in people), reference=reference, **more)
        with self.node.store.transaction(SCOPE) as tx:
            self.node.travellers.ingest(tx, raw, Origin(Channel.FILE, "a.edi", "EC-PN"))

    def rescreen(self) -> None:
        self.again.run_once(self.node.store)

    def alerts(self) -> dict[str, object]:
        with self.node.store.transaction(SCOPE) as tx:
            found = self.node.review.queue(tx, QueueFilter(statuses=tuple(AlertStatus)))
        return {row.label: row for row in found.rows}

    def opened(self, label: str, officer):
        with self.node.store.transaction(SCOPE) as tx:
            return self.node.review.get(tx, officer, self.alerts()[label].id)

    def grounds(self, label: str):
        with self.node.store.transaction(SCOPE) as tx:
            return self.node.review.grounds.of(tx, self.alerts()[label].id)

    def progress(self, name: str = "onu"):
        with self.node.store.transaction(SCOPE) as tx:
            return self.again.progress(tx, name)

    def decide(self, label: str, officer, outcome: Outcome) -> None:
        with self.node.store.transaction(SCOPE) as tx:
            ruling = Ruling(outcome, "Otro documento, otros padres")
            self.node.review.decide(tx, officer, self.alerts()[label].id, ruling)

    def leaves(self, kind: LeafKind) -> list:
        with self.node.store.transaction(SCOPE) as tx:
            return [row for row in self.node.ledger.events(tx, limit=200) if row.kind == kind.value]


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def border(house: House, paxlst) -> Border:
    return Border(house, paxlst)


def test_a_traveller_stored_before_the_entry_is_found_as_if_they_came_after_it(border: Border, ana):
    border.publish(SOSA)
    border.land(HAQ, PEREZ)
    assert border.alerts() == {}
    border.publish(SOSA, HAQ, day="2026-11-02")
    border.rescreen()
    again = border.opened("HAQVERDI, ORHAN", ana)
    border.land(HAQ, reference="2", arrives="2611231300")
    with border.node.store.transaction(SCOPE) as tx:
        rows = border.node.review.queue(tx, QueueFilter()).rows
        first = next(border.node.review.get(tx, ana, row.id) for row in rows if row.id != again.row.id)
    assert set(border.alerts()) == {"HAQVERDI, ORHAN"}
    assert (again.row.score, again.findings[0].listed) == (first.row.score, first.findings[0].listed)
    assert [term.detail for term in again.findings[0].terms] == [t.detail for t in first.findings[0].terms]
    assert again.findings[0].evidence[0].source.startswith("message:")
    assert again.findings[0].listed.list_date == "2026-11-02"
    assert again.row.occasion.startswith("XA12 BOG")


def test_only_what_changed_is_asked_and_only_once(border: Border):
    border.publish(SOSA, PEREZ)
    border.rescreen()
    border.land(HAQ, SOSA)
    border.publish(SOSA, PEREZ, HAQ, day="2026-11-02")
    border.rescreen()
    done = border.progress()
    assert (done.entries, done.travellers, done.alerts, done.phase) == (1, 2, 1, Phase.DONE)
    assert done.finished_at is not None
    border.rescreen()
    assert border.progress() == done
    assert len(border.leaves(LeafKind.RESCREENED)) == 2


def test_a_second_list_that_names_the_same_person_joins_the_same_alert(border: Border, ana):
    border.publish(HAQ)
    border.land(HAQ)
    border.publish(HAQ, name="otra")
    border.rescreen()
    alert = border.opened("HAQVERDI, ORHAN", ana)
    assert [finding.listed.list_name for finding in alert.findings] == ["onu", "otra"]
    assert len(border.alerts()) == 1


def test_a_removed_entry_takes_the_ground_and_the_officer_is_offered_to_close(border: Border):
    border.publish(HAQ, SOSA)
    border.rescreen()
    border.land(HAQ)
    border.publish(SOSA, day="2026-11-03")
    border.rescreen()
    grounds = border.grounds("HAQVERDI, ORHAN")
    assert grounds.offered
    assert [(n.why, n.entry_id, n.list_date) for n in grounds.notes] == [
        ("removed", "XXi.HAQVERDI", "2026-11-03")
    ]
    assert border.alerts()["HAQVERDI, ORHAN"].status is AlertStatus.OPEN
    assert border.progress().offered == 1


def test_where_another_list_still_names_the_person_nothing_is_offered(border: Border):
    border.publish(HAQ, SOSA)
    border.publish(HAQ, name="otra")
    border.rescreen()
    border.land(HAQ)
    border.publish(SOSA, day="2026-11-03")
    border.rescreen()
    grounds = border.grounds("HAQVERDI, ORHAN")
    assert (len(grounds.notes), grounds.offered) == (1, False)


def test_a_changed_entry_that_resembles_still_adds_what_it_says_now(border: Border, ana):
    border.publish(HAQ)
    border.rescreen()
    border.land(HAQ)
    border.publish(HAQ, day="2026-11-02", born="1972-08-06")
    border.rescreen()
    assert len(border.opened("HAQVERDI, ORHAN", ana).findings) == 2
    grounds = border.grounds("HAQVERDI, ORHAN")
    assert ([note.why for note in grounds.notes], grounds.offered) == (["renewed"], False)


def test_a_changed_entry_that_resembles_no_more_takes_the_ground(border: Border):
    border.publish(HAQ)
    border.rescreen()
    border.land(HAQ)
    raw = un(("OTROAPELLIDO", "NADIE"), day="2026-11-02").replace(b"XXi.OTROAPELLIDO", b"XXi.HAQVERDI")
    with border.node.store.transaction(SCOPE) as tx:
        by = Actor("node", "EC-PN", "operation")
        border.node.people.import_source(tx, SourceFiles(raw), ("onu", ListFormat.UN_XML), by)
        for update in border.node.people.keeper.waiting(tx):
            border.node.people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "operation"))
    border.rescreen()
    grounds = border.grounds("HAQVERDI, ORHAN")
    assert ([note.why for note in grounds.notes], grounds.offered) == (["changed"], True)


def test_an_entry_that_comes_back_gives_the_ground_back(border: Border):
    border.publish(HAQ, SOSA)
    border.land(HAQ)
    border.rescreen()
    border.publish(SOSA, day="2026-11-02")
    border.rescreen()
    border.publish(HAQ, SOSA, day="2026-11-03")
    border.rescreen()
    assert border.grounds("HAQVERDI, ORHAN").notes == ()
    assert len(border.alerts()) == 1


def test_only_an_officer_closes_it_and_only_while_no_ground_remains(border: Border, ana):
    border.publish(HAQ, SOSA)
    border.rescreen()
    border.land(HAQ)
    with pytest.raises(GroundRemains):
        border.decide("HAQVERDI, ORHAN", ana, Outcome.NO_GROUND)
    border.publish(SOSA, day="2026-11-02")
    border.rescreen()
    border.decide("HAQVERDI, ORHAN", ana, Outcome.NO_GROUND)
    assert border.alerts()["HAQVERDI, ORHAN"].status is AlertStatus.DECIDED


def test_what_was_closed_for_lack_of_ground_opens_again_when_the_entry_comes_back(border: Border, ana):
    border.publish(HAQ, SOSA)
    border.rescreen()
    border.land(HAQ)
    border.publish(SOSA, day="2026-11-02")
    border.rescreen()
    border.decide("HAQVERDI, ORHAN", ana, Outcome.NO_GROUND)
    border.publish(HAQ, SOSA, day="2026-11-03")
    border.rescreen()
    row = border.alerts()["HAQVERDI, ORHAN"]
    assert (row.status, row.outcome) == (AlertStatus.OPEN, None)


def test_the_pages_tell_of_it_in_both_languages(border: Border, house: House):
    border.publish(HAQ, SOSA)
    border.rescreen()
    border.land(HAQ)
    border.publish(SOSA, day="2026-11-02")
    border.rescreen()
    officer = house.browser("analista", Role.ANALYST)
    alert = border.alerts()["HAQVERDI, ORHAN"].id
    assert "ya no tiene sustento" in officer.get(f"/alerts/{alert}").text
    assert "no ground remains" in officer.get(f"/alerts/{alert}", headers={"accept-language": "en"}).text
    told = officer.get(f"/alerts/{alert}.json").json()["detail"]["grounds"]
    assert (told["offered"], told["notes"][0]["why"]) == (True, "removed")
    assert "terminado" in officer.get("/screening/again").text
    (line,) = officer.get("/screening/again.json").json()["lists"]
    assert (line["list_name"], line["list_date"], line["offered"]) == ("onu", "2026-11-02", 1)


def test_a_confirmed_alert_gets_the_note_and_no_offer(border: Border, ana):
    border.publish(HAQ, SOSA)
    border.land(HAQ)
    border.decide("HAQVERDI, ORHAN", ana, Outcome.CONFIRMED)
    border.publish(SOSA, day="2026-11-02")
    border.rescreen()
    grounds = border.grounds("HAQVERDI, ORHAN")
    assert ([note.why for note in grounds.notes], grounds.offered) == (["removed"], False)
    assert border.alerts()["HAQVERDI, ORHAN"].status is AlertStatus.DECIDED


def test_who_was_found_not_to_be_the_person_is_not_asked_again_by_an_unchanged_entry(border: Border, ana):
    border.publish(HAQ)
    border.land(HAQ)
    border.decide("HAQVERDI, ORHAN", ana, Outcome.NOT_SAME_PERSON)
    border.again.again(border.node.store, "onu")
    border.rescreen()
    assert border.alerts()["HAQVERDI, ORHAN"].status is AlertStatus.DECIDED
    assert border.progress().alerts == 0


def test_conditions_1_to_3_old_arrivals_and_depersonalised_travellers_are_left_alone(border: Border):
    border.land(HAQ)
    border.land(PEREZ, reference="2", arrives="2701151300")
    border.clock.advance(timedelta(days=32))
    border.publish(HAQ, PEREZ)
    border.rescreen()
    assert set(border.alerts()) == {"PEREZUMBA, ILDEFONSO"}
    border.clock.advance(timedelta(days=160))
    border.again.again(border.node.store, "onu")
    border.rescreen()
    assert border.progress().travellers == 0


def test_condition_4_it_waits_for_transactions_that_asked_the_version_before(border: Border):
    border.publish(SOSA)
    border.rescreen()
    raw = border.paxlst(f"{HAQ[0]}:{HAQ[1]}")
    with border.node.store.transaction(SCOPE) as slow:
        border.node.travellers.ingest(slow, raw, Origin(Channel.FILE, "slow.edi", "EC-PN"))
        border.publish(SOSA, HAQ, day="2026-11-02")
        border.rescreen()
        assert border.progress().phase is Phase.SCREENING
    assert border.alerts() == {}
    border.rescreen()
    assert set(border.alerts()) == {"HAQVERDI, ORHAN"}


def test_a_version_that_comes_meanwhile_is_screened_since_both_versions_before(border: Border, monkeypatch):
    monkeypatch.setattr(rescreening, "BATCH", 1)
    border.publish(SOSA)
    border.rescreen()
    border.land(HAQ)
    border.land(PEREZ, reference="2")
    border.publish(SOSA, HAQ, day="2026-11-02")
    border.again.plan(border.node.store)
    assert border.again.step(border.node.store, "onu")
    assert len(border.alerts()) == 1
    border.publish(SOSA, PEREZ, day="2026-11-03")
    border.rescreen()
    assert set(border.alerts()) == {"HAQVERDI, ORHAN", "PEREZUMBA, ILDEFONSO"}
    assert border.grounds("HAQVERDI, ORHAN").offered
    assert not border.grounds("PEREZUMBA, ILDEFONSO").offered


def test_a_batch_that_fails_changes_nothing_and_is_done_again(border: Border, monkeypatch):
    monkeypatch.setattr(rescreening, "BATCH", 1)
    border.publish(SOSA)
    border.rescreen()
    border.land(HAQ)
    border.land(PEREZ, reference="2")
    border.publish(SOSA, HAQ, PEREZ, day="2026-11-02")
    border.again.plan(border.node.store)
    assert border.again.step(border.node.store, "onu")
    with monkeypatch.context() as broken:
        broken.setattr(rescreening.sql, "move", _cut)
        with pytest.raises(ConnectionError):
            border.again.step(border.node.store, "onu")
    assert len(border.alerts()) == 1
    border.rescreen()
    assert (len(border.alerts()), border.progress().alerts) == (2, 2)


def _cut(*_: object) -> None:
    raise ConnectionError
