import pytest

from cordillera.trust.access.guard import NO_AUDIT, declared, for_machine, for_program, guarded, public
from cordillera.trust.access.model import GRANTS, Permission, Role, permits


def test_unknown_role_holds_nothing():
    assert not any(permits(("emperor",), permission) for permission in Permission)
    assert not any(permits((), permission) for permission in Permission)


def test_every_role_has_grants_and_every_permission_somebody():
    assert set(GRANTS) == set(Role)
    assert set().union(*GRANTS.values()) == set(Permission)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OPERATOR, Role.AGREEMENT_OFFICER])
def test_who_checks_or_runs_the_node_does_not_decide_about_people(role):
    assert not permits((role,), Permission.ALERT_DECIDE)
    assert not permits((role,), Permission.PERSON_SEARCH)


def test_declarations_are_read_back():
    reason = NO_AUDIT("no data")
    assert declared(guarded(Permission.ALERT_READ, audit=reason)).permission is Permission.ALERT_READ
    assert declared(for_machine("ingest", audit="collection")).machine_scope == "ingest"
    program = declared(for_program(Permission.PERSON_SEARCH, "match", audit="consultation"))
    assert (program.who, program.machine_scope, program.key_in_address) == ("program", "match", False)
    assert declared(public(audit=reason)).who == "anyone"
    assert declared({}) is None
    assert declared({"access": "anyone"}) is None
