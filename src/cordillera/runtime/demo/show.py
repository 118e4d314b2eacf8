"""Running the demonstration: both databases, both node processes, and the day of arrivals."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path

import httpx2

from cordillera.foundation.clock import Clock
from cordillera.foundation.errors import Conflict, Unavailable
from cordillera.foundation.store.embedded_locks import alone
from cordillera.runtime.demo.federation import Ready, demo_day, lay_out, set_up
from cordillera.runtime.demo.processes import node_process, wait_until_it_answers
from cordillera.runtime.demo.rule import put_in_force
from cordillera.runtime.demo_day.day import DemoDay
from cordillera.runtime.node import Node, open_node

_UPLOAD_SECONDS = 600.0  # a loaded machine is slow, not wrong; the first message also makes machine code


class UploadRefused(Unavailable):
    """The node did not take a message of the day; what it took is kept. Start again to go on."""

    code = "demo.upload_refused"


class AlreadyRunning(Conflict):
    """A demonstration runs in this home already: use its addresses, or end it with Ctrl-C."""

    code = "demo.already_running"


class Show:
    """Both nodes, running, and the day that Ecuador is fed."""

    def __init__(self, home: Path, today: date) -> None:
        self._fed = home / "fed.txt"
        self._today = today
        self.ready: dict[str, Ready] = {}
        self.nodes: dict[str, Node] = {}

    @property
    def ec(self) -> Ready:
        """Ecuador's node."""
        return self.ready["ec"]

    @property
    def us(self) -> Ready:
        """The United States' node."""
        return self.ready["us"]

    @cached_property
    def day(self) -> DemoDay:
        """The day of arrivals, made when first asked for."""
        return demo_day(self._today)

    @property
    def fed(self) -> bool:
        """Whether Ecuador has been fed its day before."""
        return self._fed.exists()

    def remember_fed(self) -> None:
        """Keep in mind that Ecuador has its day."""
        self._fed.write_text(self._today.isoformat(), "utf-8")


@contextmanager
def running(home: Path, clock: Clock) -> Iterator[Show]:
    """Set both nodes up where that is needed, and run them until the block is left.

    A second one in the same home would give every user a new password: it is refused (`AlreadyRunning`).
    """
    with ExitStack() as stack:
        if not stack.enter_context(alone(home / "running.lock")):
            raise AlreadyRunning(home=str(home))
        show = Show(home, clock.now().date())
        homes = lay_out(home)
        processes = {own: stack.enter_context(node_process(folder)) for own, folder in homes.items()}
        with ThreadPoolExecutor(len(homes)) as pool:
            opened = pool.map(stack.enter_context, map(open_node, homes.values()))
            show.nodes.update(zip(homes, opened, strict=True))
            show.ready.update(set_up(show.nodes, lambda: show.day, pool))
        for own, process in processes.items():
            wait_until_it_answers(process, show.ready[own].site, homes[own])
        yield show


def feed(show: Show) -> Iterator[str]:
    """Upload the day to Ecuador, one by one; yield the name of each message when it is in.

    Lists come first, the last of them as a question (`ask`); two officers then put a rule in force;
    crew lists and reservations come last, and are judged by it. A message that was fed before is recognised
    by the node and counts once.
    """
    *lists, asked = show.day.messages
    with _carrier(show) as client:
        for name, raw in lists:
            _upload(client, "/api/messages", name, raw)
            yield name
        ask(show)
        yield asked[0]
        put_in_force(show.nodes["ec"], "oficial.ec", "segunda.ec")
        for name, raw in (*show.day.crews, *show.day.bookings):
            _upload(client, "/api/messages", name, raw)
            yield name
    show.remember_fed()


def ask(show: Show) -> bytes:
    """Send the day's last list as an interactive one; return the answer: advice on each traveller.

    The same list again changes nothing and is answered with what is known by then.
    """
    with _carrier(show) as client:
        return _upload(client, "/api/messages/interactive", *show.day.messages[-1])


def _carrier(show: Show) -> httpx2.Client:
    headers = {"authorization": f"Bearer {show.ec.upload_token}", "content-type": "application/octet-stream"}
    return httpx2.Client(base_url=show.ec.site, headers=headers, timeout=_UPLOAD_SECONDS)


def _upload(client: httpx2.Client, address: str, name: str, raw: bytes) -> bytes:
    try:
        answer = client.post(address, params={"name": name}, content=raw)
    except httpx2.HTTPError as error:
        raise UploadRefused(message=name, reason=str(error)) from error
    if answer.status_code not in {200, 201}:
        raise UploadRefused(message=name, status=answer.status_code)
    return answer.content
