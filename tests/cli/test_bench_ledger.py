"""`cordillera bench ledger` on a real durable PostgreSQL, small."""

import json
import subprocess
import sys


def test_the_figures_have_their_names_and_are_measured():
    command = [sys.executable, "-m", "cordillera.cli.main", "bench", "ledger"]
    done = subprocess.run(
        [*command, "--leaves", "3000", "--json"], capture_output=True, text=True, timeout=120, check=True
    )
    figures = json.loads(done.stdout)
    assert list(figures) == ["append_per_second", "proof_ms_p99", "audit_seconds"]
    assert figures["append_per_second"] > 500
    assert 0 < figures["proof_ms_p99"] < 1000
    assert 0 < figures["audit_seconds"] < 60
    assert "verified 3000 leaves" in done.stderr
