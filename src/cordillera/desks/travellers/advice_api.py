"""Interactive lists: a carrier asks about the travellers of a list and is answered at once.

1. The answer leaves a fixed time after the question came, so that its moment says nothing about what was
   found meanwhile; an error leaves at the same moment.
2. What takes longer than that is finished all the same. The answer is then what is known without the store
   (nothing further, incomplete, drawn at random), without CONTRL: nothing is acknowledged that is not kept.
3. Where it cannot be finished, that is written down as soon as the store takes it, for operators to see.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

import structlog
from litestar import Response, get, post
from litestar.params import Parameter

from cordillera.desks.travellers.advice_service import Answered, control_of
from cordillera.desks.travellers.errors import AdviceLate
from cordillera.desks.travellers.ingest import MAX_BYTES
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.desks.travellers.service import TravellerService
from cordillera.engines import edifact
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.guard import for_machine
from cordillera.trust.access.model import MachineSession
from cordillera.trust.ledger.model import LeafKind

EDIFACT = "application/edifact"
_GOING_ON: set["asyncio.Task[Answered] | asyncio.Task[None]"] = set()
"""What is finished after its answer has left; the loop itself would not hold it."""
_PATIENCE: Final = (0, 5, 30, 120, 600, 3_600)
"""Seconds before each try to write down that a list was not kept."""
log = structlog.get_logger(__name__)
_ASK = for_machine("ingest", audit=LeafKind.ANSWER_SENT)


@post(
    "/api/messages/interactive",
    opt=_ASK,
    status_code=200,
    request_max_body_size=MAX_BYTES,
    media_type=EDIFACT,
    operation_id="askAdvice",
)
async def ask(  # noqa: PLR0913 - one parameter for each service by its name
    machine: MachineSession,
    store: Store,
    travellers: TravellerService,
    settings: Settings,
    body: bytes,
    name: Annotated[str, Parameter(max_length=200)] = "",
) -> Response[bytes]:
    """Take a passenger list in and answer with CONTRL and CUSRES: advice, never a denial."""
    origin = Origin(Channel.INTERACTIVE, name, machine.agency, machine.actor, machine.scope.purpose)

    def work() -> Answered:
        with store.transaction(machine.scope) as tx:
            return travellers.advice.ask(tx, body, origin)

    def lost(reason: str) -> None:
        with store.transaction(machine.scope) as tx:
            travellers.advice.not_kept(tx, body, origin, reason)

    found = await _in_time(work, settings.travellers.advice_seconds, lost)
    if found is None:
        return Response(await asyncio.to_thread(travellers.advice.unasked, body), media_type=EDIFACT)
    return _answer(found)


@post(
    "/api/messages/edifact",
    opt=for_machine("ingest", audit=LeafKind.COLLECTION),
    sync_to_thread=True,
    status_code=201,
    request_max_body_size=MAX_BYTES,
    media_type=EDIFACT,
    operation_id="uploadForControl",
)
def upload(
    machine: MachineSession,
    store: Store,
    travellers: TravellerService,
    body: bytes,
    name: Annotated[str, Parameter(max_length=200)] = "",
) -> Response[bytes]:
    """Take messages in as the usual upload does, and answer with CONTRL."""
    origin = Origin(Channel.HTTPS, name, machine.agency, machine.actor, machine.scope.purpose)
    with store.transaction(machine.scope) as tx:
        taken = travellers.ingest(tx, body, origin)
    control = control_of(edifact.read(body), f"{travellers.now():%Y-%m-%dT%H:%M}")
    return _answer(Answered(taken.message_id, control))


@get(
    "/api/messages/interactive/{question_id:uuid}",
    opt=_ASK,
    media_type=EDIFACT,
    operation_id="readAdvice",
)
async def read(
    machine: MachineSession,
    store: Store,
    travellers: TravellerService,
    settings: Settings,
    question_id: UUID,
) -> Response[bytes]:
    """Answer a question again, with what officers have said since; only to the machine that asked."""
    origin = Origin(Channel.INTERACTIVE, "", machine.agency, machine.actor, machine.scope.purpose)

    def work() -> Answered:
        with store.transaction(machine.scope) as tx:
            return travellers.advice.again(tx, question_id, origin)

    found = await _in_time(work, settings.travellers.advice_seconds)
    if found is None:
        raise AdviceLate
    return _answer(found)


def _no_loss(reason: str) -> None:
    """Tell nobody: what was only read is not lost."""


async def _in_time(
    work: Callable[[], Answered], seconds: float, lost: Callable[[str], None] = _no_loss
) -> Answered | None:
    """Return what `work` makes, at one moment whatever it takes; None when it is not done by then.

    `lost` is told why when it fails after that.
    """
    began = time.monotonic()
    task = asyncio.create_task(asyncio.to_thread(work))
    await asyncio.wait({task}, timeout=seconds)
    await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
    if task.done():
        return task.result()
    _GOING_ON.add(task)
    task.add_done_callback(lambda ended: _ended(ended, lost))
    return None


def _ended(task: "asyncio.Task[Answered]", lost: Callable[[str], None]) -> None:
    _GOING_ON.discard(task)
    if (error := task.exception()) is not None:
        reason = type(error).__name__
        log.error("advice.not_kept", reason=reason)
        telling = asyncio.get_running_loop().create_task(_tell(lost, reason))
        _GOING_ON.add(telling)
        telling.add_done_callback(_GOING_ON.discard)


async def _tell(lost: Callable[[str], None], reason: str) -> None:
    """Write down that a list was not kept, as soon as that can be done."""
    for pause in _PATIENCE:
        await asyncio.sleep(pause)
        try:
            return await asyncio.to_thread(lost, reason)
        except Exception as error:  # noqa: BLE001 - the edge of a process: what failed is tried again
            log.error("advice.not_told", reason=type(error).__name__)  # noqa: TRY400 - a trace may hold names
    return None


def _answer(found: Answered) -> Response[bytes]:
    return Response(found.body, media_type=EDIFACT, headers={"message-id": str(found.message_id)})


handlers = [ask, upload, read]
