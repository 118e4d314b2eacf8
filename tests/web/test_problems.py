import pytest

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable
from cordillera.trust.access.errors import NotLoggedIn, TooManyAttempts
from cordillera.web.problems import problem_of

SECRET = "PÉREZ GUAMÁN"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound, 404),
        (NotPermitted, 403),
        (BadInput, 422),
        (Conflict, 409),
        (Unavailable, 503),
        (NotLoggedIn, 401),
    ],
)
def test_error_tree_has_statuses(error, status):
    assert problem_of(error()).status == status


def test_unknown_error_tells_nothing():
    problem = problem_of(ValueError(SECRET))
    assert (problem.status, problem.type, problem.detail) == (500, "web.internal", "")


def test_waiting_time_is_told_to_programs():
    assert problem_of(TooManyAttempts(seconds=7)).headers == {"retry-after": "7"}


def test_facts_that_are_not_names_of_places_stay_inside():
    assert SECRET not in problem_of(BadInput(value=SECRET, field="name")).detail


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"login": "a", "login": "b", "password": "c"}', 400),
        (b'{"login": NaN, "password": "c"}', 400),
        (b"[" * 100_000, 400),
        (b'\xef\xbb\xbf{"login": "a", "password": "b"}', 400),
        (b'{"login": "\\ud800", "password": "b"}', 400),
        (b'{"login": 7, "password": "b"}', 422),
        (b'{"login": "a"}', 422),
        (b'{"login": "a", "password": "b", "more": 1}', 422),
        (b'{"login": "a\\u0000", "password": "b"}', 422),
        (b'{"login": "' + b"a" * 41 + b'", "password": "b"}', 422),
        (b'{"login": "a", "password": "' + b"b" * 1_100_000 + b'"}', 413),
        (b"", 400),
    ],
)
def test_body_that_is_not_exactly_right_is_refused_with_its_status(house, body, status):
    with house.visitor() as visitor:
        answer = visitor.post("/api/session", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_field_that_is_missing_is_named(house):
    with house.visitor() as visitor:
        answer = visitor.post("/api/session", json={"login": SECRET})
    assert answer.json()["detail"] == "field: $.password"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/x-www-form-urlencoded"])
def test_body_of_another_kind_is_415(house, kind):
    with house.visitor() as visitor:
        answer = visitor.post("/api/session", content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415


def test_wrong_method_names_the_right_ones(house):
    with house.visitor() as visitor:
        answer = visitor.put("/api/session")
    assert answer.status_code == 405
    assert {"GET", "POST", "DELETE"} <= set(answer.headers["allow"].split(", "))


def test_problem_does_not_repeat_what_was_sent(house):
    with house.visitor() as visitor:
        answer = visitor.post("/api/session", json={"login": SECRET, "password": SECRET, SECRET: SECRET})
        page = visitor.get(f"/{SECRET}")
    assert SECRET not in answer.text
    assert SECRET not in page.text


def test_person_sees_a_designed_page_with_the_reference(house):
    with house.browser() as browser:
        answer = browser.get("/officers")
    assert answer.status_code == 403
    assert answer.headers["x-request-id"] in answer.text
    assert "No tiene permiso" in answer.text


def test_expired_session_leads_to_the_login_and_back(house):
    answer = house.visitor().get("/account?x=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Faccount%3Fx%3D1")
