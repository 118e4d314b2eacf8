"""One demonstration at a time in one home."""

from pathlib import Path

import pytest

from cordillera.foundation.clock import SystemClock
from cordillera.foundation.store.embedded_locks import alone
from cordillera.runtime.demo.show import AlreadyRunning, running


def test_a_second_demonstration_in_the_same_home_is_refused(tmp_path: Path):
    with (
        alone(tmp_path / "running.lock") as first,
        pytest.raises(AlreadyRunning),
        running(tmp_path, SystemClock()),
    ):
        pass
    assert first
    assert not (tmp_path / "ec").exists()
