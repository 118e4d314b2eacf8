"""What expires of searches, of the register and of redress numbers; blind keys expire in `search_index`.

An item of the register lives as long as what its source holds, a merge as long as the shorter-lived of the
two items that it ties.
"""

from typing import Final

from cordillera.desks.people.search_index import ErasableKeys
from cordillera.trust.safeguards.ports import Erasable
from cordillera.trust.safeguards.store import ChildTable, ErasableTable

_NUMBERED = (ChildTable("not_same_use", "not_same_id"), ChildTable("not_same_key", "not_same_id"))

ERASABLES: Final[tuple[Erasable, ...]] = (
    ErasableTable("person_search"),
    ErasableTable("register_merge", children=(ChildTable("register_event", "merge_id"),)),
    ErasableTable("register_item"),
    ErasableTable("not_same", children=_NUMBERED),
    ErasableKeys(),
)
