"""Every format by name: one way to read them all.

>>> sorted(FORMATS)
['csv', 'eu-xml', 'ftm', 'ofac-csv', 'ofac-xml', 'un-xml']
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

import msgspec

from cordillera.engines.watchlists.errors import ListMappingWrong
from cordillera.engines.watchlists.eu_xml import read_eu
from cordillera.engines.watchlists.ftm import read_ftm
from cordillera.engines.watchlists.mapped_csv import read_csv
from cordillera.engines.watchlists.mapping import read_mapping
from cordillera.engines.watchlists.ofac_csv import parse_ofac
from cordillera.engines.watchlists.ofac_xml import read_ofac_xml
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.source import ListFile
from cordillera.engines.watchlists.un_xml import parse_un


class Delivery(msgspec.Struct, frozen=True):
    """A list as delivered: its file, the companions of OFAC's CSV, a mapping for CSV, a date told aside."""

    main: ListFile
    alt: ListFile | None = None
    add: ListFile | None = None
    mapping: str = ""
    list_date: date | None = None

    @property
    def files(self) -> tuple[ListFile, ...]:
        """All files, in a fixed order; one that is not there is empty."""
        return self.main, self.alt or ListFile.of(b""), self.add or ListFile.of(b"")


def read(delivery: Delivery, form: str) -> Reading:
    """Return the reading of a list in the format named; a date told aside holds where the file has none.

    Raises `ListMappingWrong`; the reading raises the errors of its format.
    """
    reading = FORMATS[form](delivery)
    reading.list_date = delivery.list_date
    return reading


def _un(delivery: Delivery) -> Reading:
    return Reading.of("un-xml", lambda: parse_un(delivery.main.whole()))


def _ofac(delivery: Delivery) -> Reading:
    main, alt, add = delivery.files
    told = delivery.list_date
    return Reading.of("ofac-csv", lambda: parse_ofac(main.whole(), alt.whole(), add.whole(), told))


def _csv(delivery: Delivery) -> Reading:
    if not delivery.mapping:
        raise ListMappingWrong(condition=1, field="mapping")
    return read_csv(delivery.main, read_mapping(delivery.mapping))


FORMATS: Final[Mapping[str, Callable[[Delivery], Reading]]] = {
    "un-xml": _un,
    "ofac-csv": _ofac,
    "ofac-xml": lambda delivery: read_ofac_xml(delivery.main),
    "eu-xml": lambda delivery: read_eu(delivery.main),
    "ftm": lambda delivery: read_ftm(delivery.main),
    "csv": _csv,
}
