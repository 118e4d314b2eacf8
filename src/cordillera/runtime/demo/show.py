"""Running the demonstration: both databases, both node processes, and the day of arrivals."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import msgspec

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import Unavailable
from cordillera.runtime.demo.federation import Ready, demo_day, lay_out, set_up
from cordillera.runtime.demo.processes import node_process, wait_until_it_answers
from cordillera.runtime.demo_day.day import DemoDay
from cordillera.runtime.node import Node, open_node

_UPLOAD_SECONDS = 120.0


class UploadRefused(Unavailable):
    """The node did not take a message of the day."""

    code = "demo.upload_refused"


class Show(msgspec.Struct, frozen=True):
    """Both nodes, running, and the day they were fed."""

    ec: Ready
    us: Ready
    day: DemoDay
    nodes: dict[str, Node]


@contextmanager
def running(home: Path, clock: Clock) -> Iterator[Show]:
    """Set both nodes up where that is needed, and run them until the block is left."""
    day = demo_day(clock.now().date())
    homes = lay_out(home)
    with ExitStack() as stack:
        with ThreadPoolExecutor(len(homes)) as pool:
            nodes = dict(
                zip(homes, pool.map(stack.enter_context, map(open_node, homes.values())), strict=True)
            )
        processes = {own: stack.enter_context(node_process(folder)) for own, folder in homes.items()}
        ready = set_up(nodes, day)
        for own, process in processes.items():
            wait_until_it_answers(process, ready[own].site, homes[own])
        yield Show(ready["ec"], ready["us"], day, nodes)


def feed(show: Show) -> Iterator[str]:
    """Upload the messages of the day to Ecuador, one by one; yield the name of each when it is in.

    A day that was fed before is recognised by the node: each message counts once.
    """
    headers = {"authorization": f"Bearer {show.ec.upload_token}", "content-type": "application/octet-stream"}
    with httpx2.Client(base_url=show.ec.site, headers=headers, timeout=_UPLOAD_SECONDS) as client:
        for name, raw in show.day.messages:
            answer = client.post("/api/messages", params={"name": name}, content=raw)
            if answer.status_code not in {200, 201}:
                raise UploadRefused(message=name, status=answer.status_code)
            yield name
