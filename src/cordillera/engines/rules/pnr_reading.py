"""Fields of a reservation as known facts, each with the message that it was really read from.

A reservation as it stands can be put together from several messages (PNRGOV 22 and 141). A fact points at the
newest message that holds exactly that field at exactly those bytes, else at none: never at wrong bytes.

>>> from cordillera.engines.edifact.paxlst_model import Field
>>> from cordillera.engines.edifact.pnrgov_model import Locator, Pnr
>>> told = Version(Pnr(0, 9, (Locator(Field("XA", 4, 6), Field("ABCDEF", 7, 13)),)), "message:1")
>>> Evident((told,)).told("agency.code", "1234", Field("ABCDEF", 7, 13))["agency.code"].evidence.source
'message:1'
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from cordillera.engines.edifact.paxlst_model import Field
from cordillera.engines.edifact.pnr_fields import fields_in
from cordillera.engines.edifact.pnrgov_model import Pnr, Service
from cordillera.engines.rules.errors import FactsFault
from cordillera.engines.rules.facts import Seen, counted
from cordillera.engines.rules.schema import FACTS
from cordillera.foundation.explain import Evidence

_DAY: Final = 1440
_DAY_ALONE: Final = 10


class Version(msgspec.Struct, frozen=True):
    """A reservation as one message told it; `source` is how evidence names the stored message."""

    pnr: Pnr
    source: str


class Evident:
    """Makes facts of fields; what no fact can hold (a date that is none, an unknown unit) is left out."""

    def __init__(self, versions: tuple[Version, ...]) -> None:
        """Take the versions of a reservation, the newest first."""
        told = [(one.source, one.pnr) for one in reversed(versions)]
        self._fields = {field: source for source, pnr in told for field in fields_in(pnr)}
        self._services = {one: source for source, pnr in told for one in _services_of(pnr)}

    def of(self, fields: Mapping[str, Field | None]) -> dict[str, Seen]:
        """The facts whose fields are there."""
        known: dict[str, Seen] = {}
        for name, field in fields.items():
            if field is not None:
                known |= self.told(name, field.text, field)
        return known

    def told(self, name: str, value: str | float, field: Field | None = None) -> dict[str, Seen]:
        """A fact worked out from a field, which is its evidence; without a field it has none."""
        source = None if field is None else self._fields.get(field)
        evidence = None if field is None or source is None else field.evidence(source)
        try:
            return {name: Seen(counted(FACTS[name], value), evidence)}
        except FactsFault:
            return {}

    def served(self, name: str, service: Service) -> dict[str, Seen]:
        """The fact that a service was asked for, with the bytes of its segment."""
        source = self._services.get(service)
        evidence = None if source is None else Evidence(source, service.start, service.end, service.code)
        return {name: Seen(counted(FACTS[name], True), evidence)}


def _services_of(pnr: Pnr) -> Iterator[Service]:
    yield from pnr.services
    for person in pnr.travellers:
        yield from person.services
    for leg in pnr.legs:
        yield from leg.services


def between(earlier: Field | None, later: Field | None) -> str:
    """The time from one local moment to another as a duration, in whole days where one is a day alone."""
    if earlier is None or later is None:
        return ""
    alone = _DAY_ALONE in {len(earlier.text), len(later.text)}
    cut = _DAY_ALONE if alone else 16
    try:
        first, last = (datetime.fromisoformat(one.text[:cut]) for one in (earlier, later))
    except ValueError:
        return ""
    minutes = int((last - first).total_seconds() // 60)
    return f"{minutes // _DAY} days" if alone else f"{minutes} min"
