"""Free ports of loopback, for nodes that are started here and reached by their number.

A port that the system hands out (bind to 0) is one that it may give to any connection that goes out a
moment later; the listener that was to have it then finds it taken, and so does one that comes back after it
was killed. Ports here lie below those that systems give to connections (IANA 49152, Linux 32768 up).
"""

import random
import socket
from typing import Final

_PORTS: Final = range(20_000, 32_768)
_TRIES: Final = 200
_ANY: Final = 0


def free_port(wanted: int | None = None) -> int:
    """Return a port of loopback that nobody has: the `wanted` one, else one that no connection is given.

    Where 200 of those are taken, the system is asked for any.

    Raises:
        OSError: the system has none left.
    """
    for port in (*([wanted] if wanted else ()), *random.sample(_PORTS, _TRIES)):
        with socket.socket() as probe:
            if _binds(probe, port):
                return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", _ANY))
        return int(probe.getsockname()[1])


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
