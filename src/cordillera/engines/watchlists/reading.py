"""A list while it is read: entries come one by one, and what was left out is counted as they come.

The counts, the date of the list and its encoding are complete when the last entry has been taken. A reader
that finds its file broken raises in the middle; whoever stores entries does so in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from cordillera.engines.watchlists.errors import ListEmpty
from cordillera.engines.watchlists.limits import Tally, within_limits
from cordillera.engines.watchlists.model import ListedEntity, ParsedList
from cordillera.engines.watchlists.source import ListFile


class Reading:
    """What a reader gives: iterate over it once."""

    def __init__(self, form: str, fill: Callable[["Reading"], Iterable[ListedEntity]]) -> None:
        self.form = form
        self.tally = Tally()
        self.list_date: date | None = None
        self.encoding = ""
        self._fill = fill

    def __iter__(self) -> Iterator[ListedEntity]:
        """Yield entries that have a name, within their limits; raise `ListEmpty` when there is none."""
        tally, count = self.tally, 0
        for entity in self._fill(self):
            if not entity.names:
                tally.skipped += 1
                continue
            count += 1
            yield within_limits(entity, tally)
        if not count:
            raise ListEmpty(format=self.form)

    @classmethod
    def of(cls, form: str, parse: Callable[[], ParsedList]) -> "Reading":
        """Return the reading of a format that is read as a whole."""

        def fill(reading: Reading) -> Iterable[ListedEntity]:
            parsed = parse()
            reading.list_date = parsed.list_date or reading.list_date
            reading.tally.refused += parsed.refused_fields
            reading.tally.unread += parsed.unread_fields
            return parsed.entities

        return cls(form, fill)

    def collect(self, file: ListFile) -> ParsedList:
        """Read everything into memory: for tests and small lists."""
        entities = tuple(self)
        return ParsedList(
            entities, self.list_date, self.tally.refused, self.tally.unread, file.unpacked, self.tally.capped
        )
