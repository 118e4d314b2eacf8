"""The officer's screen end to end: upload, queue, open, decide, undo, on a whole node with real screening."""

import json
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from tests.web.house import House

from cordillera.desks.people.importing import Target
from cordillera.desks.people.lists_model import PartnerTerms
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers import pages
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.access import passwords
from cordillera.trust.access.model import Role
from cordillera.trust.ledger.model import LeafKind

NULLS = ",".join(["-0- "] * 7)
LIST = (
    f'71001,"EJEMPLO GUARACA, Rosa Amparo","individual","EXERCISE",{NULLS},"DOB 05 Aug 1972."\r\n'
    f'71002,"INVENTADO TOAPANTA, Luis","individual","EXERCISE",{NULLS},"DOB 05 Aug 1972."\r\n\x1a'
)


@pytest.fixture
def house(store, clock, tmp_path, monkeypatch) -> House:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    made = House(store, clock, tmp_path)
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "sdn.csv").write_bytes(LIST.encode("latin-1"))
    with store.transaction(Scope("EC-PN", "setup")) as tx:
        by = Actor("node", "EC-PN", "setup")
        made.node.people.import_file(tx, folder / "sdn.csv", ("ejercicio", ListFormat.OFAC_CSV), by)
    return made


@pytest.fixture
def screen(house):
    with house.browser() as opened:
        opened.headers["accept-language"] = "es"
        yield opened


@pytest.fixture
def upload(house):
    token = house.machine()

    def send(raw: bytes):
        with house.visitor() as gateway:
            headers = {"authorization": f"Bearer {token}", "content-type": "application/edifact"}
            return gateway.post("/api/messages", content=raw, headers=headers)

    return send


@pytest.fixture
def listed(upload, paxlst, screen):
    """One alert in the queue; returns its id."""
    answer = upload(paxlst("EJEMPLO GUARACA:ROSA AMPARO", "MORA:ANA"))
    assert answer.status_code == 201
    (row,) = screen.get("/alerts.json").json()["rows"]
    return row["id"]


def decide(screen, alert, outcome="not_same_person", reason="Otro documento y otra fecha", version=2):
    form = {"outcome": outcome, "reason": reason, "version": version}
    return screen.post(f"/alerts/{alert}/decision", data=form, follow_redirects=False)


def test_an_upload_answers_what_became_of_it_and_a_second_is_a_duplicate(upload, paxlst):
    raw = paxlst("EJEMPLO GUARACA:ROSA AMPARO", "MORA:ANA")
    first, second = upload(raw).json(), upload(raw).json()
    assert (first["travellers"], first["duplicate"]) == (2, False)
    assert (second["message_id"], second["duplicate"]) == (first["message_id"], True)
    assert set(first) >= {"message_id", "travellers", "findings", "duplicate"}


def test_an_upload_without_a_token_is_refused(house, paxlst):
    with house.visitor() as stranger:
        assert stranger.post("/api/messages", content=paxlst("PEREZ:JUAN")).status_code == 401


def test_rubbish_is_taken_into_quarantine_not_refused(upload, screen):
    answer = upload(b"\x00\xff rubbish")
    assert (answer.status_code, answer.json()["status"]) == (201, "quarantined")
    page = screen.get("/messages?status=quarantined").text
    assert "En cuarentena" in page
    assert screen.get(f"/messages/{answer.json()['message_id']}").status_code == 200


def test_the_open_alert_shows_both_sides_every_reason_and_its_bytes(screen, listed):
    page = screen.get(f"/alerts/{listed}").text
    assert "Candidato, sin verificar" in page
    assert "<mark>EJEMPLO GUARACA</mark>" in page
    assert "EJEMPLO GUARACA, Rosa Amparo" in page
    assert "Fecha de nacimiento igual" in page
    twin = screen.get(f"/alerts/{listed}.json").json()["detail"]
    assert sum(term["share"] for term in twin["alert"]["terms"]) == pytest.approx(
        twin["alert"]["row"]["score"]
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("Coincidencia de nombres", "probabilidad de ser la misma persona", "evidencia 4")),
        ("en", ("Names agree", "probability of being the same person", "evidence 4")),
    ],
)
def test_the_open_alert_tells_likeness_probability_and_completeness_apart(screen, listed, language, words):
    page = screen.get(f"/alerts/{listed}", headers={"accept-language": language}).text
    assert all(word in page for word in words)
    (case,) = screen.get(f"/alerts/{listed}.json").json()["detail"]["cases"]
    measures = case["measures"]
    assert set(measures) == {"similarity", "bits", "probability", "completeness", "threshold"}
    assert measures["similarity"] > 0.9 < measures["probability"] < 1.0
    assert 0.4 <= measures["completeness"] < 0.5
    assert measures["bits"] > measures["threshold"]
    assert sum(ground["share"] for ground in case["grounds"]) == pytest.approx(case["score"])


