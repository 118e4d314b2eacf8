"""Attack: an analyst puts their own rule in force, over the web, with a second role, or in the database."""

import pytest
import sqlalchemy as sa
from tests.desks.travellers.rules_world import LAWFUL
from tests.sim.rules import Rulers, proposed
from tests.web.house import House

from cordillera.desks.travellers.rules_errors import AnotherOfficerNeeded
from cordillera.desks.travellers.rules_model import Seen
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.access.model import Role


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


def test_analyst_has_no_such_operation(house):
    rulers = Rulers(house)
    version, pretest = proposed(rulers, LAWFUL)
    body = {"seen": {"digest": version.digest, "pretest": str(pretest.id)}, "reason": "mine and good"}
    with house.browser("otra-analista", Role.ANALYST) as browser:
        assert browser.post(f"/api/rules/{version.id}/activate", json=body).status_code == 403
        assert browser.get(f"/api/rules/{version.id}").json()["version"]["state"] == "proposed"


def test_author_who_may_approve_does_not_approve_their_own(house):
    rulers = Rulers(house)
    version, pretest = proposed(rulers, LAWFUL)
    both = rulers.author  # holds both roles: analyst and supervisor
    with rulers.transaction(both) as tx, pytest.raises(AnotherOfficerNeeded):
        house.node.rules.activate(tx, both, version.id, Seen(version.digest, pretest.id), "mine and good")


def test_who_proposed_does_not_approve_either(house):
    rulers = Rulers(house)
    version, pretest = proposed(rulers, LAWFUL, proposer=rulers.second)
    seen = Seen(version.digest, pretest.id)
    with rulers.transaction(rulers.second) as tx, pytest.raises(AnotherOfficerNeeded):
        house.node.rules.activate(tx, rulers.second, version.id, seen, "proposed by myself")


@pytest.mark.parametrize("who", ["", "node", "author"])
def test_database_takes_no_active_rule_that_no_second_officer_activated(house, who):
    rulers = Rulers(house)
    version, _ = proposed(rulers, LAWFUL)
    by = rulers.author.officer_id if who == "author" else who
    statement = sa.text("UPDATE traveller_rule SET state = 'active', activated_by = :by WHERE id = :id")
    with pytest.raises((sa.exc.IntegrityError, CordilleraError)), rulers.transaction(rulers.author) as tx:
        tx.execute(statement, {"by": by, "id": version.id})
