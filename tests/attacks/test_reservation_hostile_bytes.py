"""Attack: NUL bytes, lone surrogates, endless fields and separators in every place of a reservation."""

import pytest
from tests.web.house import House

from cordillera.desks.travellers.model import Channel, FlightFilter, Origin
from cordillera.desks.travellers.rules_facts import FlightFacts
from cordillera.foundation.store.database import Scope

SCOPE = Scope("EC-PN", "border.ingest")
SHAPE = (
    "UNB+UNOA:4+{sender}+ECPIU+261125:1200+{reference}'UNH+1+PNRGOV:13:1:IA+{access}{part}'MSG+:22'ORG+XA:UIO+55107'"
    "TVL+261126:0900:1105+{origin}+{port}+XA+{flight}'EQN+1'SRC'RCI+XA:{locator}::011126:1200'ORG+1A:UIO+{agency}'"
    "TIF+{name}:A:1'SSR+DOCS:HK:1:XA:::::/P/ECU/{document}/ECU/17MAY80/F/18FEB31/LOOR/{given}'"
    "IFT+4:28::XA+CTCM {phone}'TKT+4621234567890:T:1'FOP+CC::240.00:VI:{card}:0228'"
    "TVL+261126:0900::1105+{origin}+{port}+XA+{flight}:Y'RPI+1+{status}'TRI++108:::1'TBD++{pieces}:41:700+++XA:{tag}:2:BOG'"
    "UNT+18+1'UNZ+1+{reference}'"
)
PLAIN = {
    "sender": "XA", "reference": "1", "access": "REF7", "part": "", "origin": "UIO", "port": "BOG",
    "flight": "412", "locator": "MFN4TI", "agency": "12345678", "name": "LOOR+ANAMRS", "document": "A1234567",
    "given": "ANA", "phone": "593991234567", "card": "XXXXXXXXXXXX1186",
    "status": "HK", "pieces": "2", "tag": "48521",
}  # fmt: skip
HOSTILE = [
    "\x00", "\xed\xa0\x80", "\x1b[2J", "A" * 50_000, "9" * 5_000, "?'?+?:", "'+:", "<script>", "\xb2",
    "\x85\u2028".encode().decode("latin-1"),
]  # fmt: skip


@pytest.mark.parametrize("place", list(PLAIN))
def test_hostile_text_anywhere_is_taken_in_and_read_by_rules(store, clock, tmp_path, sealer, place):
    travellers = House(store, clock, tmp_path).node.travellers
    for number, text in enumerate(HOSTILE):
        filled = {**PLAIN, place: f"+{text}" if place == "part" else text}
        raw = SHAPE.format(**filled).encode("latin-1")
        with store.transaction(SCOPE) as tx:
            travellers.ingest(tx, raw, Origin(Channel.FILE, str(number), "EC-PN"))
    with store.transaction(SCOPE) as tx:
        for flight in travellers.flights(tx, FlightFilter()):
            FlightFacts(sealer).on_flight(tx, flight.id)
        assert len(travellers.messages(tx)) == len(HOSTILE)
        assert travellers.settle_overdue(tx) == 0
