from datetime import timedelta

import pytest

from cordillera.foundation.errors import NotFound
from cordillera.foundation.ids import uuid7
from cordillera.trust.access.errors import ForeignAgency, NotLoggedIn, WrongChoice


def test_condition_1_unknown_token_opens_nothing(house):
    house.ready()
    with pytest.raises(NotLoggedIn) as refused:
        house.find("x" * 43)
    assert refused.value.facts == {"condition": 1}


def test_condition_2_session_ends_after_fifteen_idle_minutes(house):
    token, _ = house.ready()
    house.clock.advance(timedelta(minutes=15, seconds=1))
    with pytest.raises(NotLoggedIn):
        house.find(token)


def test_condition_2_session_in_use_ends_after_twelve_hours(house):
    token, _ = house.ready()
    for _ in range(72):
        house.clock.advance(timedelta(minutes=10))
        if house.clock.now().hour == 0:
            break
        house.find(token)
    house.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotLoggedIn):
        house.find(token)


def test_condition_3_session_of_a_revoked_officer_is_closed_at_once(house):
    token, _ = house.ready()
    with house.transaction() as tx:
        house.access.officers.revoke(tx, "node", "mquishpe")
    with pytest.raises(NotLoggedIn):
        house.find(token)


def test_every_login_makes_a_new_token(house):
    first, _ = house.ready()
    second, _ = house.log_in("páramo-lluvia-42")
    assert first != second


def test_database_holds_no_token(house):
    token, _ = house.ready()
    with house.transaction() as tx:
        stored = str(tx.exec_driver_sql("SELECT * FROM officer_session").all())
    assert token not in stored


def test_officer_declares_another_agency_and_a_purpose_and_the_ledger_knows(house):
    token, session = house.ready()
    with house.transaction() as tx:
        house.access.sessions.declare(tx, session, "EC-SENAE", "drug_trafficking")
    changed = house.find(token)
    assert (changed.agency, changed.purpose) == ("EC-SENAE", "drug_trafficking")
    assert (changed.scope.agency, changed.scope.purpose) == ("EC-SENAE", "drug_trafficking")
    assert "purpose.declared" in house.kinds()


@pytest.mark.parametrize(
    ("agency", "purpose"), [("US-CBP", "border_control"), ("EC-PN", "curiosity"), ("EC-PN", "")]
)
def test_foreign_agency_or_unknown_purpose_cannot_be_declared(house, agency, purpose):
    _, session = house.ready()
    with house.transaction() as tx, pytest.raises((ForeignAgency, WrongChoice)):
        house.access.sessions.declare(tx, session, agency, purpose)


def test_officer_lists_own_sessions_and_ends_the_other_one(house):
    here, session = house.ready()
    there, other = house.log_in("páramo-lluvia-42", address="198.51.100.4")
    with house.transaction() as tx:
        rows = house.access.sessions.all(tx, session)
        house.access.sessions.end(tx, session, other.session_id)
    assert {row.address for row in rows} == {"192.0.2.7", "198.51.100.4"}
    assert [row.session_id for row in rows if row.current] == [session.session_id]
    house.find(here)
    with pytest.raises(NotLoggedIn):
        house.find(there)


def test_nobody_ends_a_session_that_is_not_theirs(house):
    _, session = house.ready()
    with house.transaction() as tx, pytest.raises(NotFound):
        house.access.sessions.end(tx, session, uuid7())


def test_proof_of_origin_belongs_to_one_session(house):
    _, session = house.ready()
    _, other = house.log_in("páramo-lluvia-42")
    sessions = house.access.sessions
    assert sessions.proves_origin(session, session.csrf_token)
    assert not sessions.proves_origin(session, other.csrf_token)
    assert not sessions.proves_origin(session, "")
    assert not sessions.proves_origin(session, "\ud800")
