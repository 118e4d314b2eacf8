"""Every field of a reservation, whatever record it stands in: what a byte may be kept for, or pointed at.

>>> from cordillera.engines.edifact.paxlst_model import Field
>>> from cordillera.engines.edifact.pnrgov_model import Locator
>>> [one.text for one in fields_in(Locator(Field("XA", 4, 6), Field("ABCDEF", 7, 13)))]
['XA', 'ABCDEF']
"""

from collections.abc import Iterator

import msgspec

from cordillera.engines.edifact.paxlst_model import Field


def fields_in(record: object) -> Iterator[Field]:
    """Every field in a record, or in a tuple of records, in the order of its members."""
    if isinstance(record, Field):
        yield record
    elif isinstance(record, tuple):
        for one in record:
            yield from fields_in(one)
    elif isinstance(record, msgspec.Struct):
        for name in record.__struct_fields__:
            yield from fields_in(getattr(record, name))
