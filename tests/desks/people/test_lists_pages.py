"""The pages of lists: what waits is seen, agreed to and refused; sources are configured."""

from pathlib import Path

import pytest
from litestar.testing import TestClient
from tests.desks.people.lists_world import un_list
from tests.web.house import House

from cordillera.trust.access.model import Role

REASON = {"reason": "Checked with the publisher by phone"}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.fixture
def operator(house: House) -> TestClient:
    return house.browser("operator", Role.OPERATOR, purpose="operation")


@pytest.fixture
def analyst(house: House) -> TestClient:
    return house.browser("analyst", Role.ANALYST)


def send(client: TestClient, raw: bytes, **more: str):
    data = {"name": "UN", "format": "un-xml", "accept_smaller": "", **more}
    files = {"file": ("un.xml", raw, "text/xml")}
    return client.post("/lists", data=data, files=files, follow_redirects=False)


def post(client: TestClient, path: str, **form: str):
    return client.post(path, data=form, follow_redirects=False)


def waiting(client: TestClient) -> dict[str, object]:
    return client.get("/lists/of/UN.json").json()["line"]["waiting"]


def test_a_held_version_is_seen_field_by_field_and_agreed_to(
    operator: TestClient, analyst: TestClient
) -> None:
    send(operator, un_list(30))
    changed = un_list(30, first=1).replace(b"PERSONA0005", b"<![CDATA[=1+1 <b>]]>")
    assert send(operator, changed, hold="yes").headers["location"] == "/lists/of/UN"
    version = waiting(operator)["version_id"]
    for language in ("es", "en", "qps"):
        for path in ("/lists", "/lists/of/UN", f"/lists/difference/{version}"):
            assert analyst.get(f"{path}?lang={language}").status_code == 200
    page = analyst.get(f"/lists/difference/{version}?lang=en")
    assert "=1+1 &lt;b&gt;" in page.text
    shown = analyst.get(f"/lists/difference/{version}.json").json()
    assert [row["change"] for row in shown["difference"]["rows"]] == ["removed", "changed", "added"]
    assert {line["title"] for line in analyst.get("/index.json").json()["waiting"]} == {"home.waiting.lists"}
    assert (
        post(analyst, f"/lists/versions/{version}/agree").headers["location"] == "/lists/of/UN?done=activated"
    )
    assert operator.get("/lists/of/UN?done=activated&lang=es").status_code == 200
    assert waiting(operator) is None


def test_a_smaller_list_needs_another_officer_on_the_page_too(
    operator: TestClient, analyst: TestClient
) -> None:
    send(operator, un_list(30))
    assert send(operator, un_list(20)).status_code == 422
    send(operator, un_list(20), accept_smaller="yes")
    version = waiting(operator)["version_id"]
    again = post(operator, f"/lists/versions/{version}/agree")
    assert again.status_code == 422
    assert operator.get("/lists.json").json()["lines"][0]["version"]["entries"] == 30
    post(analyst, f"/lists/versions/{version}/agree")
    assert operator.get("/lists.json").json()["lines"][0]["version"]["entries"] == 20


def test_a_refusal_and_a_way_back_need_a_reason(operator: TestClient, analyst: TestClient) -> None:
    send(operator, un_list(30))
    old = operator.get("/lists.json").json()["active"][0]["version_id"]
    send(operator, un_list(31), hold="yes")
    version = waiting(operator)["version_id"]
    short = post(analyst, f"/lists/versions/{version}/refuse", reason="no")
    assert (short.status_code, ">no</textarea>" in short.text) == (422, True)
    refused = post(analyst, f"/lists/versions/{version}/refuse", **REASON)
    assert refused.headers["location"] == "/lists/of/UN?done=refused"
    send(operator, un_list(31))
    assert post(analyst, f"/lists/versions/{old}/rollback", reason="").status_code == 422
    back = post(analyst, f"/lists/versions/{old}/rollback", **REASON)
    assert back.headers["location"] == "/lists/of/UN?done=rolled_back"
    outcomes = [one["outcome"] for one in operator.get("/lists/of/UN.json").json()["updates"]]
    assert outcomes == ["rolled_back", "activated", "refused", "activated"]
    assert operator.get("/lists/of/UN?lang=en&done=rolled_back").status_code == 200


