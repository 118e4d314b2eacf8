"""A whole node on a real database, and browsers without a browser: for tests of web, attacks and pages."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import msgspec
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import NodeSettings, Settings, TravellerSettings
from cordillera.foundation.store.database import Scope, Store
from cordillera.runtime.node import Node
from cordillera.runtime.ports import free_port
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import MachineSession, OfficerSession, Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.access.service import AccessService
from cordillera.web import registry
from cordillera.web.app import create_app
from cordillera.web.shell import Shell

ACCESS_ONLY = ("cordillera.trust.access", "cordillera.web")
BASE = "https://127.0.0.1:8700"
PASSWORD = "páramo-lluvia-42"
NODE = NodeSettings(id="ec", country="EC", agency="EC-PN", name="Nodo Ecuador")


class Applications:
    """Applications that one node uses after another: to make one takes most of a second.

    What an application knows of its node is its site's node and its shell's settings; both are put in
    anew. One that is taken stays taken until the test has ended (`tests/conftest.py`).
    """

    def __init__(self) -> None:
        self._free: dict[tuple[str, ...], list[Litestar]] = {}
        self._taken: list[tuple[tuple[str, ...], Litestar]] = []

    def take(self, node: Node, packages: tuple[str, ...]) -> Litestar:
        """Return an application of these packages, for this node alone."""
        free = self._free.setdefault(packages, [])
        app = self._moved(free.pop(), node) if free else create_app(node, packages)
        self._taken.append((packages, app))
        return app

    def give_back(self) -> None:
        """Take back what the tests have taken."""
        for packages, app in self._taken:
            self._free[packages].append(app)
        self._taken.clear()

    @staticmethod
    def _moved(app: Litestar, node: Node) -> Litestar:
        site, shell = app.state["site"], app.asgi_handler
        site.node = node
        app.asgi_handler = Shell(shell._inner, node.settings, site.paths)
        return app


APPLICATIONS = Applications()


class House:
    """One node and its application; officers log in by a word."""

    def __init__(
        self, store: Store, clock: Clock, home: Path, packages: Sequence[str] = registry.PACKAGES
    ) -> None:
        settings = Settings(home=home, node=NODE, travellers=TravellerSettings(advice_seconds=0.2))
        self.node = Node(settings, store, clock)
        self.clock = clock
        self._packages = tuple(packages)

    @cached_property
    def app(self) -> Litestar:
        """The node's application."""
        return APPLICATIONS.take(self.node, self._packages)

    @property
    def access(self) -> AccessService:
        """The node's access service."""
        return self.node.access

    def transaction(self):
        """The node's own transaction."""
        return self.node.store.transaction(Scope.node("access"))

    def officer(self, login: str, *roles: Role, ready: bool = True) -> str:
        """Add an officer; return their password: chosen, or with ready=False still the one-time one."""
        new = NewOfficer(login, "María Quishpe", ("EC-PN", "EC-SENAE"), roles or (Role.WATCH_OFFICER,))
        with self.transaction() as tx:
            once = self.access.add_officer(tx, "node", new)
        if not ready:
            return once
        _, session = self.access.logins.log_in(self.node.store, Attempt(login, once, "192.0.2.1"))
        with self.transaction() as tx:
            self.access.officers.replace_password(tx, session, "", PASSWORD)
        return PASSWORD

    def session(self, login: str, purpose: str = "border_control") -> tuple[str, OfficerSession]:
        """Open a session of an officer who is ready."""
        token, session = self.access.logins.log_in(self.node.store, Attempt(login, PASSWORD, "192.0.2.1"))
        if purpose:
            with self.transaction() as tx:
                self.access.sessions.declare(tx, session, session.agency, purpose)
        return token, msgspec.structs.replace(session, purpose=purpose)

    def visitor(self) -> TestClient:
        """A browser that nobody has logged in with."""
        return TestClient(self.app, base_url=BASE, raise_server_exceptions=False)

    def browser(self, login: str = "mquishpe", *roles: Role, purpose: str = "border_control") -> TestClient:
        """A browser in which a new officer has logged in and declared a purpose."""
        self.officer(login, *roles)
        token, session = self.session(login, purpose)
        client = self.visitor()
        client.cookies.set(f"__Host-cordillera-{NODE.id}", token)
        client.headers["x-csrf-token"] = session.csrf_token
        return client

    def machine(self, name: str = "carrier") -> str:
        """A bearer token of scope ingest."""
        machine = MachineSession(name, "EC-PN", "ingest")
        with self.transaction() as tx:
            return self.access.tokens.add(tx, "node", machine)


@contextmanager
def listening(app: Litestar) -> Iterator[int]:
    """Serve `app` on a free port of loopback, as the node does."""
    port = free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(400):
        if server.started:
            break
        thread.join(0.05)
    yield port
    server.should_exit = True
    thread.join(10)
