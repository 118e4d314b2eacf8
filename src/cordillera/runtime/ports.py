"""Free ports of loopback, for nodes that are started here and reached by their number.

A port that the system hands out (bind to 0) is one that it may give to any connection that goes out a
moment later; the listener that was to have it then finds it taken, and so does one that comes back after it
was killed. Ports here lie below those that systems give to connections (IANA 49152, Linux 32768 up).
"""

import random
import socket
from contextlib import suppress
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
        with suppress(OSError):
            return _bound(port)
    return _bound(_ANY)


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        number: int = probe.getsockname()[1]
    return number
