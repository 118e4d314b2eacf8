"""Machine code before the first question: kernels compiled, or loaded, that officers and carriers wait for.

Compiled code is kept beside its source (or in a folder of the user where that one cannot be written), so it
is made once per installation: `make setup` runs this module. A node calls it too when it starts, in a thread
of its own; when nothing is left to compile that takes a second or two.

>>> compile_kernels()
1
"""

from datetime import date
from typing import Final

from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.paxlst_writer import DocumentDraft, PaxlstDraft, TravellerDraft, write_paxlst
from cordillera.engines.edifact.pnrgov import pnrgov_messages
from cordillera.engines.names.birth import read_birth
from cordillera.engines.names.model import Document, DocumentKind, ListedName, ListedPerson, Subject
from cordillera.engines.names.screen_index import ListIndex
from cordillera.runtime.demo_day.bookings import write_bookings
from cordillera.runtime.demo_day.flights import FLIGHTS

_BORN: Final = "1980-05-04"
_ABOARD: Final = 80
"""So many invented people make messages long enough to be read by compiled code."""
_PAPERS: Final = (Document(DocumentKind.PASSPORT, "X1234567", "EC"),)


def compile_kernels() -> int:
    """Read a list and reservations of invented people, and ask a list of two one question; the hits."""
    _read_messages()
    born = tuple(birth for birth in (read_birth(_BORN),) if birth is not None)
    names = (ListedName("VELEZ MORA, Juan Carlos"), ListedName("Juan Velez"))
    index = ListIndex(
        [ListedPerson("1", names, born, _PAPERS), ListedPerson("2", (ListedName("De la Cruz"),))]
    )
    asked = Subject("1", "Jhon Carlos Beles", date_of_birth=_BORN, documents=_PAPERS, birthplace="Manta")
    return len(index.screen([asked])[0])


def _read_messages() -> None:
    day, flight = date.fromisoformat(_BORN), FLIGHTS[0]
    aboard = [
        TravellerDraft(
            "VELEZ",
            "ANA",
            date_of_birth=_BORN,
            nationality="ECU",
            documents=(DocumentDraft(f"X{number}", issuer="ECU"),),
            reservation=f"ABC{number:03d}",
            bags=(f"XA{number:06d}",),
        )
        for number in range(_ABOARD)
    ]
    draft = PaxlstDraft(
        sender="XA",
        recipient="ECAPIS",
        prepared=flight.sent_at(day),
        reference="1",
        legs=(flight.leg(day),),
        travellers=tuple(aboard),
    )
    paxlst_messages(read(write_paxlst(draft)))
    pnrgov_messages(read(write_bookings(flight, day, aboard, frozenset(), 1)))


if __name__ == "__main__":
    compile_kernels()
