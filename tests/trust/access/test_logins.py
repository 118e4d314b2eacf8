from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from cordillera.trust.access.errors import TooManyAttempts, WrongLogin


def test_right_password_opens_a_session_with_the_first_agency_and_no_purpose(house):
    _, session = house.ready()
    assert (session.login, session.agency, session.purpose) == ("mquishpe", "EC-PN", "")
    assert house.kinds().count("login") == 2


def test_wrong_password_and_unknown_login_are_refused_with_the_same_error(house):
    house.ready()
    for login in ("mquishpe", "nobody"):
        with pytest.raises(WrongLogin) as refused:
            house.log_in("guess", login)
        assert refused.value.facts == {}
    assert house.kinds().count("login.refused") == 2


def test_login_is_read_without_regard_to_case_and_spaces(house):
    house.ready()
    house.log_in("páramo-lluvia-42", " MQuishpe ")


def test_condition_4_one_time_password_older_than_72_hours_opens_nothing(house):
    password = house.add()
    house.clock.advance(timedelta(hours=73))
    with pytest.raises(WrongLogin):
        house.log_in(password)


def test_condition_1_fourth_failure_makes_the_login_wait_and_then_lets_it_in(house):
    house.ready()
    for _ in range(4):
        with pytest.raises(WrongLogin):
            house.log_in("guess")
    with pytest.raises(TooManyAttempts) as told:
        house.log_in("páramo-lluvia-42")
    house.clock.advance(timedelta(seconds=told.value.facts["seconds"]))
    house.log_in("páramo-lluvia-42")


def test_attempts_during_the_wait_do_not_lengthen_it(house):
    house.ready()
    for _ in range(4):
        with pytest.raises(WrongLogin):
            house.log_in("guess")
    for _ in range(5):
        with pytest.raises(TooManyAttempts) as told:
            house.log_in("guess")
        assert told.value.facts["seconds"] <= 2


def test_success_forgets_the_failures_of_the_login(house):
    house.ready()
    for _ in range(3):
        with pytest.raises(WrongLogin):
            house.log_in("guess")
    house.log_in("páramo-lluvia-42")
    for _ in range(3):
        with pytest.raises(WrongLogin):
            house.log_in("guess")


def test_attempts_at_the_same_time_cannot_slip_past_the_count(house):
    house.ready()

    def guess(_):
        try:
            house.log_in("guess")
        except (WrongLogin, TooManyAttempts) as refused:
            return type(refused)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(guess, range(10)))
    assert answers.count(WrongLogin) == 4


def test_typed_logins_and_addresses_are_not_kept_in_clear(house):
    with pytest.raises(WrongLogin):
        house.log_in("guess", "my-password-by-mistake")
    with house.transaction() as tx:
        rows = tx.exec_driver_sql("SELECT kind, encode(subject, 'escape') FROM login_delay").all()
    assert all(len(subject) > 0 and "password" not in subject for _, subject in rows)
