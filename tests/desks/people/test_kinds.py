"""Organisations and vessels of a list are found, by search, programs and tables, as persons are."""

import csv
import io
import json

import pytest
from tests.desks.people.persons import Persons
from tests.desks.people.programs import program
from tests.desks.people.refine_client import Refine
from tests.desks.people.test_search import ask

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.people.search_core import others_of, read_line
from cordillera.desks.people.tables import read_people
from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.whole_index import KINDS
from cordillera.foundation.explain import total

AZUL = {"name": ["Comercial Fábrika Azul 7 S.A."], "alias": ["Azul Trading"], "taxNumber": ["1790012345001"]}
WIND = {"name": ["NORDIC WIND"], "previousName": ["Sea Star III"], "imoNumber": ["IMO9074729"]}
ENTRIES = (("c1", "Company", AZUL), ("v1", "Vessel", WIND), ("p1", "Person", {"name": ["Rosa Azul Quispe"]}))


def lines(*entries: tuple[str, str, dict[str, list[str]]]) -> bytes:
    told = [
        {"id": one, "schema": schema, "properties": says, "target": True} for one, schema, says in entries
    ]
    return "".join(json.dumps(line) + "\n" for line in told).encode()


def give(world: Persons, raw: bytes) -> None:
    house = world.house
    with house.transaction() as tx:
        by = Actor("node", "EC-PN", "setup")
        house.node.people.import_source(tx, SourceFiles(raw), ("NAVAL", ListFormat.FTM), by, smaller=True)
        for update in house.node.people.keeper.waiting(tx):
            house.node.people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "operation"))


@pytest.fixture(autouse=True)
def listed(world: Persons) -> Persons:
    give(world, lines(*ENTRIES))
    return world


def found(answer: dict) -> list[tuple[str, str]]:
    return [(one["item"]["kind"], one["item"]["label"]) for one in answer["result"]["found"]]


@pytest.mark.parametrize("line", ["Fabrica Azul 7 Sociedad Anónima", "Azul Trading S.A."])
def test_the_search_box_finds_a_company_with_another_legal_form(analyst, line: str):
    answer = ask(analyst, line)
    assert found(answer)[0] == ("organisation", "Comercial Fábrika Azul 7 S.A.")
    likeness = answer["result"]["found"][0]["likeness"]
    assert likeness["score"] == sum(term["contribution"] for term in likeness["terms"])
    assert likeness["rests_on"] == ["name"]


def test_numbers_of_a_name_must_agree(analyst):
    meant = ask(analyst, "Comercial Fabrika Azul 7")["result"]["found"][0]
    other = [one for one in ask(analyst, "Comercial Fabrika Azul 2004")["result"]["found"]
             if one["item"]["kind"] == "organisation"]  # fmt: skip
    assert meant["alert"]
    assert not any(one["alert"] for one in other)


@pytest.mark.parametrize("line", ["M/V Sea Star 3", "IMO 9074729", "9074729 Blue Gull"])
def test_the_search_box_finds_a_vessel_by_a_former_name_and_by_its_imo_number(analyst, line):
    answer = ask(analyst, line)
    assert found(answer)[0] == ("vessel", "NORDIC WIND")


def test_a_number_whose_check_digit_fails_is_told(analyst):
    answer = ask(analyst, "Nordic Wind IMO 9074728")
    names = {term["name"] for term in answer["result"]["found"][0]["likeness"]["terms"]}
    assert "names.document_doubtful" in names


def test_pages_of_a_vessel_say_what_it_is_and_that_its_name_alone_was_compared(analyst):
    answer = analyst.post("/people", data={"q": "Nordic Wind"}, follow_redirects=False)
    for language, kind, alone in (
        ("es", "Buque", "Solo por el nombre"),
        ("en", "Vessel", "By the name alone"),
    ):
        page = analyst.get(answer.headers["location"] + f"?lang={language}").text
        assert kind in page
        assert alone in page
    assert "Vessel" in analyst.get("/people/item/list/NAVAL~v1?lang=en").text


def test_a_company_and_a_person_are_compared_by_the_rules_of_the_company(analyst):
    page = analyst.get("/people/compare/list/NAVAL~c1/list/NAVAL~v1.json").json()
    assert page["drawn"]["likeness"]["score"] < 0


def test_the_heading_of_a_comparison_says_what_both_sides_are(analyst):
    for path, spanish, english in (
        ("", "Comparar lado a lado", "Compare side by side"),
        ("/list/NAVAL~c1/list/NAVAL~v1", "Comparar lado a lado", "Compare side by side"),
        ("/list/NAVAL~v1/list/NAVAL~v1", "Comparar dos buques", "Compare two vessels"),
    ):
        for language, heading in (("es", spanish), ("en", english)):
            assert f"<title>{heading}" in analyst.get(f"/people/compare{path}?lang={language}").text


