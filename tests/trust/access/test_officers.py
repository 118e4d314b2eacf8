import msgspec
import pytest

from cordillera.trust.access.core import check_password, delay_seconds, require_second
from cordillera.trust.access.errors import (
    LoginTaken,
    NotLoggedIn,
    SameOfficerTwice,
    UnknownOfficer,
    WrongChoice,
    WrongLogin,
    WrongPassword,
)
from cordillera.trust.access.officers import NewOfficer, colleagues
from cordillera.trust.ledger.model import LeafKind

PASSWORD = "páramo-lluvia-42"


def test_one_time_password_must_be_replaced_and_is_then_worthless(house):
    once = house.add()
    _, session = house.log_in(once)
    assert session.must_change_password
    with house.transaction() as tx:
        house.access.officers.replace_password(tx, session, "", PASSWORD)
    assert not house.log_in(PASSWORD)[1].must_change_password
    with pytest.raises(WrongLogin):
        house.log_in(once)


def test_login_is_given_once(house):
    house.add()
    with pytest.raises(LoginTaken):
        house.add()


@pytest.mark.parametrize("login", ["", "A", "María", "a b", "x" * 50, "1abc", "a\x00b"])
def test_login_that_is_not_plain_is_refused(house, login):
    with pytest.raises(WrongChoice):
        house.add(login)


def test_officer_without_agency_is_refused(house):
    with house.transaction() as tx, pytest.raises(WrongChoice):
        house.access.add_officer(tx, "node", NewOfficer("jvera", "Juan Vera", (), ()))


def test_reset_gives_a_new_one_time_password_and_closes_sessions(house):
    token, _ = house.ready()
    with house.transaction() as tx:
        once = house.access.reset_officer(tx, "node", "mquishpe")
    with pytest.raises(NotLoggedIn):
        house.find(token)
    assert house.log_in(once)[1].must_change_password


def test_revoked_officer_is_refused_like_an_unknown_one(house):
    house.ready()
    with house.transaction() as tx:
        house.access.officers.revoke(tx, "node", "mquishpe")
    with pytest.raises(WrongLogin):
        house.log_in(PASSWORD)


def test_a_reset_that_lets_a_revoked_officer_in_again_is_told_from_another(house):
    house.ready()
    with house.transaction() as tx:
        house.access.officers.revoke(tx, "node", "mquishpe")
        once = house.access.reset_officer(tx, "operator-1", "mquishpe")
        (newest, *_) = house.ledger.events(tx, kind=LeafKind.OFFICER_CHANGED)
    assert (newest.actor, newest.detail["change"]) == ("operator-1", "reinstated")
    assert house.log_in(once)[1].must_change_password


def test_changes_to_nobody_are_refused(house):
    with house.transaction() as tx:
        with pytest.raises(UnknownOfficer):
            house.access.reset_officer(tx, "node", "nobody")
        with pytest.raises(UnknownOfficer):
            house.access.officers.revoke(tx, "node", "nobody")


def test_replacing_a_password_closes_the_other_sessions(house):
    here, session = house.ready()
    there, _ = house.log_in(PASSWORD)
    with house.transaction() as tx:
        house.access.officers.replace_password(tx, session, PASSWORD, "neblina-en-el-valle")
    house.find(here)
    with pytest.raises(NotLoggedIn):
        house.find(there)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("wrong", "neblina-en-el-valle", "access.password.wrong_old"),
        (PASSWORD, PASSWORD, "access.password.same"),
        (PASSWORD, "short", "access.password.length"),
    ],
)
def test_password_is_replaced_only_with_the_old_one_and_by_a_good_one(house, old, new, reason):
    _, session = house.ready()
    with house.transaction() as tx, pytest.raises(WrongPassword) as refused:
        house.access.officers.replace_password(tx, session, old, new)
    assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("condition", "password"),
    [
        (1, "elevenchars"),
        (1, "long" * 33),
        (2, "aaaaaaabbbbbbb"),
        (3, "soy-mquishpe-yo"),
        (3, "la-QUISHPE-12345"),
    ],
)
def test_poor_password_is_refused_with_its_condition(condition, password):
    with pytest.raises(WrongPassword) as refused:
        check_password(password, "mquishpe", "María Quishpe")
    assert refused.value.facts["condition"] == condition


def test_delay_doubles_and_never_becomes_a_block():
    assert [delay_seconds(n, free=3) for n in (3, 4, 5, 12, 13, 1000)] == [0, 1, 2, 256, 300, 300]


def test_two_officer_act_takes_two_officers():
    require_second("officer-b", "officer-a")
    with pytest.raises(SameOfficerTwice):
        require_second("officer-a", "officer-a")


def test_register_shows_no_secret(house):
    house.add()
    with house.transaction() as tx:
        shown = msgspec.json.encode(house.access.officers.all(tx))
    assert b"argon2" not in shown
    assert b"mquishpe" in shown


def test_colleagues_are_named_to_their_own_agency_only(house):
    house.add()
    with house.transaction() as tx:
        (one,) = house.access.officers.all(tx)
        known = {one.officer_id: "María Quishpe"}
        assert colleagues(tx, "EC-SENAE", [one.officer_id, "officer-of-a-partner", "node", ""]) == known
        assert colleagues(tx, "EC-FGE", [one.officer_id]) == {}
        assert colleagues(tx, "EC-SENAE", []) == {}
