"""NUL bytes, lone surrogates and endless fields in every place of a message never stop the line."""

import pytest
from tests.web.house import House

from cordillera.desks.travellers.folder import FolderWatcher
from cordillera.desks.travellers.model import Channel, FlightFilter, Origin
from cordillera.foundation.store.database import Scope

SCOPE = Scope("EC-PN", "border.ingest")
SHAPE = (
    "UNB+UNOC:3+{sender}+ECMIG+261121:1000+{reference}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+{flight}'"
    "LOC+125+{port}'LOC+87+UIO'DTM+232:{arrives}:201'NAD+FL+++{name}'DTM+329:720805'DOC+P+{document}'"
    "LOC+91+COL'UNT+12+1'UNZ+1+{reference}'"
)
PLAIN = {
    "sender": "XAIR",
    "reference": "1",
    "flight": "XA12",
    "port": "BOG",
    "arrives": "2611211300",
    "name": "PEREZ:JUAN",
    "document": "AB123456",
}
HOSTILE = ["\x00", "\xed\xa0\x80", "\x1b[2J", "A" * 50_000, "?'?+?:", "\x85\u2028".encode().decode("latin-1")]


@pytest.mark.parametrize("place", list(PLAIN))
def test_hostile_text_anywhere_is_taken_in(store, clock, tmp_path, place):
    travellers = House(store, clock, tmp_path).node.travellers
    for number, text in enumerate(HOSTILE):
        raw = SHAPE.format(**{**PLAIN, place: text}).encode("latin-1")
        with store.transaction(SCOPE) as tx:
            travellers.ingest(tx, raw, Origin(Channel.FILE, f"{number}\x00{text[:20]}", "EC-PN"))
    with store.transaction(SCOPE) as tx:
        travellers.flights(tx, FlightFilter())
        assert len(travellers.messages(tx)) == len(HOSTILE)


def test_a_file_that_cannot_be_taken_in_does_not_hold_up_the_next(store, clock, tmp_path):
    node = House(store, clock, tmp_path).node
    watcher = FolderWatcher(node.travellers, store, tmp_path / "inbox", "EC-PN")
    for place in PLAIN:
        for number, text in enumerate(HOSTILE):
            raw = SHAPE.format(**{**PLAIN, place: text}).encode("latin-1")
            (watcher.inbox / f"{place}-{number}.edi").write_bytes(raw)
    assert len(watcher.run_once()) == len(PLAIN) * len(HOSTILE)
    assert [path.name for path in watcher.inbox.iterdir() if path.is_file()] == []
