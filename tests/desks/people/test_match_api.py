"""Clients written for yente ask the lists: the shapes they expect, and what our rules add."""

import msgspec
import pytest
from tests.desks.people.programs import OTHERS, asked, leaves, person, program, take_in, un_list
from tests.web.house import House

from cordillera.desks.people import match_core, match_score
from cordillera.desks.people.errors import EntryNotFound
from cordillera.desks.people.match_errors import UnknownSchema
from cordillera.desks.people.match_ftm import subjects_of
from cordillera.trust.access.model import Role

__all__ = ["asked"]

QUERY = {"schema": "Person", "properties": {"name": ["Ana Lucia Velez Torres"], "birthDate": ["1980-05-17"]}}


class Result(msgspec.Struct):
    """What a client of yente decodes of a result, with its names and kinds."""

    id: str
    caption: str
    schema: str
    properties: dict[str, list[str]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: str
    last_seen: str
    last_change: str
    score: float
    features: dict[str, float]
    match: bool


class Total(msgspec.Struct):
    value: int
    relation: str


class Example(msgspec.Struct):
    schema: str
    properties: dict[str, list[str]]
    id: str | None


class Matches(msgspec.Struct):
    status: int
    results: list[Result]
    total: Total
    query: Example


class Response(msgspec.Struct):
    responses: dict[str, Matches]
    matcher: dict[str, dict[str, str | float]]
    limit: int


def ask(house: House, queries: dict[str, object], name: str = "UN", **params: str) -> Response:
    answer = program(house, name=f"c{len(leaves(house))}").post(
        f"/match/{name}", json={"queries": queries}, params=params
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Response)


def test_a_client_of_yente_reads_the_answer(asked: House) -> None:
    other = {"id": "mine", "schema": "Person", "properties": {"name": "Nadie Parecido", "gender": ["male"]}}
    read = ask(asked, {"one": QUERY, "two": other}, limit="3")
    best = read.responses["one"].results[0]
    assert (best.caption, best.schema, best.match) == ("Ana Lucia Velez Torres", "Person", True)
    assert 0.7 <= best.score < 1.0
    assert best.properties["birthDate"] == ["1980-05-17"]
    assert best.properties["passportNumber"] == ["AB123456"]
    assert best.properties["weakAlias"] == ["El Apodo 1"]
    assert best.datasets == ["UN"]
    assert (read.limit, read.responses["one"].total) == (3, Total(1, "eq"))
    assert read.responses["one"].query == Example("Person", QUERY["properties"], None)
    assert read.responses["two"].results == []
    assert read.responses["two"].query.id == "mine"
    assert set(best.features) <= set(read.matcher)


def test_every_answer_names_its_lists_with_date_and_version(asked: House) -> None:
    answer = program(asked).post("/match/default", json={"queries": {"q": QUERY}}).json()
    (told,) = answer["lists"]
    assert (told["name"], told["date"], len(told["version"])) == ("UN", "2026-11-01", 36)
    assert answer["responses"]["q"]["results"][0]["list_date"] == "2026-11-01"


def test_features_sum_to_the_engine_s_score(asked: House) -> None:
    answer = program(asked).post("/match/UN", json={"queries": {"q": QUERY}}).json()
    best = answer["responses"]["q"]["results"][0]
    assert sum(best["features"].values()) == best["engine_score"]
    assert {name: told["score"] for name, told in best["explanations"].items()} == best["features"]


def test_the_wire_s_score_is_seven_tenths_at_the_list_s_threshold_and_never_saturates() -> None:
    line = match_score.default_threshold()
    scores = [match_score.to_wire(line + step / 20, line) for step in range(-20, 21)]
    assert scores == sorted(set(scores))
    assert (match_score.to_wire(line, line), max(scores) < 1.0, min(scores) > 0.0) == (0.7, True, True)
    for wire in (0.1, 0.5, 0.7, 0.95):
        assert match_score.to_wire(match_score.to_engine(wire, line), line) == pytest.approx(wire, abs=1e-5)


def test_match_follows_the_threshold_that_was_asked_for(asked: House) -> None:
    best = ask(asked, {"q": QUERY}).responses["q"].results[0]
    strict = ask(asked, {"q": QUERY}, threshold=str(min(best.score + 0.001, 1.0))).responses["q"]
    assert (strict.results[0].match, strict.total.value) == (False, 0)


def test_nationality_country_and_gender_of_a_query_change_nothing(asked: House) -> None:
    with_traits = {
        **QUERY,
        "properties": {**QUERY["properties"], "nationality": ["ec"], "gender": ["female"]},
    }
    one, other = ask(asked, {"q": QUERY}), ask(asked, {"q": with_traits})
    assert one.responses["q"].results == other.responses["q"].results


def test_several_forms_of_a_name_and_a_document_lead_to_one_candidate(asked: House) -> None:
    query = {
        "schema": "Person",
        "properties": {"name": ["A. Velez", "Ana Velez Torres"], "firstName": ["Ana Lucia"],
                       "lastName": ["Velez"], "passportNumber": ["AB123456"]},
    }  # fmt: skip
    results = ask(asked, {"q": query}).responses["q"].results
    assert [one.caption for one in results] == ["Ana Lucia Velez Torres"]


def test_parameters_leave_entries_out(asked: House) -> None:
    best = ask(asked, {"q": QUERY}).responses["q"].results[0]
    for params in (
        {"exclude_entity_ids": best.id},
        {"exclude_entity_ids": best.referents[0]},
        {"exclude_schema": "Person"},
        {"exclude_dataset": "UN"},
        {"include_dataset": "OFAC"},
        {"topics": "crime"},
        {"changed_since": "2999-01-01"},
    ):
        assert ask(asked, {"q": QUERY}, **params).responses["q"].results == [], params
    kept = {"topics": "sanction", "include_dataset": "UN", "fuzzy": "false", "algorithm": "logic-v2"}
    assert ask(asked, {"q": QUERY}, **kept).responses["q"].results
    assert ask(asked, {"q": {**QUERY, "schema": "Company"}}).responses["q"].results == []


REFUSED = (
    ("UN", {"queries": {}}, {}, 422),
    ("UN", {"queries": {str(at): QUERY for at in range(101)}}, {}, 422),
    ("UN", {"queries": {"q": {"schema": "Spaceship", "properties": {}}}}, {}, 422),
    ("UN", {"queries": {"q": {"schema": "Person", "properties": {"name": [{"id": 3}]}}}}, {}, 422),
    ("UN", {"queries": {"q": {"schema": "Person", "properties": {"name": True}}}}, {}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"changed_since": "last week"}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"changed_since": "01/02/2020"}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"threshold": "nan"}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"algorithm": "guesswork"}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"limit": "501"}, 422),
    ("UN", {"queries": {"q": QUERY}}, {"purpose": "curiosity"}, 422),
    ("Nowhere", {"queries": {"q": QUERY}}, {}, 404),
)


