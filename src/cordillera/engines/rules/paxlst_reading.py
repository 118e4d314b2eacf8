"""Fields of a passenger list as facts with the bytes that tell them.

>>> from cordillera.engines.edifact.paxlst_model import Field
>>> reading = ListReading("msg-1")
>>> reading.of({"bag.tag": Field("QX1", 4, 7), "bag.weight": None})["bag.tag"].value
'QX1'
>>> reading.told("traveller.age", "old", Field("old", 0, 3))
{}
"""

from collections.abc import Iterator

from cordillera.engines.edifact.paxlst_model import Field, Traveller
from cordillera.engines.rules.errors import FactsFault
from cordillera.engines.rules.facts import Seen, counted
from cordillera.engines.rules.schema import FACTS
from cordillera.engines.rules.wanted import EVERYTHING, Wanted


class ListReading:
    """Fields of one message as known facts; those that do not fit their type are left out."""

    def __init__(self, source: str, wanted: Wanted = EVERYTHING) -> None:
        self._source = source
        self.wanted = wanted

    def of(self, fields: dict[str, Field | None]) -> dict[str, Seen]:
        """The facts whose fields are there."""
        return dict(self._known(fields))

    def told(self, name: str, value: str | float, field: Field) -> dict[str, Seen]:
        """A fact worked out from a field, which is its evidence."""
        if not self.wanted.has(name):
            return {}
        try:
            return {name: Seen(counted(FACTS[name], value), field.evidence(self._source))}
        except FactsFault:
            return {}

    def _known(self, fields: dict[str, Field | None]) -> Iterator[tuple[str, Seen]]:
        for name, field in fields.items():
            if field is not None and self.wanted.has(name):
                yield from self.told(name, field.text, field).items()


def has_all_bags(traveller: Traveller) -> bool:
    """Tell whether the tags are as many as declared."""
    declared = traveller.bag_count
    return declared is not None and declared.text.isdecimal() and int(declared.text) == len(traveller.tags)
