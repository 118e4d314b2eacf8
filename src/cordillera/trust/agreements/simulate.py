"""Reading a request that somebody wrote by hand, so that its wrong values are denied and not a crash.

A value of a wrong type goes into the request as it is, for the decision to name it; only a document that
is no JSON object of known names is refused. A request without `at` is asked about this moment.

>>> from datetime import UTC
>>> request_of(b'{"purpose": 7}', datetime(2026, 11, 21, tzinfo=UTC)).purpose
7
"""

from datetime import datetime
from typing import Any

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.canonical import WrongShape, loads
from cordillera.trust.agreements.request import ArticleUse, DisclosureRequest, PolicyDecision

MAX_BYTES = 65_536
_NAMES = frozenset(DisclosureRequest.__struct_fields__)
_NOT_GIVEN = dict.fromkeys(("agreement_id", "service", "action", "sender_country", "recipient_country"), "")


class Simulation(msgspec.Struct, frozen=True):
    """A decision spelled out for people and scripts."""

    allow: bool
    permitting: tuple[str, ...]
    violated: tuple[str, ...]
    articles: tuple[ArticleUse, ...]
    errors: tuple[str, ...]
    duties: tuple[str, ...]
    agreement_id: str
    agreement_hash: str
    policy_hash: str


def request_of(raw: bytes, now: datetime) -> DisclosureRequest:
    """Read a request; raise `WrongShape` for no object or unknown names, and the errors of `canonical`."""
    given = loads(raw, max_bytes=MAX_BYTES)
    if not isinstance(given, dict):
        raise WrongShape(reason="a request is a JSON object")
    unknown = sorted(set(given) - _NAMES)
    if unknown:
        raise WrongShape(reason=f"unknown names: {', '.join(unknown)[:200]}")
    values: dict[str, Any] = {**_NOT_GIVEN, "at": now, **{name: _plain(given[name]) for name in given}}
    values["at"] = moment_of(values["at"])
    return DisclosureRequest(**values)


def simulation_of(decision: PolicyDecision) -> Simulation:
    """Return the decision with the ids of its articles drawn out."""
    return Simulation(
        allow=decision.allow,
        permitting=decision.permitting,
        violated=decision.violated,
        articles=decision.articles,
        errors=decision.errors,
        duties=decision.duties,
        agreement_id=decision.agreement_id,
        agreement_hash=decision.agreement_hash,
        policy_hash=decision.policy_hash,
    )


def moment_of(value: object) -> object:
    """Return an RFC 3339 text as a moment; anything else as it is, to be denied by name."""
    try:
        return shapes.convert(value, datetime, strict=True) if isinstance(value, str) else value
    except msgspec.ValidationError:
        return value


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