def test_what_cannot_be_answered_is_refused_as_a_problem(asked: House) -> None:
    client = program(asked)
    for name, body, params, status in REFUSED:
        answer = client.post(f"/match/{name}", json=body, params=params)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert "Velez" not in answer.text
    assert leaves(asked) == []


def test_an_empty_example_is_answered_with_nobody(asked: House) -> None:
    empty = {"schema": "Person", "properties": {"name": ["", "  "], "birthDate": ["1980-05-17"]}}
    assert ask(asked, {"q": empty}).responses["q"].results == []


def test_numbers_and_missing_values_are_read_as_a_program_writes_them(asked: House) -> None:
    written = {
        "name": ["Ana Lucia Velez Torres", None],
        "birthDate": 1980,
        "idNumber": [1710034065.0],
        "alias": None,
    }
    query = {"schema": "Person", "properties": written}
    read = ask(asked, {"q": query}, changed_since="2020-01-01T00:00:00").responses["q"]
    plain = {"name": ["Ana Lucia Velez Torres"], "birthDate": ["1980"], "idNumber": ["1710034065"]}
    assert read.query.properties == plain
    assert read.results == ask(asked, {"q": {**query, "properties": plain}}).responses["q"].results
    assert [one.caption for one in read.results] == ["Ana Lucia Velez Torres"]


