"""What one request carries through the web: its id, its language, who calls, whether JSON is wanted."""

from typing import Any

import msgspec

from cordillera.trust.access.model import MachineSession, OfficerSession

_KEY = "cordillera.call"
API = "/api/"
COMPATIBLE = ("/match/", "/search/", "/entities/", "/algorithms", "/catalog", "/reconcile/", "/as2")
"""Where clients of other matchers, and carriers that sign, expect their operations (docs/match-api.md)."""


class Call(msgspec.Struct):
    """Filled step by step: the shell makes it, the guard adds who calls."""

    request_id: str
    language: str
    theme: str = ""
    twin: bool = False
    session: OfficerSession | None = None
    machine: MachineSession | None = None
    open_alerts: int | None = None


def attach(scope: Any, call: Call) -> None:
    """Let the request carry `call`."""
    scope[_KEY] = call


def call_of(scope: Any) -> Call:
    """Return what the request carries."""
    found: Call = scope[_KEY]
    return found


def is_api(scope: Any) -> bool:
    """Tell whether the request is for the JSON API or for a page's JSON twin."""
    path: str = scope["path"]
    return path.startswith((API, *COMPATIBLE)) or call_of(scope).twin
