"""OpenRefine reconciles a table with a list: manifest, questions, suggestions, preview, extension."""

import json

import pytest
from tests.desks.people.programs import asked, leaves, program
from tests.desks.people.refine_client import Refine
from tests.web.house import House

__all__ = ["asked"]


@pytest.fixture
def key(asked: House) -> str:
    return program(asked, "reconcile", "refine").headers["authorization"].removeprefix("Bearer ")


@pytest.fixture
def refine(asked: House, key: str) -> Refine:
    """A client that has nothing but an address with a key, as OpenRefine does."""
    return Refine(asked.visitor(), f"/reconcile/UN?key={key}&purpose=organised_crime")


def test_a_client_finds_everything_from_the_manifest(refine: Refine, key: str) -> None:
    told = refine.manifest
    assert told["name"] == "Cordillera: UN (2026-11-01)"
    assert {one["id"] for one in told["defaultTypes"]} >= {"Person", "Organization", "Vessel"}
    assert f"key={key}" in told["suggest"]["entity"]["service_path"]
    assert told["preview"]["url"].startswith("https://127.0.0.1:8700/reconcile/UN/preview/{{id}}?key=")


def test_a_column_of_names_is_reconciled(refine: Refine, asked: House) -> None:
    properties = [
        {"pid": "birthDate", "v": "1980-05-17"},
        {"pid": "Person:passportNumber", "v": {"id": "AB123456"}},
    ]
    found = refine.reconcile(
        {
            "q0": {"query": "Ana Lucia Velez Torres", "type": "Person", "limit": 3, "properties": properties},
            "q1": {"query": "Nadie Parecido", "type": ["Person", "Organization"], "type_strict": "should"},
            "q2": {
                "properties": [
                    {"pid": "name", "v": ["Ruperto Ejemplo Guaraca", "x"]},
                    {"pid": "vip", "v": True},
                ]
            },
        }
    )
    best = found["q0"]["result"][0]
    assert (best["name"], best["match"], best["type"]) == (
        "Ana Lucia Velez Torres",
        True,
        [{"id": "Person", "name": "Person"}],
    )
    assert best["description"] == "Person; UN (2026-11-01); 1980-05-17"
    assert found["q1"]["result"] == []
    assert found["q2"]["result"][0]["name"] == "Ruperto Ejemplo Guaraca"
    (leaf,) = leaves(asked)
    assert (leaf["by"], leaf["queries"], leaf["purpose"]) == ("reconcile", "3", "organised_crime")


def test_questions_may_come_in_the_address(refine: Refine) -> None:
    assert refine.reconcile({"q": {"query": "Ruperto Ejemplo Guaraca"}}, by_get=True)["q"]["result"]


def test_of_two_that_fit_none_is_called_certain(refine: Refine) -> None:
    found = refine.reconcile({"q": {"query": "Inventada10 Sin Parecido", "limit": 50}})["q"]["result"]
    at_the_line = [one for one in found if one["score"] >= 0.7]
    assert sum(one["match"] for one in found) == (1 if len(at_the_line) == 1 else 0)


def test_suggestions_are_read_from_another_origin(refine: Refine) -> None:
    assert [one["name"] for one in refine.suggest("entity", "rup")] == ["Ruperto Ejemplo Guaraca"]
    assert refine.suggest("entity", "r") == []
    assert [one["id"] for one in refine.suggest("property", "date of")] == ["birthDate"]
    assert [one["id"] for one in refine.suggest("type", "per")] == ["Person"]


def test_properties_are_fetched_for_chosen_entries(refine: Refine) -> None:
    found = refine.reconcile({"q": {"query": "Ana Lucia Velez Torres"}})["q"]["result"][0]["id"]
    assert {"birthDate", "passportNumber"} <= {one["id"] for one in refine.proposed("Person")} | {
        "passportNumber"
    }
    asked = [{"id": "birthDate"}, {"id": "weakAlias", "settings": {"limit": "1"}}, {"id": "religion"}]
    told = refine.extend([found, "cl-unknown"], asked)
    assert [one["id"] for one in told["meta"]] == ["birthDate", "weakAlias"]
    assert told["rows"][found]["birthDate"] == [{"str": "1980-05-17"}]
    assert told["rows"]["cl-unknown"] == {"birthDate": [], "weakAlias": []}


def test_a_preview_may_be_framed_by_openrefine_and_escapes_the_list(asked: House, refine: Refine) -> None:
    found = refine.suggest("entity", "quishpe")[0]["id"]
    page = refine.preview(found)
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;Oscar" in page.text
    assert "<b>" not in page.text
    assert "frame-ancestors http://127.0.0.1:* http://localhost:*" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    with asked.browser("oficial") as officer:
        own = officer.get(f"/reconcile/UN/preview/{found}")
        assert (own.status_code, own.headers["x-frame-options"]) == (200, "DENY")


REFUSED = (
    {"queries": "{"},
    {"queries": "[]"},
    {"queries": json.dumps({"q": {"query": 3}})},
    {"queries": json.dumps({str(at): {"query": "x"} for at in range(51)})},
    {"queries": '{"q": {"query": "a"}, "q": {"query": "b"}}'},
    {"queries": '{"q": {"query": "a", "limit": NaN}}'},
    {"extend": json.dumps({"ids": ["a"] * 101, "properties": []})},
    {"extend": "null"},
    {"x": "y"},
)


