import json

import pytest
from litestar.testing import TestClient
from tests.web.house import House

from cordillera.trust.access.model import Role

XML = (
    b'<CONSOLIDATED_LIST dateGenerated="2026-11-01T00:00:00Z"><INDIVIDUALS><INDIVIDUAL>'
    b"<FIRST_NAME>&lt;b&gt;Ana&lt;/b&gt;</FIRST_NAME><SECOND_NAME>Velez Torres</SECOND_NAME>"
    b"<REFERENCE_NUMBER>X.1/2</REFERENCE_NUMBER><NATIONALITY><VALUE>Nowhere</VALUE></NATIONALITY>"
    b"<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>La Profe</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    b"<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>AB123456</NUMBER>"
    b"</INDIVIDUAL_DOCUMENT></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
)


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def operator(house: House) -> TestClient:
    return house.browser("operator", Role.OPERATOR, purpose="operation")


@pytest.fixture
def officer(house: House) -> TestClient:
    return house.browser("officer", Role.WATCH_OFFICER)


def send(client: TestClient, raw: bytes, name: str = "UN", **more: str):
    data = {"name": name, "format": "un-xml", "accept_smaller": "", **more}
    files = {"file": ("un.xml", raw, "text/xml")}
    return client.post("/lists", data=data, files=files, follow_redirects=False)


def search(client: TestClient, line: str) -> str:
    """Search, and return the address of the results."""
    return client.post("/people", data={"q": line}, follow_redirects=False).headers["location"]


def found(client: TestClient, line: str) -> dict:
    """Return the first item that a search finds."""
    return client.get(f"{search(client, line)}.json").json()["result"]["found"][0]["item"]


def test_an_operator_imports_a_list_and_the_page_shows_it(operator: TestClient) -> None:
    assert send(operator, XML).status_code == 303
    page = operator.get("/lists?lang=en&done=UN")
    assert page.status_code == 200
    assert "Watchlists" in page.text
    (active,) = operator.get("/lists.json").json()["active"]
    assert (active["list_name"], active["list_date"], active["persons"]) == ("UN", "2026-11-01", 1)


def test_a_refused_list_is_told_and_the_old_one_stays(operator: TestClient) -> None:
    send(operator, XML)
    answer = send(operator, XML[:300])
    assert answer.status_code == 422
    (active,) = operator.get("/lists.json").json()["active"]
    assert active["entries"] == 1


@pytest.mark.parametrize("language", ["es", "en", "qps"])
def test_every_page_speaks_every_language(operator: TestClient, officer: TestClient, language: str) -> None:
    assert officer.get(f"/lists?lang={language}").status_code == 200
    send(operator, XML)
    send(operator, XML)
    for page in ("/lists", "/people", search(officer, "Ana Velez"), search(officer, "Nobody Here")):
        assert officer.get(f"{page}?lang={language}").status_code == 200
    assert operator.get(f"/lists?lang={language}").status_code == 200
    assert send(operator, b"<x/>", lang=language).status_code == 422


def test_a_watch_officer_may_read_but_not_import(officer: TestClient) -> None:
    assert officer.get("/lists").status_code == 200
    assert send(officer, XML).status_code == 403
    assert 'enctype="multipart/form-data"' not in officer.get("/lists").text


def test_a_search_shows_candidates_explained_and_marked_as_not_verified(
    operator: TestClient, officer: TestClient
) -> None:
    send(operator, XML)
    address = search(officer, "Velez Ana")
    page = officer.get(f"{address}?lang=en")
    assert page.status_code == 200
    assert "<b>Ana</b>" not in page.text
    assert "Candidate, not verified" in page.text
    shown = officer.get(f"{address}.json").json()
    (hit,) = shown["result"]["found"]
    assert hit["item"]["ref"] == "UN~X.1/2"
    likeness = hit["likeness"]
    assert likeness["score"] == sum(term["contribution"] for term in likeness["terms"])
    assert shown["lists"][0]["list_date"] == "2026-11-01"
    by_document = officer.get(f"{search(officer, 'ab 123456')}.json").json()
    assert by_document["result"]["found"][0]["item"]["ref"] == "UN~X.1/2"


def test_an_entry_has_a_page(operator: TestClient, officer: TestClient) -> None:
    xml = XML.replace(b"X.1/2", b"XXi.001")
    send(operator, xml)
    home = found(officer, "Velez Ana")["home"]
    for language in ("es", "en"):
        page = officer.get(f"{home}?lang={language}")
        assert page.status_code == 200
        assert "La Profe" in page.text
    assert officer.get(home.replace("XXi.001", "XXi.999")).status_code == 404


def test_every_search_and_look_is_recorded(house: House, operator: TestClient, officer: TestClient) -> None:
    send(operator, XML.replace(b"X.1/2", b"XXi.001"))
    officer.get(found(officer, "Velez Ana")["home"])
    with house.transaction() as tx:
        seen = house.node.ledger.events(tx, subject_ref="list:UN/XXi.001")
        searched = house.node.ledger.events(tx, subject_ref="people.search")
    assert (len(seen), len(searched)) == (1, 1)


def test_the_operations_answer_what_the_pages_do(operator: TestClient, officer: TestClient) -> None:
    sent = operator.post(
        "/api/lists/UN?format=un-xml", content=XML, headers={"content-type": "application/octet-stream"}
    )
    assert sent.status_code == 201
    assert officer.get("/api/lists").json()["lists"][0]["names"] == 2
    asked = {"full_name": "Ana Velez", "documents": [{"type": "P", "number": "AB123456"}]}
    answer = officer.post(
        "/api/people/search", content=json.dumps(asked), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200
    best = answer.json()["candidates"][0]
    assert best["score"] == sum(term["contribution"] for term in best["terms"]) > best["threshold"]
    assert best["similarity"] > 0.9 < best["probability"]
    assert 0.0 < best["completeness"] < 1.0
    refused = officer.post(
        "/api/people/search",
        content=json.dumps({**asked, "nationality": "Nowhere"}),
        headers={"content-type": "application/json"},
    )
    assert refused.status_code == 422
    assert officer.post("/api/people/search", json={}).status_code == 422
