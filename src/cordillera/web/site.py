"""What the web holds of a node: its services by name, its texts, its templates, its files."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from jinja2 import Environment

from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Store
from cordillera.trust.access.api import cookie_name
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.trust.access.service import AccessService
from cordillera.trust.review.model import QueueFilter
from cordillera.web import navigation, rendering
from cordillera.web.assets import Assets
from cordillera.web.call import Call
from cordillera.web.i18n import load_catalogues


class OpenNode(Protocol):
    """What the web needs of a node at least; services of desks are found by name when there."""

    @property
    def settings(self) -> Settings:
        """The node's settings."""
        ...

    @property
    def store(self) -> Store:
        """The node's database."""
        ...

    @property
    def clock(self) -> Clock:
        """The node's clock."""
        ...

    @property
    def access(self) -> AccessService:
        """Officers, sessions and tokens."""
        ...


class Site:
    """One per application."""

    def __init__(self, node: OpenNode, packages: Sequence[str], assets: Assets) -> None:
        self.node = node
        self.assets = assets
        self.catalogues = load_catalogues(packages)
        self.jinja: Environment = rendering.environment(packages, assets)
        self.allowed: dict[str, set[str]] = {}

    @property
    def paths(self) -> Collection[str]:
        """Every path of the site, as it is routed."""
        return self.allowed.keys()

    def methods(self, path: str) -> str:
        """Return the methods of a path, as the Allow header lists them."""
        return ", ".join(sorted(self.allowed.get(path, ())))

    @property
    def cookie(self) -> str:
        """The name of the session cookie."""
        return cookie_name(self.node.settings)

    def service(self, name: str) -> Any:
        """Return a service of the node by its name in the contract of handlers."""
        return getattr(self.node, name)

    def open_alerts(self, session: OfficerSession) -> int | None:
        """Return how many alerts wait for the officer's agency, or None when they may not know."""
        if not session.may(Permission.ALERT_READ) or not session.purpose or not hasattr(self.node, "review"):
            return None
        with self.node.store.transaction(session.scope) as tx:
            return self.count_open(tx)

    def count_open(self, tx: sa.Connection) -> int:
        """Return how many alerts wait, as far as the scope sees them."""
        counted: int = self.service("review").count(tx, QueueFilter())
        return counted

    def render(self, page: Page, call: Call, path: str, query: Sequence[tuple[str, str]]) -> str:
        """Render a page for the person who called."""
        session, counts = call.session, {} if call.open_alerts is None else {"/alerts": call.open_alerts}
        rail = navigation.rail(session, self.paths, path, counts) if session else ()
        context = rendering.RenderContext(
            catalogue=self.catalogues[call.language],
            node=self.node.settings.node,
            now=self.node.clock.now(),
            path=path,
            query=tuple(query),
            session=session,
            theme=call.theme,
            csrf_token=session.csrf_token if session else "",
            navigation=rail,
            request_id=call.request_id,
        )
        return rendering.render(self.jinja, page, context)
