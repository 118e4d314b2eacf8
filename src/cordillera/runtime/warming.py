"""Machine code before the first question: kernels compiled, or loaded, that officers and carriers wait for.

Compiled code is kept beside its source (or in a folder of the user where that one cannot be written), so it
is made once per installation: `make setup` runs this module, on two cores. A node calls it too when it
starts, in a thread of its own; when nothing is left to compile that takes a second or two.

>>> compile_kernels()
1
"""

from concurrent.futures import ProcessPoolExecutor
from typing import Final

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.runtime.warming_messages import BORN, booked, listed

_PAPERS: Final = (Document(DocumentKind.PASSPORT, "X1234567", "EC"),)


def compile_kernels() -> int:
    """Read messages of invented people, and ask a list of two one question; the hits."""
    compile_readers()
    return compile_matcher()


def compile_readers() -> None:
    """Read a passenger list and reservations of invented people."""
    paxlst_messages(read(listed(), few=0))
    pnrgov_messages(read(booked(), few=0))


def compile_matcher() -> int:
    """Ask a list of two one question; the hits."""
    born = tuple(birth for birth in (read_birth(BORN),) if birth is not None)
    names = (ListedName("VELEZ MORA, Juan Carlos"), ListedName("Juan Velez"))
    index = ListIndex(
        [ListedPerson("1", names, born, _PAPERS), ListedPerson("2", (ListedName("De la Cruz"),))]
    )
    asked = Subject("1", "Jhon Carlos Beles", date_of_birth=BORN, documents=_PAPERS, birthplace="Manta")
    return len(index.screen([asked])[0])


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as side_by_side:
        readers, matcher = side_by_side.submit(compile_readers), side_by_side.submit(compile_matcher)
        readers.result()
        matcher.result()
