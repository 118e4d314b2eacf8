"""`cordillera screen again`: stored travellers before a list that changed, now instead of by the worker."""

import time
from typing import Annotated

from cyclopts import Parameter

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.desks.travellers.errors import ListNotScreened
from cordillera.desks.travellers.rescreening import Rescreening
from cordillera.desks.travellers.rescreening_model import Phase, Progress
from cordillera.foundation.store.database import Scope, Store

_WAIT_SECONDS = 0.2
_LONGEST_WAIT = 60.0


def again(
    *,
    list_name: Annotated[str, Parameter(name="--list", help="Name of the list.")],
    whole: Annotated[
        bool, Parameter(name="--whole", help="Ask every entry, not only what changed.", negative="")
    ] = False,
    json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Screen stored travellers against what a list changed since they were screened last."""
    with open_node(home) as node:
        if whole:
            node.rescreening.again(node.store, list_name)
        node.rescreening.plan(node.store)
        done = _worked(node.rescreening, node.store, list_name)
    if json:
        emit(
            {
                "list": done.list_name,
                "version": str(done.to_version or ""),
                "entries": done.entries,
                "travellers": done.travellers,
                "alerts": done.alerts,
                "seconds": done.seconds,
            }
        )
        return
    told = f"{done.entries} entries, {done.travellers} travellers, {done.alerts} alerts, {done.seconds} s"
    state = "" if done.phase is Phase.DONE else "; not finished, another transaction is still running"
    console.print(f"{done.list_name}: {told}{state}", markup=False, highlight=False)


def _worked(rescreening: Rescreening, store: Store, list_name: str) -> Progress:
    """Work until the list is done; older transactions are waited for, a minute at most."""
    until = time.monotonic() + _LONGEST_WAIT
    while True:
        while rescreening.step(store, list_name):
            until = time.monotonic() + _LONGEST_WAIT
        with store.transaction(Scope.node("screen.again")) as tx:
            progress = rescreening.progress(tx, list_name)
        if progress is None:
            raise ListNotScreened(list=list_name[:80])
        if progress.phase is Phase.DONE or time.monotonic() > until:
            return progress
        time.sleep(_WAIT_SECONDS)
