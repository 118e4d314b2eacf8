"""Finding everything about one person: each inventory, then what hangs on what was found.

The search is complete, so it looks at every record that is kept, not at an index of some.
"""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from cordillera.trust.redress.model import Held, Shared, Sought
from cordillera.trust.redress.parts import Means


def search(tx: sa.Connection, means: Means, about: Sought) -> tuple[Held, ...]:
    """Return everything held about a person, each thing once; a certain finding beats a doubtful one."""
    found: dict[tuple[str, str], Held] = {}
    for inventory in means.inventories:
        _take(found, inventory.find(tx, about))
    for follower in means.linked:
        _take(found, follower.linked(tx, tuple(found.values())))
    return tuple(found.values())


def partners_of(items: Iterable[Held]) -> dict[tuple[str, str], list[Shared]]:
    """Return what was shared with whom under which agreement: (partner, agreement) to the messages."""
    shared: dict[tuple[str, str], list[Shared]] = {}
    for held in items:
        for one in held.shared:
            known = shared.setdefault((one.peer, one.agreement_id), [])
            if one.message_id not in {other.message_id for other in known}:
                known.append(one)
    return shared


def _take(found: dict[tuple[str, str], Held], new: Iterable[Held]) -> None:
    for held in new:
        known = found.get((held.source, held.ref))
        if known is None:
            found[held.source, held.ref] = held
        elif held.certain and not known.certain:
            found[held.source, held.ref] = msgspec.structs.replace(
                held, records=known.records or held.records
            )
