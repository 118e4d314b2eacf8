"""Which packages have pages and operations. Each exports `handlers` in `api.py` and `pages.py`."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

PACKAGES = (
    "cordillera.trust.access",
    "cordillera.trust.review",
    "cordillera.trust.agreements",
    "cordillera.trust.exchange",
    "cordillera.trust.exchange.operation",
    "cordillera.trust.ledger",
    "cordillera.trust.safeguards",
    "cordillera.trust.handling",
    "cordillera.trust.notices",
    "cordillera.trust.followup",
    "cordillera.trust.records",
    "cordillera.trust.redress",
    "cordillera.trust.lookup",
    "cordillera.trust.attachments",
    "cordillera.desks.travellers",
    "cordillera.desks.people",
    "cordillera.web",
)
_MODULES = ("api", "pages")


def collect(packages: Sequence[str] = PACKAGES) -> list[Any]:
    """Return the handlers of `packages`, in order."""
    modules = (f"{package}.{name}" for package in packages for name in _MODULES)
    return [handler for name in modules if find_spec(name) for handler in import_module(name).handlers]