def test_a_place_of_birth_that_a_message_states_is_compared(house, tmp_path, upload, paxlst, screen):
    said = {"name": ["Rosa Amparo Ejemplo Guaraca"], "birthPlace": ["Ambato, Ecuador"]}
    listed = tmp_path / "places.json"
    listed.write_text(json.dumps({"id": "P.1", "schema": "Person", "properties": said}) + "\n")
    with house.node.store.transaction(Scope("EC-PN", "setup")) as tx:
        by = Actor("node", "EC-PN", "setup")
        house.node.people.import_file(tx, listed, ("lugares", ListFormat.FTM), by)
    raw = paxlst("EJEMPLO GUARACA:ROSA AMPARO")
    stated = raw.replace(b"DTM+329:720805'", b"DTM+329:720805'LOC+180+:::AMBATO'", 1)
    assert upload(stated).status_code == 201
    (row,) = screen.get("/alerts.json").json()["rows"]
    detail = screen.get(f"/alerts/{row['id']}.json").json()["detail"]
    assert detail["traveller"]["birthplace"] == "AMBATO"
    assert "names.birthplace_equal" in {term["term"]["name"] for term in detail["alert"]["terms"]}


@pytest.mark.parametrize("tab", ["evidence", "message", "partners", "history", "seen"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_section_opens_in_both_languages(screen, listed, tab, language):
    answer = screen.get(f"/alerts/{listed}?tab={tab}", headers={"accept-language": language})
    assert answer.status_code == 200


def test_a_decision_takes_the_alert_out_of_the_queue_and_can_be_undone(screen, listed):
    answer = decide(screen, listed)
    assert answer.status_code == 303
    after = screen.get(answer.headers["location"]).text
    assert "Deshacer" in after
    assert screen.get("/alerts.json").json()["total"] == 0
    assert screen.get("/alerts.json?view=decided").json()["total"] == 1
    screen.post(f"/alerts/{listed}/undo")
    assert screen.get("/alerts.json").json()["rows"][0]["status"] == "assigned"


def test_after_a_decision_the_next_alert_opens(screen, upload, paxlst):
    upload(paxlst("EJEMPLO GUARACA:ROSA AMPARO", "INVENTADO TOAPANTA:LUIS"))
    first, second = [row["id"] for row in screen.get("/alerts.json").json()["rows"]]
    assert decide(screen, first).headers["location"].startswith(f"/alerts/{second}?done={first}")


def test_a_decision_without_a_reason_shows_the_page_again_with_what_was_written(screen, listed):
    answer = decide(screen, listed, reason="no")
    assert answer.status_code == 422
    assert "al menos ocho letras" in answer.text
    assert screen.get("/alerts.json").json()["total"] == 1


def test_a_decision_on_an_alert_that_changed_meanwhile_is_refused(screen, listed):
    answer = decide(screen, listed, reason="Revisado con el pasaporte", version=1)
    assert answer.status_code == 409
    assert "Revisado con el pasaporte" in answer.text


def test_a_decision_sent_twice_counts_once_and_goes_on(screen, upload, paxlst):
    upload(paxlst("EJEMPLO GUARACA:ROSA AMPARO", "INVENTADO TOAPANTA:LUIS"))
    first = screen.get("/alerts.json").json()["rows"][0]["id"]
    once, twice = decide(screen, first), decide(screen, first)
    assert (once.status_code, twice.headers["location"]) == (303, once.headers["location"])
    assert len(screen.get(f"/alerts/{first}.json").json()["detail"]["alert"]["decisions"]) == 1


def test_who_comes_second_reads_that_it_is_decided_and_what_they_wrote(screen, house, listed):
    decide(screen, listed)
    with house.browser("segunda") as other:
        other.headers["accept-language"] = "es"
        answer = decide(other, listed, reason="Visto en el mostrador")
        same = decide(other, listed, reason="Otro documento y otra fecha")
    assert (answer.status_code, same.status_code) == (409, 409)
    assert "ya está decidida" in answer.text
    assert "<q>Visto en el mostrador</q>" in answer.text


def test_who_has_seen_an_alert_is_shown(screen, listed):
    screen.get(f"/alerts/{listed}")
    assert "María Quishpe" in screen.get(f"/alerts/{listed}?tab=seen").text


def test_the_queue_filters_are_addresses(screen, listed):
    assert screen.get("/alerts.json?list=ejercicio").json()["total"] == 1
    assert screen.get("/alerts.json?list=otra").json()["total"] == 0
    flight = screen.get("/alerts.json").json()["rows"][0]["group_ref"]
    assert screen.get(f"/alerts.json?flight={flight}").json()["flight"]["number"] == "XA12"
    assert screen.get("/alerts?view=nothing").status_code == 422
    screen.post(f"/alerts/{listed}/assignment")
    assert screen.get("/alerts.json?view=mine").json()["total"] == 1


def test_flights_show_counts_and_the_timeline(screen, listed):
    board = screen.get("/flights.json?day=2026-11-21").json()
    (flight,) = board["flights"]
    assert (flight["number"], flight["travellers"], flight["pending"]) == ("XA12", 2, 1)
    (drawn,) = screen.get("/api/flights/timeline?day=2026-11-21").json()["flights"]
    assert set(drawn) == {
        "id",
        "number",
        "origin",
        "destination",
        "scheduled_arrival",
        "travellers",
        "alerts",
        "status",
    }
    page = screen.get(f"/flights/{flight['id']}").text
    assert f"/alerts/{listed}" in page
    assert "MORA" in page


def test_an_empty_day_points_to_the_nearest_with_arrivals(screen, listed):
    assert listed
    view = screen.get("/flights.json?day=2020-01-01").json()
    assert (view["flights"], view["nearest"]) == ([], "2026-11-21")
    assert screen.get("/flights?day=2020-01-01").status_code == 200


def test_the_api_decides_like_the_page(screen, listed):
    body = {"outcome": "confirmed", "reason": "Mismo documento, misma fecha"}
    answer = screen.post(f"/api/alerts/{listed}/decision", json=body)
    assert (answer.status_code, answer.json()["officer_name"]) == (200, "María Quishpe")
    again = screen.post(f"/api/alerts/{listed}/decision", json=body)
    assert (again.status_code, again.json()["type"]) == (409, "review.already_decided")


def test_the_supervisor_sees_retention_and_no_alert(house, listed):
    with house.browser("supervisora", Role.SUPERVISOR, purpose="oversight") as supervisor:
        assert "Alertas" in supervisor.get("/retention").text
        assert supervisor.get("/alerts").status_code == 403
        assert supervisor.get(f"/api/alerts/{listed}").status_code == 403
        assert supervisor.post("/api/retention/run").json()["erased"]


@pytest.mark.usefixtures("listed")
def test_the_export_holds_the_queue_as_filtered_and_is_a_leaf(house, screen):
    answer = screen.get("/alerts/export.csv?list=ejercicio")
    assert answer.headers["content-disposition"] == 'attachment; filename="alerts.csv"'
    assert "EJEMPLO GUARACA" in answer.text.splitlines()[1]
    assert len(screen.get("/alerts/export.csv?list=otra").text.splitlines()) == 1
    with house.node.store.transaction(Scope("EC-PN", "test")) as tx:
        taken = house.node.ledger.events(tx, kind=LeafKind.EXPORTED)
    assert [row.subject_ref for row in taken] == ["queue/travellers"] * 2


def marked(house, tlp: str) -> None:
    """The list is one that a partner gave under a marking."""
    ends = house.clock.now() + timedelta(days=9)
    terms = PartnerTerms("us-ec-2025", "art5.4", {"tlp": tlp}, uuid7(), ends)
    target = Target("ejercicio", ListFormat.OFAC_CSV, "us: sdn.csv", terms)
    given = SourceFiles(LIST.replace("EXERCISE", "OTHER").encode("latin-1"))
    with house.node.store.transaction(Scope("EC-PN", "setup")) as tx:
        keeper = house.node.people.keeper
        keeper.take_in(tx, given, target, Actor("node", "EC-PN", "setup"))
        for update in keeper.waiting(tx):
            keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "setup"))