def test_match_answers_companies_and_vessels_with_terms_that_sum(listed: Persons):
    queries = {
        "company": {"schema": "Company", "properties": {"name": ["Fabrica Azul 7 S.A."]}},
        "ship": {"schema": "Vessel", "properties": {"name": ["Another"], "imoNumber": ["9074729"]}},
        "anything": {"schema": "Thing", "properties": {"name": ["Azul Trading"]}},
        "person": {"schema": "Person", "properties": {"name": ["Azul Trading"]}},
    }
    told = program(listed.house).post("/match/NAVAL", json={"queries": queries}).json()["responses"]
    best = {key: one["results"][0] if one["results"] else None for key, one in told.items()}
    assert (best["company"]["schema"], best["company"]["match"]) == ("Organization", True)
    assert (best["ship"]["schema"], best["ship"]["match"], best["ship"]["rests_on"]) == (
        "Vessel",
        True,
        ["document"],
    )
    assert best["anything"]["caption"] == "Comercial Fábrika Azul 7 S.A."
    assert best["person"] is None
    for one in (best["company"], best["ship"]):
        assert one["engine_score"] == sum(one["features"].values())


def test_reconciliation_answers_companies_and_vessels(listed: Persons):
    key = program(listed.house, "reconcile", "refine").headers["authorization"].removeprefix("Bearer ")
    refine = Refine(listed.house.visitor(), f"/reconcile/NAVAL?key={key}&purpose=organised_crime")
    imo = {"pid": "imoNumber", "v": "9074729"}
    answers = refine.reconcile(
        {
            "q0": {"query": "Fabrica Azul 7", "type": "Organization"},
            "q1": {
                "query": "Nordic Wind",
                "type": "Vessel",
                "properties": [imo],
            },
        }
    )
    assert [answers[key]["result"][0]["type"][0]["id"] for key in ("q0", "q1")] == ["Organization", "Vessel"]
    assert answers["q1"]["result"][0]["match"]


def test_a_table_with_a_column_of_kinds_is_screened_by_their_rules(listed: Persons):
    text = (
        "name,kind,imo_number\nComercial Fabrica Azul 7,Company,\nOther,Vessel,9074729\nRosa Azul Quispe,,\n"
    )
    subjects = list(read_people(io.StringIO(text)))
    assert [subject.kind for subject in subjects] == [KINDS[1], KINDS[2], KINDS[0]]
    with listed.house.transaction() as tx:
        hits = listed.house.node.people.lists.hits(tx, subjects)
    assert [one[0].entry_id for one in hits] == ["c1", "v1", "p1"]
    assert all(one[0].score == total(one[0].terms) for one in hits)
    assert {one[0].list_name for one in hits} == {"NAVAL"}


def test_the_batch_endpoint_tells_what_each_answer_rests_on(listed: Persons):
    text = "name,kind,imo_number\nOther,Vessel,9074729\n"
    answer = program(listed.house).post(
        "/match/NAVAL/csv", content=text.encode(), headers={"content-type": "text/csv"}
    )
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["caption"], row["rests_on"]) == ("NORDIC WIND", "document")


def test_what_a_new_version_changes_is_found_and_what_it_drops_is_not(listed: Persons, analyst):
    others = tuple((f"x{n}", "Company", {"name": [f"Invento {n} Quetzal"]}) for n in range(20))
    give(listed, lines(*ENTRIES, *others))
    assert found(ask(analyst, "Nordic Wind"))[0][0] == "vessel"
    ship = ("v1", "Vessel", {"name": ["GOLDEN HERON"], "imoNumber": ["IMO9074729"]})
    give(listed, lines(ENTRIES[0], ship, ENTRIES[2], *others))
    assert ("vessel", "GOLDEN HERON") in found(ask(analyst, "Golden Heron"))
    assert not found(ask(analyst, "Sea Star III"))
    with listed.house.transaction() as tx:
        (loaded,) = listed.house.node.people.lists.current(tx, "NAVAL")
    assert len(loaded.index) == len(list(loaded.everything())) == 23


def test_a_traveller_is_compared_with_persons_only(listed: Persons):
    (subject,) = read_people(io.StringIO("full_name\nAzul Trading\n"))
    with listed.house.transaction() as tx:
        assert listed.house.node.people.lists.hits(tx, [subject]) == [()]


def test_a_line_is_asked_with_and_without_its_numbers():
    asked = others_of(read_line("11420 Corp."), [SubjectKind.ORGANISATION])
    assert [subject.full_name for subject in asked] == ["Corp.", "11420 Corp."]


def test_two_typed_names_of_companies_are_compared_by_their_rules(analyst):
    lines = {"left": "Grupo Invento 2004 S.A.", "right": "Grupo Invento 2007 S.A.", "kind": "organisation"}

    def compared(**more: str) -> dict:
        answer = analyst.post("/people/compare", data=lines | more, follow_redirects=False)
        return analyst.get(answer.headers["location"] + ".json").json()["drawn"]["likeness"]

    terms = {term["name"]: term["detail"] for term in compared()["terms"]}
    assert (terms["names.number_differs"], terms["names.form_equal"]) == ("2004 / 2007", "stock / stock")
    assert compared(right="Invento Grupo 2004")["score"] > 0 > compared()["score"]
    assert analyst.post("/people/compare", data=lines | {"kind": "planet"}).status_code == 422


def test_a_typed_number_that_meets_no_number_of_the_entry_completes_nothing(analyst):
    (one, *_) = ask(analyst, "Comercial Fabrica Azul 7 9074728")["result"]["found"]
    assert (one["likeness"]["completeness"], one["likeness"]["rests_on"]) == (0.0, ["name"])
