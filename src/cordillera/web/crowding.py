"""Which connection gives way when the site is full: pure.

A hub or a proxy has one address for many senders, so an address may have every connection while nobody else
asks for one; it never keeps another address out. It must hold of what gives way when one more comes:

1. Its address has the most connections, the one that comes counted with its own. An address is what one owner
   holds: of IPv6 the first 64 bits (RFC 6177).
2. It rests (no request of it is being brought or answered): the one that rests longest. Nothing is lost.
3. Where none rests, its sender is waited for (to bring a request or to take an answer), and its address has
   more than the one that comes: the one that began last.
Where this node is waited for, nothing gives way; where nothing does at all, the one that comes is refused.

>>> resting = Line("10.0.0.1", LineState.RESTING, 5.0)
>>> gives_way([resting, Line("10.0.0.1", LineState.ANSWERED, 1.0)], Line("10.0.0.2", LineState.RESTING, 9.0))
0
"""

import ipaddress
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import Final

import msgspec

MOST_LINES: Final = 512
"""Connections at one time, of all addresses together."""
RETRY_SECONDS: Final = 5
_OWNED_BITS: Final = 64


class LineState(Enum):
    """What a connection does: nothing, keep this node waiting, or wait for this node."""

    RESTING = "resting"
    WAITED_FOR = "waited for"
    ANSWERED = "answered"


class Line(msgspec.Struct, frozen=True):
    """A connection: whose it is, what it does, and since when, in seconds of any clock."""

    owner: str
    state: LineState
    since: float


def gives_way(lines: Sequence[Line], comes: Line) -> int | None:
    """Return the place of the connection that gives way to the one that comes, or None: conditions 1 to 3."""
    held = Counter(one.owner for one in (*lines, comes))
    most = max(held.values())
    theirs = [(one, at) for at, one in enumerate(lines) if held[one.owner] == most]  # 1
    resting = [(one.since, at) for one, at in theirs if one.state is LineState.RESTING]
    if resting:
        return min(resting)[1]  # 2
    slow = [(one.since, at) for one, at in theirs if one.state is LineState.WAITED_FOR]
    return max(slow)[1] if slow and most > held[comes.owner] else None  # 3


def owner_of(host: str) -> str:
    """Return who holds an address.

    >>> owner_of("2001:db8:0:1::7"), owner_of("10.0.0.1"), owner_of("::ffff:10.0.0.1")
    ('2001:db8:0:1::/64', '10.0.0.1', '10.0.0.1')
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _OWNED_BITS), strict=False))
