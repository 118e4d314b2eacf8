"""`cordillera bench exchange`: two node processes, durable databases, the whole protocol."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.system


def test_the_benchmark_loses_and_doubles_nothing_and_prints_its_figures():
    command = [sys.executable, "-m", "cordillera.cli.main", "bench", "exchange", "--messages", "20", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    figures = json.loads(done.stdout)
    named = ["messages", "per_second", "p50_ms", "p95_ms", "lost", "duplicated"]
    assert list(figures) == [*named, "taken_in_p50_ms", "taken_in_p95_ms"]
    assert (figures["messages"], figures["lost"], figures["duplicated"]) == (20, 0, 0)
    assert figures["per_second"] > 0
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert 0 < figures["taken_in_p50_ms"] < figures["p95_ms"]
