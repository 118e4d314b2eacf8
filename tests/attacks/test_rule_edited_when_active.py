"""Attack: an insider changes what an active rule says, its author or its ceiling, behind everybody's back."""

import pytest
import sqlalchemy as sa
from tests.desks.travellers.rules_world import LAWFUL, LIMITS
from tests.sim.rules import Rulers, in_force
from tests.web.house import House

from cordillera.desks.travellers.rules_model import RuleState
from cordillera.foundation.errors import CordilleraError


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    return House(store, clock, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        "sealed = '\\x00'",
        "digest = 'other'",
        "name = 'other'",
        "version = 9",
        "author = 'of-9'",
        "hits_per_day = 1000000",
        "precision_floor = 0.000001",
        "erase_after = 'infinity'",
        "agency = 'EC-SENAE'",
    ],
)
def test_application_cannot_change_a_version(house, change):
    rulers = Rulers(house)
    version = in_force(rulers, LAWFUL)
    statement = sa.text(f"UPDATE traveller_rule SET {change} WHERE id = :id")
    with pytest.raises((sa.exc.ProgrammingError, CordilleraError)), rulers.transaction(rulers.author) as tx:
        tx.execute(statement, {"id": version.id})


@pytest.mark.parametrize("table", ["traveller_rule_step", "traveller_rule_pretest", "traveller_rule_hit"])
def test_application_cannot_rewrite_steps_pretests_or_hits(house, table):
    rulers = Rulers(house)
    in_force(rulers, LAWFUL)
    statement = sa.text(f"UPDATE {table} SET agency = 'EC-SENAE'")
    with pytest.raises((sa.exc.ProgrammingError, CordilleraError)), rulers.transaction(rulers.author) as tx:
        tx.execute(statement)


def test_saving_again_makes_a_draft_beside_the_active_version(house):
    rulers = Rulers(house)
    active = in_force(rulers, LAWFUL)
    with rulers.transaction(rulers.author) as tx:
        rules = house.node.rules
        draft = rules.save_draft(tx, rulers.author, LAWFUL.replace('"BOG"', '"LIM"'), LIMITS)
        assert rules.get(tx, rulers.author, active.id).version.digest == active.digest
    assert (draft.version, draft.state) == (active.version + 1, RuleState.DRAFT)