@pytest.mark.usefixtures("listed")
def test_each_line_of_the_export_has_the_marking_of_its_list(house, screen):
    assert screen.get("/alerts/export.csv").text.splitlines()[1].endswith(',""')
    marked(house, "AMBER+STRICT")
    assert screen.get("/alerts/export.csv").text.splitlines()[1].endswith(',"TLP:AMBER+STRICT"')


@pytest.mark.usefixtures("listed")
def test_what_is_for_one_recipient_only_is_in_no_export_and_its_name_says_so(house, screen):
    marked(house, "RED")
    answer = screen.get("/alerts/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="alerts-0-of-1.csv"'
    assert "GUARACA" not in answer.text


def test_an_export_that_does_not_hold_all_says_so_in_its_name(screen, upload, paxlst, monkeypatch):
    upload(paxlst("EJEMPLO GUARACA:ROSA AMPARO", "INVENTADO TOAPANTA:LUIS"))
    monkeypatch.setattr(pages, "EXPORT_ROWS", 1)
    answer = screen.get("/alerts/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="alerts-1-of-2.csv"'
    assert len(answer.text.splitlines()) == 2


def test_an_officer_of_another_agency_sees_nothing_of_it(house, listed):
    with house.browser("otra") as other:
        session = house.session("otra")
        assert session
        with house.transaction() as tx:
            token, opened = house.session("otra")
            house.access.sessions.declare(tx, opened, "EC-SENAE", "border_control")
        other.cookies.clear()
        other.cookies.set("__Host-cordillera-ec", token)
        assert other.get("/alerts.json").json()["total"] == 0
        assert other.get(f"/alerts/{listed}").status_code == 404
        assert other.get("/messages.json").json()["rows"] == []
