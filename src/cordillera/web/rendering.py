"""Jinja2 for all packages: their templates folders, autoescape always, and the words of docs/ui-kit.md.

Templates ask for the language, the session and the rest through functions that read the render context of
the running request, so macros need no context passed to them.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from importlib.resources import files
from itertools import count
from urllib.parse import urlencode

import msgspec
from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined

from cordillera.foundation.settings import NodeSettings
from cordillera.trust.access.model import OfficerSession, Permission
from cordillera.trust.access.page import Page
from cordillera.web import formats
from cordillera.web.assets import Assets
from cordillera.web.i18n import Catalogue
from cordillera.web.navigation import NavigationGroup


class RenderContext(msgspec.Struct, frozen=True):
    """What one rendering knows besides its view."""

    catalogue: Catalogue
    node: NodeSettings
    now: datetime
    path: str
    query: tuple[tuple[str, str], ...] = ()
    session: OfficerSession | None = None
    theme: str = ""
    csrf_token: str = ""
    navigation: tuple[NavigationGroup, ...] = ()
    request_id: str = ""

    @property
    def language(self) -> str:
        """The language tag of the page."""
        return "en-x-pseudo" if self.catalogue.language == "qps" else self.catalogue.language


_current: ContextVar[RenderContext] = ContextVar("render_context")


def environment(packages: Sequence[str], assets: Assets) -> Environment:
    """Make the environment that knows the templates of `packages`."""
    jinja = Environment(
        loader=ChoiceLoader(_loaders(packages)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.globals.update(_words(assets))
    jinja.filters.update(_filters())
    return jinja


def render(jinja: Environment, page: Page, context: RenderContext) -> str:
    """Render `page` under `context`."""
    token = _current.set(context)
    try:
        return jinja.get_template(page.template).render(view=page.view)
    finally:
        _current.reset(token)


def _loaders(packages: Sequence[str]) -> list[BaseLoader]:
    with_templates = [name for name in packages if files(name).joinpath("templates").is_dir()]
    return [PackageLoader(name, "templates") for name in with_templates]


def _session() -> OfficerSession | None:
    return _current.get().session


def _can(permission: str) -> bool:
    session = _session()
    return session is not None and session.may(Permission(permission))


def _with_query(name: str, value: str) -> str:
    context = _current.get()
    kept = [pair for pair in context.query if pair[0] != name]
    return f"{context.path}?{urlencode([*kept, (name, value)])}"


def _here() -> str:
    context = _current.get()
    return f"{context.path}?{urlencode(context.query)}" if context.query else context.path


def _late(pick: Callable[[RenderContext], Callable[..., object]]) -> Callable[..., object]:
    """Make a template function that asks the render context of the moment it is called."""

    def word(*given: object, **values: object) -> object:
        return pick(_current.get())(*given, **values)

    return word


def _fact(pick: Callable[[RenderContext], object]) -> Callable[[], object]:
    return lambda: pick(_current.get())


def _words(assets: Assets) -> dict[str, object]:
    numbers = count(1)
    return {
        "_": _late(lambda context: context.catalogue.text),
        "_n": _late(lambda context: context.catalogue.plural),
        "has_text": _late(lambda context: context.catalogue.has),
        "number": _late(lambda context: context.catalogue.number),
        "language": _fact(lambda context: context.language),
        "theme": _fact(lambda context: context.theme),
        "node": _fact(lambda context: context.node),
        "session": _session,
        "csrf_token": _fact(lambda context: context.csrf_token),
        "navigation": _fact(lambda context: context.navigation),
        "request_id": _fact(lambda context: context.request_id),
        "can": _can,
        "here": _here,
        "with_query": _with_query,
        "asset": assets.url,
        "font": assets.font,
        "unique": lambda prefix: f"{prefix}-{next(numbers)}",
    }


def _filters() -> dict[str, Callable[..., object]]:
    context: Callable[[], RenderContext] = _current.get
    return {
        "visible": formats.visible,
        "aligned": formats.aligned,
        "segments": formats.segments,
        "rounded": formats.rounded,
        "score": formats.score,
        "signed": formats.signed,
        "iso": formats.iso,
        "utc": formats.utc,
        "day": formats.day,
        "local": lambda moment: formats.local(moment, context().node.timezone),
        "ago": lambda moment: formats.ago(moment, context().now, context().catalogue),
    }
