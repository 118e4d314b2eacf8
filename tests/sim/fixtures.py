"""Fixtures of the federation: name this module in `pytest_plugins` of a test file that needs two nodes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sim.federation import Federation, Pair, federation, two_nodes

from cordillera.foundation.store.embedded import EmbeddedPostgres


@pytest.fixture
def pair(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[Pair]:
    """EC and US, joined by us-ec-2025, listening on loopback."""
    with two_nodes(cluster, tmp_path) as nodes:
        yield nodes


@pytest.fixture
def three(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[Federation]:
    """EC, PE and US, every two joined by an exercise agreement."""
    with federation(cluster, tmp_path, ("EC", "PE", "US")) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def joined(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    """EC, PE and US for all tests of a module, which look only at what they made themselves."""
    with federation(cluster, tmp_path_factory.mktemp("joined"), ("EC", "PE", "US")) as nodes:
        yield nodes
