"""Guessing passwords: it costs the guesser time, tells nothing about who exists, and shuts nobody out."""

import time
from datetime import timedelta

import pytest
from tests.web.house import ACCESS_ONLY, PASSWORD, House

from cordillera.trust.access import passwords
from cordillera.trust.access.core import MAX_DELAY_SECONDS


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path, ACCESS_ONLY)


def guess(client, login="mquishpe", password="guess"):
    return client.post("/api/session", json={"login": login, "password": password})


def test_hashes_in_use_are_argon2id_of_the_documented_cost():
    assert passwords.hash_password("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.NOBODY.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_guesser_waits_longer_and_longer_and_the_officer_still_gets_in(house):
    house.officer("mquishpe")
    with house.visitor() as client:
        waits = []
        for _ in range(60):
            answer = guess(client)
            if answer.status_code == 429:
                waits.append(int(answer.headers["retry-after"]))
                house.clock.advance(timedelta(seconds=waits[-1]))
            if len(waits) == 10:
                break
        assert waits == sorted(waits)
        assert waits[-1] > 200
        house.clock.advance(timedelta(seconds=MAX_DELAY_SECONDS))
        assert guess(client, password=PASSWORD).status_code == 201


def test_answers_do_not_tell_whether_a_login_exists(house):
    house.officer("mquishpe")
    with house.visitor() as client:
        known, unknown = guess(client), guess(client, "nobody")
    assert known.status_code == unknown.status_code == 401
    assert known.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}


def test_time_does_not_tell_whether_a_login_exists(house):
    """Time is this process's own computing, and the least of three, so that a busy machine tells nothing."""
    house.officer("mquishpe")

    def seconds(login: str) -> float:
        with house.visitor() as client:
            started = time.process_time()
            guess(client, login)
            return time.process_time() - started

    known = min(seconds("mquishpe") for _ in range(3))
    unknown = min(seconds(f"nobody{turn}") for turn in range(3))
    assert 0.4 < known / unknown < 2.5  # without the hash of nobody, an unknown login costs a tenth


def test_many_logins_from_one_address_are_slowed_down_too(house):
    with house.visitor() as client:
        answers = [guess(client, f"officer{turn}").status_code for turn in range(24)]
    assert answers[:20] == [401] * 20
    assert 429 in answers[20:]


def test_page_says_how_long_to_wait_and_keeps_what_was_typed(house):
    house.officer("mquishpe")
    with house.visitor() as client:
        for _ in range(4):
            client.post("/login", data={"login": "mquishpe", "password": "guess"})
        answer = client.post("/login", data={"login": "mquishpe", "password": "guess"})
    assert answer.status_code == 429
    assert "Vuelva a intentarlo dentro de" in answer.text
    assert 'value="mquishpe"' in answer.text
    assert "guess" not in answer.text
