"""Two invented parties with roots of their own, agreement texts to sign, and officers who adopt them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any
from uuid import uuid4

from cordillera.foundation.crypto.root import RootKey
from cordillera.trust.access.model import OfficerSession
from cordillera.trust.agreements.ports import Links, Roots
from cordillera.trust.agreements.signatures import prepare, sign

SHIPPED = resources.files("cordillera.trust.agreements") / "shipped"


@lru_cache
def root(name: str) -> RootKey:
    return RootKey.from_seed((name * 64).encode()[:64])


def roots(_tx: object = None) -> Roots:
    return {country: (root(country).public,) for country in ("EC", "US")}


LINKS = Links(country="EC", roots=roots)


def officer(name: str, *roles: str) -> OfficerSession:
    return OfficerSession(
        session_id=uuid4(), officer_id=name, login=name, name=name, agency="EC-PN", country="EC",
        roles=roles or ("agreement_officer",), desks=(), purpose="agreement_work", language="es",
        csrf_token="",
    )  # fmt: skip


ONE, OTHER = officer("officer-a"), officer("officer-b")


def text(name: str = "us-ec-2025", **changes: Any) -> bytes:
    """A shipped agreement, with parts of it changed."""
    value = json.loads((SHIPPED / f"{name}.json").read_bytes())
    return json.dumps(value | changes).encode()


def settled(**changes: Any) -> bytes:
    """The US-EC text without assumed terms, as if the parties had published it."""
    value = json.loads(text(**changes))
    for clause in value["clauses"]:
        clause.pop("assumed", None)
    return json.dumps(value).encode()


def second(begins: str = "2026-11-22", **changes: Any) -> bytes:
    """The version that follows the shipped one."""
    valid = {"from": begins, "to": "2028-01-31", "notice_months": 3}
    return settled(version=2, supersedes="us-ec-2025@1", valid=valid, **changes)


def signed(raw: bytes, by: Mapping[str, str] | None = None) -> bytes:
    """The file with a signature of each party, by the roots named."""
    file = prepare(raw)
    for party, name in (by or {"EC": "EC", "US": "US"}).items():
        file = sign(file, party, root(name))
    return file.write()