def test_a_source_is_configured_looked_at_and_its_failure_told(operator: TestClient, tmp_path: Path) -> None:
    send(operator, un_list(30))
    file = tmp_path / "list.xml"
    file.write_bytes(un_list(31))
    form = {"format": "un-xml", "kind": "file", "place": str(file), "every_minutes": "0", "automatic": "yes"}
    assert post(operator, "/lists/of/UN/source", **form, stale_days="x").status_code == 422
    assert post(operator, "/lists/of/UN/source", **{**form, "place": "here"}).status_code == 422
    assert post(operator, "/lists/of/UN/source", **form).headers["location"] == "/lists/of/UN?done=source"
    assert post(operator, "/lists/of/UN/look").headers["location"] == "/lists/of/UN?done=activated"
    file.unlink()
    assert post(operator, "/lists/of/UN/look").headers["location"] == "/lists/of/UN?done=failed"
    for language in ("es", "en"):
        for path in ("/lists", "/lists/of/UN?done=failed"):
            page = operator.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.status_code == 200
    assert "could not be updated" in page.text
    assert "home.waiting.sources" in {line["title"] for line in operator.get("/index.json").json()["waiting"]}
    assert post(operator, "/lists/of/UN/source/remove").headers["location"] == "/lists"


def test_who_may_only_read_lists_sees_no_difference(house: House, operator: TestClient) -> None:
    send(operator, un_list(30))
    send(operator, un_list(31), hold="yes")
    version = waiting(operator)["version_id"]
    watch = house.browser("watch", Role.WATCH_OFFICER)
    assert watch.get("/lists/of/UN").status_code == 200
    assert watch.get(f"/lists/difference/{version}").status_code == 403
    assert post(watch, f"/lists/versions/{version}/agree").status_code == 403
    assert post(watch, "/lists/of/UN/look").status_code == 403
    assert watch.get("/lists/of/Nothing").status_code == 404


def test_the_operations_do_what_the_pages_do(
    operator: TestClient, analyst: TestClient, tmp_path: Path
) -> None:
    send(operator, un_list(30))
    (tmp_path / "list.xml").write_bytes(un_list(40))
    source = {
        "list_name": "UN", "format": "un-xml", "kind": "file", "place": str(tmp_path / "list.xml"),
        "policy": {"largest_change": 10},
    }  # fmt: skip
    assert operator.put("/api/watchlists/UN/source", json=source).status_code == 200
    assert operator.post("/api/watchlists/UN/look").json()["outcome"] == "waiting"
    (line,) = analyst.get("/api/watchlists").json()["lists"]
    version = line["waiting"]["version_id"]
    assert analyst.get(f"/api/watchlists/versions/{version}/difference").json()["counts"]["added"] == 10
    assert len(analyst.get(f"/api/watchlists/versions/{version}/delta").json()["added"]) == 10
    agreed = analyst.post(f"/api/watchlists/versions/{version}/agree")
    assert agreed.json()["outcome"] == "activated"
    assert analyst.post(f"/api/watchlists/versions/{version}/agree").status_code == 404
    old = analyst.get("/api/watchlists/UN/updates").json()["updates"][-1]["version_id"]
    rolled = analyst.post(f"/api/watchlists/versions/{old}/rollback", json=REASON)
    assert rolled.json()["outcome"] == "waiting"
    assert analyst.post(f"/api/watchlists/versions/{old}/refuse", json=REASON).json()["outcome"] == "refused"
    assert operator.delete("/api/watchlists/UN/source").status_code == 204
