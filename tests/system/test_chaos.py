"""Three nodes whose processes and databases are killed while they ask each other over bad lines."""

import json
import subprocess
import sys

import pytest

from cordillera.runtime.chaos.run import plan_of

pytestmark = pytest.mark.system
KILLS, SEED = 3, "ports and databases 4"


def test_kills_and_a_hostile_line_lose_nothing_double_nothing_and_fork_nothing():
    command = [sys.executable, "-m", "cordillera", "bench", "chaos", "--kills", str(KILLS), "--seed", SEED]
    done = subprocess.run([*command, "--json"], capture_output=True, timeout=580, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    figures = json.loads(done.stdout)
    assert figures["kills"] == KILLS
    assert figures["sent"] > 10
    assert (figures["lost"], figures["double_effects"], figures["forks"]) == (0, 0, 0)


def test_the_plan_of_that_seed_kills_a_database_and_a_port():
    assert {"database", "port"} <= {kill.what for kill in plan_of(KILLS, SEED)}
