"""A batch of rows against the lists: asked in pieces, so that memory holds one piece and the answers."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import sqlalchemy as sa

from cordillera.desks.people import match_core as core
from cordillera.desks.people.asking_limits import ROWS_PER_QUERY
from cordillera.desks.people.batch_core import Answer, Row, answer_of
from cordillera.desks.people.list_handling import clear_copy, may_be_copied, stamp_of_list
from cordillera.desks.people.match_service import Batch, Lists, MatchDesk
from cordillera.desks.people.match_wire import ListTold
from cordillera.trust.access.model import Caller

PIECE: Final = 2_000


def answer_batch(
    desk: MatchDesk, tx: sa.Connection, caller: Caller, asked: tuple[str, core.Choice, Iterable[Row]]
) -> tuple[tuple[ListTold, ...], tuple[str, ...], list[Answer]]:
    """Answer every row, in order, and write the batch's leaf; raise errors of limits, lists and batches.

    What comes back is a copy in a file, under its markings: a list that may not be copied is not asked, and
    is named as withheld; asked for by its name it is refused (`ExportRefused`).
    One version of each list answers the whole batch. It counts as one: made to copy a list, it is refused.
    """
    name, choice, rows = asked
    desk.heed(caller)
    lists, withheld = _copyable(desk.lists(tx, name))
    stamps = {one: stamp_of_list(loaded.version.handling) for one, loaded in lists.loaded.items()}
    answers: list[Answer] = []
    for piece in _pieces(rows):
        found = desk.candidates_of(tx, lists, [subject for _, subject in piece], choice)
        start = len(answers) + 1
        answers += [
            answer_of(start + at, row[0], best, stamps)
            for at, (row, best) in enumerate(zip(piece, found, strict=True))
        ]
    shown = [answer.entity for answer in answers if answer.entity]
    desk.count(tx, caller, len(answers) // ROWS_PER_QUERY + 1, shown)
    desk.record(tx, caller, lists.loaded.values(), Batch("columns", len(answers), len(shown)))
    return lists.told, withheld, answers


def _copyable(lists: Lists) -> tuple[Lists, tuple[str, ...]]:
    if lists.only is not None:
        clear_copy(loaded.version for loaded in lists.loaded.values())
    kept = {name: loaded for name, loaded in lists.loaded.items() if may_be_copied(loaded.version)}
    thresholds = {name: lists.thresholds[name] for name in kept}
    withheld = tuple(sorted(lists.loaded.keys() - kept.keys()))
    return Lists(lists.only, kept, thresholds or lists.thresholds), withheld


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while piece := list(islice(left, PIECE)):
        yield piece
