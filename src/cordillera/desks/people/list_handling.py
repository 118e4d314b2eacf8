"""How lists are marked, and which of them may be copied into a file: a partner's list keeps its marking.

>>> stamp_of_list({})
''
>>> stamp_of_list({"tlp": "RED"})
'TLP:RED'
"""

from collections.abc import Iterable, Mapping

from cordillera.desks.people.model import ListVersion
from cordillera.trust.handling.display import stamp_of
from cordillera.trust.handling.errors import ExportRefused
from cordillera.trust.handling.exports import Export, Item, Use, clear
from cordillera.trust.handling.model import OPEN, join
from cordillera.trust.handling.wire import caveats_of


def stamp_of_list(handling: Mapping[str, str]) -> str:
    """Return the marking of a list in one line; "" for a published list, which has none."""
    return stamp_of(caveats_of(handling)) if handling else ""


def stamp_of_lists(versions: Iterable[ListVersion]) -> str:
    """Return the joined marking of several versions in one line; "" where none has one."""
    caveats = join(*(caveats_of(one.handling) for one in versions if one.handling))
    return "" if caveats == OPEN else stamp_of(caveats)


def clear_copy(versions: Iterable[ListVersion]) -> None:
    """Check that lists may be copied into a file (`exports.clear`); raise `ExportRefused`, naming others."""
    clear(
        [Item(one.list_name, caveats_of(one.handling) if one.handling else OPEN) for one in versions],
        Export(Use.COPY),
    )


def may_be_copied(version: ListVersion) -> bool:
    """Tell whether one list may be copied into a file."""
    try:
        clear_copy([version])
    except ExportRefused:
        return False
    return True