def test_each_batch_writes_a_leaf_with_actor_purpose_and_versions(asked: House) -> None:
    client = program(asked, name="sistema-migratorio")
    client.post(
        "/match/UN", json={"queries": {"a": QUERY, "b": QUERY}}, headers={"x-purpose": "border_control"}
    )
    (leaf,) = leaves(asked)
    assert (leaf["actor"], leaf["purpose"]) == ("machine:sistema-migratorio", "border_control")
    assert (leaf["by"], leaf["queries"], leaf["results"]) == ("match", "2", "2")
    assert len(leaf["lists"]) == 36


def test_nobody_asks_without_a_token_of_the_scope_or_the_permission(asked: House) -> None:
    body = {"queries": {"q": QUERY}}
    assert asked.visitor().post("/match/UN", json=body).status_code == 401
    assert program(asked, "ingest", "gateway").post("/match/UN", json=body).status_code == 403
    assert program(asked, "reconcile", "refine").post("/match/UN", json=body).status_code == 403
    with asked.browser("operador", Role.OPERATOR) as operator:
        assert operator.post("/match/UN", json=body).status_code == 403
    with asked.browser("oficial", Role.WATCH_OFFICER) as officer:
        assert officer.post("/match/UN", json=body).json()["responses"]["q"]["results"][0]["match"]
        officer.headers["x-csrf-token"] = "forged"
        assert officer.post("/match/UN", json=body).status_code == 403
    key = program(asked, name="llave").headers["authorization"].removeprefix("Bearer ")
    answer = asked.visitor().post("/match/UN", json=body, headers={"authorization": f"ApiKey {key}"})
    assert answer.status_code == 200
    assert asked.visitor().post(f"/match/UN?key={key}", json=body).status_code == 401


def test_search_entities_catalog_and_algorithms(asked: House) -> None:
    client = program(asked)
    found = client.get("/search/UN", params={"q": "ruperto"}).json()
    assert [one["caption"] for one in found["results"]] == ["Ruperto Ejemplo Guaraca"]
    one = client.get(f"/entities/{found['results'][0]['id']}").json()
    assert one["properties"]["birthDate"] == ["1971-01-02"]
    assert client.get("/entities/cl-xxxx").status_code == 404
    assert client.get("/search/UN", params={"q": " "}).status_code == 422
    catalog = client.get("/catalog").json()
    assert [(told["name"], told["version"]) for told in catalog["datasets"]] == [("UN", "2026-11-01")]
    assert client.get("/algorithms").json()["default"] == "cordillera"
    assert {leaf["by"] for leaf in leaves(asked)} == {"search", "entity"}


def test_a_new_version_of_a_list_answers_at_once_under_the_same_ids(asked: House) -> None:
    before = ask(asked, {"q": QUERY}).responses["q"].results[0]
    new = un_list(
        person(1, "Ana Lucia", "Velez Torres", "1980-05-17"),
        person(2, "Ruperto", "Ejemplo Guaraca", "1971-01-02"),
        person(3, "Oscar", "Quishpe Inventado", "1969-03-04"),
        *OTHERS,
    )
    take_in(asked, new)
    after = ask(asked, {"q": QUERY}).responses["q"].results[0]
    assert (before.id, "passportNumber" in after.properties) == (after.id, False)


def test_ids_come_back_or_are_not_found() -> None:
    assert match_core.decode_id(match_core.encode_id("Lista ñ", "a/b\\c?")) == ("Lista ñ", "a/b\\c?")
    for wrong in ("", "cl-", "UN", "cl-!!", "cl-AAAA", "cl-" + "A" * 399):
        with pytest.raises(EntryNotFound):
            match_core.decode_id(wrong)


def test_names_and_documents_of_an_example_are_bounded() -> None:
    many = {"name": [f"Nombre {at}" for at in range(60)], "idNumber": [str(at) for at in range(60)]}
    subjects = subjects_of("Person", many)
    assert (len(subjects), len(subjects[0].documents)) == (8, 8)
    assert [one.full_name for one in subjects_of("Person", {"lastName": ["Loor"]})] == ["Loor"]
    assert subjects_of("Vessel", {"imoNumber": ["9074729"]})[0].documents[0].number == "9074729"
    with pytest.raises(UnknownSchema):
        subjects_of("Pet", {})
