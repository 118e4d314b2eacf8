"""The demonstration refuses in words what it cannot do."""

import socket
from datetime import date
from pathlib import Path

import pytest

from cordillera.foundation.clock import SystemClock
from cordillera.foundation.store.embedded_locks import alone
from cordillera.runtime.demo.federation import ECUADOR, Ready
from cordillera.runtime.demo.show import AlreadyRunning, Show, UploadRefused, feed, running


def test_a_second_demonstration_in_the_same_home_is_refused(tmp_path: Path):
    with (
        alone(tmp_path / "running.lock") as first,
        pytest.raises(AlreadyRunning),
        running(tmp_path, SystemClock()),
    ):
        pass
    assert first
    assert not (tmp_path / "ec").exists()


def test_a_node_that_dies_while_it_is_fed_is_told_in_words(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    show = Show(tmp_path, date(2026, 11, 21))
    show.ready["ec"] = Ready(ECUADOR, tmp_path, f"http://127.0.0.1:{port}", {}, "token")
    with pytest.raises(UploadRefused):
        next(feed(show))
    assert not show.fed
