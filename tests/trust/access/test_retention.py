"""Accounts, sessions and delays go when their time has come."""

from datetime import timedelta

import sqlalchemy as sa

from cordillera.foundation.store.database import Scope
from cordillera.trust.access.retention import ERASABLES
from cordillera.trust.safeguards.store import keyed_tables

SCOPE = Scope.node("retention")


def add_delay(tx, subject: bytes, erase_after) -> None:
    tx.execute(
        sa.text("INSERT INTO login_delay VALUES ('login', :subject, 3, :due, :due, :due)"),
        {"subject": subject, "due": erase_after},
    )


def test_rows_that_are_due_go_together_and_the_others_stay(store, clock) -> None:
    (delays,) = [one for one in ERASABLES if one.tables == ("login_delay",)]
    now = clock.now()
    with store.transaction(SCOPE) as tx:
        for number, days in enumerate((-2, -1, 1)):
            add_delay(tx, bytes([number]), now + timedelta(days=days))
        (group,) = delays.due(tx, now, 100)
        assert delays.erase(tx, group) == 2
        assert delays.due(tx, now, 100) == ()
        assert tx.execute(sa.text("SELECT count(*) FROM login_delay")).scalar_one() == 1


def test_an_account_is_shown_for_review_before_it_goes(store, clock) -> None:
    (officers,) = [one for one in ERASABLES if one.tables == ("officer",)]
    now = clock.now()
    with store.transaction(SCOPE) as tx:
        tx.execute(
            sa.text(
                "INSERT INTO officer (officer_id, login, name, agencies, roles, desks, password_hash,"
                " created_at, review_at, erase_after)"
                " VALUES ('o1', 'o1', 'O', '{EC-PN}', '{}', '{}', '', :now, :review, :erase)"
            ),
            {"now": now, "review": now - timedelta(days=1), "erase": now + timedelta(days=30)},
        )
        (due,) = officers.review_due(tx, now, 10)
        assert (due.ref, due.erase_after) == ("o1", now + timedelta(days=30))


def test_every_table_of_access_with_a_term_is_erased(store) -> None:
    with store.transaction(SCOPE) as tx:
        ours = {table for table in keyed_tables(tx) if table.startswith(("officer", "login", "machine"))}
    assert ours == {table for one in ERASABLES for table in one.tables}
