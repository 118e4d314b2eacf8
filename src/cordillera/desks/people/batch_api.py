"""Whole columns at once: JSON columns, or CSV that is read while it arrives, in; the same kind out."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

import anyio
import anyio.from_thread
import anyio.to_thread
import msgspec
from litestar import Request, Response, post
from litestar.params import Parameter

from cordillera.desks.people.batch_core import ColumnsAnswer, as_columns, as_csv, rows_of_columns, rows_of_csv
from cordillera.desks.people.batch_service import answer_batch
from cordillera.desks.people.match_core import Choice
from cordillera.desks.people.match_errors import BatchUnreadable
from cordillera.desks.people.match_service import MatchDesk
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import for_program
from cordillera.trust.access.model import Caller, Permission
from cordillera.trust.ledger.model import LeafKind

MAX_JSON = 16 * 1024 * 1024
MAX_CSV = 64 * 1024 * 1024
STALLED = 20.0
"""Seconds for which a table may stop arriving."""

_ASK = for_program(Permission.PERSON_SEARCH, "match", audit=LeafKind.CONSULTATION)
ListName = Annotated[str, Parameter(max_length=80)]
Share = Annotated[float, Parameter(ge=0.0, le=1.0)]
Column = Annotated[list[Annotated[str, msgspec.Meta(max_length=2_000)]], msgspec.Meta(max_length=100_000)]


class Columns(msgspec.Struct, frozen=True):
    """Columns of equal length: `full_name`, or `given_names` and `family_names`; `date_of_birth`, `id`."""

    columns: Annotated[dict[str, Column], msgspec.Meta(min_length=1, max_length=64)]


@post(
    "/match/{name:str}/columns",
    opt=_ASK,
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=MAX_JSON,
    operation_id="matchColumns",
)
def match_columns(  # noqa: PLR0913 - one parameter for each of the wire
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    data: Columns,
    threshold: Share = 0.7,
    cutoff: Share = 0.7,
) -> ColumnsAnswer:
    """Match each row of columns; the answer has a value for each row in every column."""
    choice = Choice(threshold=threshold, cutoff=cutoff)
    with store.transaction(caller.scope) as tx:
        asked = name, choice, rows_of_columns(data.columns)
        return as_columns(*answer_batch(matching, tx, caller, asked))


@post(
    "/match/{name:str}/csv",
    opt=_ASK,
    status_code=200,
    request_max_body_size=MAX_CSV,
    operation_id="matchCsv",
)
async def match_csv(  # noqa: PLR0913 - one parameter for each of the wire
    request: Request[Any, Any, Any],
    caller: Caller,
    store: Store,
    matching: MatchDesk,
    name: ListName,
    threshold: Share = 0.7,
    cutoff: Share = 0.7,
) -> Response[bytes]:
    """Match each row of a CSV table, read while it arrives; a line for each row comes back.

    Every line carries the marking of the list it names; lists whose marking keeps them out of a file are
    named in the header `x-withheld-lists`.
    """
    choice = Choice(threshold=threshold, cutoff=cutoff)
    pieces = request.stream()

    def work() -> tuple[bytes, tuple[str, ...]]:
        rows = rows_of_csv(lambda: anyio.from_thread.run(_next, pieces))
        with store.transaction(caller.scope) as tx:
            _, withheld, answers = answer_batch(matching, tx, caller, (name, choice, rows))
        return "".join(as_csv(answers)).encode(), withheld

    content, withheld = await anyio.to_thread.run_sync(work)
    told = {"x-withheld-lists": ",".join(map(quote, withheld))} if withheld else {}
    return Response(content, media_type="text/csv", headers=told)


async def _next(pieces: AsyncIterator[bytes]) -> bytes:
    """The next piece, b"" at the end; a client that stalls would hold a connection of the database."""
    try:
        with anyio.fail_after(STALLED):
            async for piece in pieces:
                if piece:
                    return piece
    except TimeoutError as error:
        raise BatchUnreadable(reason="nothing arrived for a while") from error
    return b""


handlers = [match_columns, match_csv]