ALONE = (
    "Ruperto Ejemplo Guaraca",
    json.dumps({"query": "Ruperto Ejemplo Guaraca", "type": "Person", "limit": 2}),
)


@pytest.mark.parametrize("query", ALONE)
def test_a_question_may_come_alone(asked: House, key: str, query: str) -> None:
    visitor = asked.visitor()
    address = f"/reconcile/UN?key={key}"
    answers = (
        visitor.post(address, data={"query": query}),
        visitor.get(address, params={"key": key, "query": query}),
    )
    for answer in answers:
        assert [one["name"] for one in answer.json()["result"]] == ["Ruperto Ejemplo Guaraca"]
    assert [leaf["queries"] for leaf in leaves(asked)] == ["1", "1"]


@pytest.mark.parametrize("query", ["{", '{"query": 3}', "x" * 10_001, '{"queries": NaN}'])
def test_a_question_alone_that_cannot_be_read_is_refused(asked: House, key: str, query: str) -> None:
    answer = asked.visitor().post(f"/reconcile/UN?key={key}", data={"query": query})
    assert (answer.status_code, answer.json()["type"]) == (422, "people.query_unreadable")


ELSEWHERE = {"origin": "https://refine.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}


def test_errors_too_are_read_from_another_origin(asked: House, key: str) -> None:
    visitor = asked.visitor()
    visitor.headers.update(ELSEWHERE)
    answers = {
        200: visitor.post(f"/reconcile/UN?key={key}", data={"query": "Ruperto Ejemplo Guaraca"}),
        401: visitor.get("/reconcile/UN?key=cord_wrong"),
        404: visitor.get(f"/reconcile/Nowhere?key={key}"),
        405: visitor.put(f"/reconcile/UN?key={key}"),
        422: visitor.post(f"/reconcile/UN?key={key}", data={"queries": "{"}),
    }
    for status, answer in answers.items():
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, "*"), status
        assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in visitor.get("/api/health").headers


def test_an_officer_is_not_asked_through_by_a_page_elsewhere(asked: House) -> None:
    with asked.browser("oficial") as officer:
        answer = officer.post("/reconcile/UN", data={"query": "Ruperto Ejemplo Guaraca"}, headers=ELSEWHERE)
        assert (answer.status_code, answer.json()["type"]) == (403, "access.forged_request")
    assert leaves(asked) == []


def test_what_is_no_batch_is_refused(asked: House, key: str) -> None:
    visitor = asked.visitor()
    for form in REFUSED:
        answer = visitor.post(f"/reconcile/UN?key={key}", data=form)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), form
    assert leaves(asked) == []


def test_values_of_any_kind_are_taken_as_text_or_left(refine: Refine) -> None:
    odd = [
        {"pid": "birthDate", "v": value}
        for value in (1980, 1980.0, None, True, {}, {"id": 3}, [[]], "x" * 9_000)
    ]
    assert refine.reconcile({"q": {"query": "Ana Velez", "limit": -1, "properties": odd}})["q"] is not None
    assert refine.reconcile({"q": {"query": "Ana Velez", "type": "Starship", "limit": 1e9}})["q"] is not None


def test_an_empty_or_endless_cell_does_not_spoil_the_others(refine: Refine) -> None:
    cells = {
        "blank": "  ",
        "none": "",
        "title": "Sr. Dr.",
        "placeholder": "SIN NOMBRE",
        "endless": "x " * 5_000,
    }
    questions = {name: {"query": cell} for name, cell in cells.items()} | {"nothing": {}}
    found = refine.reconcile({**questions, "good": {"query": "Ruperto Ejemplo Guaraca"}})
    assert [one["name"] for one in found.pop("good")["result"]] == ["Ruperto Ejemplo Guaraca"]
    assert found == {name: {"result": []} for name in questions}


def test_who_wants_more_than_there_may_be_gets_what_there_may_be(asked: House, key: str) -> None:
    visitor = asked.visitor()
    for place in ("suggest/entity?prefix=inventada", "extend/properties?type=Person"):
        answer = visitor.get(f"/reconcile/UN/{place}&limit=9999&key={key}")
        assert answer.status_code == 200, place
        assert visitor.get(f"/reconcile/UN/{place}&limit=-1&key={key}").status_code == 422


def test_a_key_in_the_address_opens_reconciliation_only(asked: House, key: str) -> None:
    visitor = asked.visitor()
    assert visitor.get("/reconcile/UN").status_code == 401
    assert visitor.get("/reconcile/UN?key=cord_wrong").status_code == 401
    assert visitor.get(f"/catalog?key={key}").status_code == 401
    assert visitor.get(f"/reconcile/Nowhere?key={key}").status_code == 404
    match = program(asked, "match", "other").headers["authorization"].removeprefix("Bearer ")
    assert visitor.get(f"/reconcile/UN?key={match}").status_code == 403
    assert visitor.get(f"/alerts?key={key}", follow_redirects=False).status_code == 303
