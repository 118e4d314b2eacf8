"""Forged requests: another site, or a page of a neighbour, makes the officer's browser send something."""

import pytest
from tests.web.house import ACCESS_ONLY, BASE, House

FORM = {"agency": "EC-SENAE", "purpose": "terrorism", "next": "/"}


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path, ACCESS_ONLY)


def agency(browser) -> str:
    return browser.get("/api/session").json()["agency"]


def test_form_without_the_token_changes_nothing(house):
    with house.browser() as browser:
        del browser.headers["x-csrf-token"]
        assert browser.post("/account/purpose", data=FORM, follow_redirects=False).status_code == 403
        assert agency(browser) == "EC-PN"


def test_form_with_the_token_of_another_session_changes_nothing(house):
    with house.browser() as browser:
        _, other = house.session("mquishpe")
        del browser.headers["x-csrf-token"]
        form = {**FORM, "csrf_token": other.csrf_token}
        assert browser.post("/account/purpose", data=form, follow_redirects=False).status_code == 403
        assert agency(browser) == "EC-PN"


def test_form_with_its_own_token_works(house):
    with house.browser() as browser:
        form = {**FORM, "csrf_token": browser.headers.pop("x-csrf-token")}
        assert browser.post("/account/purpose", data=form, follow_redirects=False).status_code == 303
        assert agency(browser) == "EC-SENAE"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8702"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_even_with_a_stolen_token_another_site_changes_nothing(house, headers):
    with house.browser() as browser:
        answer = browser.post("/account/purpose", data=FORM, headers=headers, follow_redirects=False)
        assert answer.status_code == 403
        assert agency(browser) == "EC-PN"


def test_json_with_the_cookie_alone_changes_nothing(house):
    with house.browser() as browser:
        del browser.headers["x-csrf-token"]
        answer = browser.post("/api/session/purpose", json={"agency": "EC-SENAE", "purpose": "terrorism"})
        assert (answer.status_code, answer.json()["type"]) == (403, "access.forged_request")
        assert browser.delete("/api/session").status_code == 403
        assert agency(browser) == "EC-PN"


def test_json_dressed_as_a_form_is_not_read(house):
    with house.browser() as browser:
        body = b'{"agency": "EC-SENAE", "purpose": "terrorism"}'
        answer = browser.post("/api/session/purpose", content=body, headers={"content-type": "text/plain"})
        assert answer.status_code == 415
        assert agency(browser) == "EC-PN"


def test_login_cannot_be_forged_from_another_site(house):
    house.officer("mquishpe")
    with house.visitor() as visitor:
        form = {"login": "mquishpe", "password": "páramo-lluvia-42"}
        answer = visitor.post(
            "/login", data=form, headers={"origin": "https://evil.test"}, follow_redirects=False
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_own_origin_is_accepted(house):
    with house.browser() as browser:
        headers = {"origin": BASE, "sec-fetch-site": "same-origin"}
        assert (
            browser.post("/account/purpose", data=FORM, headers=headers, follow_redirects=False).status_code
            == 303
        )


def test_reading_never_changes_anything(house):
    with house.browser() as browser:
        for path in ("/logout", "/account/purpose?agency=EC-SENAE&purpose=terrorism"):
            browser.get(path, follow_redirects=False)
        assert agency(browser) == "EC-PN"
