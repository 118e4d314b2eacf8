"""Kernels on a Ray cluster: what is shared is stored once per machine, pieces go where there is room.

Ray is the extra `ray`; nothing else imports it. Its own dashboard and usage report stay off. Whoever can
reach a cluster's port can run code on it, so the cluster belongs on a network of its own (docs/compute.md).
"""

import importlib
import socket
from collections.abc import Sequence
from typing import Any, Final, Self

from cordillera.foundation.compute.model import Answer, ClusterMissing, Kernel, Piece, Shared
from cordillera.foundation.settings import tell_nobody

LOCAL: Final = "local"
_ALONE: Final[dict[str, Any]] = {
    "num_cpus": 2,
    "include_dashboard": False,
    "_node_ip_address": "127.0.0.1",
    "object_store_memory": 100_000_000,
    "_system_config": {"worker_niceness": 0},  # Ray's 15 leaves a worker nothing beside other work
}
_REACHED: Final = 10.0  # seconds
_PREPARED: Final[dict[str, Any]] = {}  # in a worker: the one shared part that it works with, made ready


class OnCluster:
    """Runs the pieces on the cluster at `address` (host:port of its head).

    `LOCAL` starts a cluster of two worker processes on this machine's loopback, to try things out.
    """

    def __init__(self, address: str) -> None:
        self._ray = _ray()
        options = _ALONE if address == LOCAL else {}
        if address != LOCAL:
            _check_reachable(address)
        try:
            self._ray.init(address=address, log_to_driver=False, configure_logging=False, **options)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ClusterMissing(address=address, reason=type(error).__name__) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def map(
        self, kernel: Kernel[Shared, Piece, Answer], shared: Shared, pieces: Sequence[Piece]
    ) -> list[Answer]:
        """Return the answer of each piece, in order; a piece whose machine is lost runs again elsewhere."""
        stored = self._ray.put(shared)
        remote = self._ray.remote(_run)
        key = f"{kernel.name}:{stored.hex()}"
        found: list[Answer] = self._ray.get([remote.remote(key, kernel, stored, piece) for piece in pieces])
        return found

    def close(self) -> None:
        """Leave the cluster."""
        self._ray.shutdown()


def _run(key: str, kernel: Kernel[Any, Any, Any], shared: Any, piece: Any) -> Any:
    """Answer a piece in a worker; what is shared is made ready once per process and kept while it is used."""
    if key not in _PREPARED:
        _PREPARED.clear()
        _PREPARED[key] = kernel.prepare(shared)
    return kernel.run(_PREPARED[key], piece)


def _check_reachable(address: str) -> None:
    """Raise `ClusterMissing` at once where Ray would wait for minutes."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_REACHED).close()
    except (OSError, ValueError) as error:
        raise ClusterMissing(address=address, reason=type(error).__name__) from error


def _ray() -> Any:
    tell_nobody("RAY_USAGE_STATS_ENABLED")
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise ClusterMissing(address="", reason="extra ray not installed") from error
