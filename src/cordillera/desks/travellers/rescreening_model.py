"""How far a list has been screened again.

>>> Phase("done")
<Phase.DONE: 'done'>
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Phase(StrEnum):
    """`SCREENING`: stored travellers are asked; `GROUNDS`: alerts are; `DONE`."""

    SCREENING = "screening"
    GROUNDS = "grounds"
    DONE = "done"


class Progress(msgspec.Struct, frozen=True):
    """One line per list: what is or was screened, how far, and what came of it.

    `from_versions`: versions that standing alerts may rest on, empty when none is known; `to_version` is None
    for a list that ended. `reached`: the last traveller or alert that was asked. `seconds` of work.
    """

    list_name: str
    agency: str
    from_versions: tuple[UUID, ...]
    to_version: UUID | None
    list_date: str
    phase: Phase
    reached: UUID
    entries: int
    travellers: int
    alerts: int
    offered: int
    seconds: float
    started_at: datetime
    finished_at: datetime | None
