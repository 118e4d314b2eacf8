"""A whole node with a list, a flight and a partner's record about invented people, for tests of persons."""

from datetime import timedelta

import msgspec
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.desks.travellers.model import Channel, Origin
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope
from cordillera.trust.records.model import NewRecord

SCOPE = Scope("EC-PN", "border_control", "tester")
ENTRY = '7001,"VELEZ TORRES, Jhon Alexander","individual","PRUEBA",' + "-0- ," * 7 + '"{remarks}"\n'
REMARKS = "DOB 05 Aug 1985; Passport AB0912345 (Colombia)."
PERSON = (
    "NAD+FL+++{family}:{given}'ATT+2++M'DTM+329:{birth}'LOC+178+BOG'LOC+179+UIO'NAT+2+COL'"
    "DOC+P+{document}'DTM+36:300101'LOC+91+COL'"
)
HEAD = (
    "UNB+UNOC:3+XAIR+ECMIG+261121:1000+{ref}'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+XA{ref}'LOC+125+BOG'"
    "DTM+189:2611211130:201'LOC+87+UIO'DTM+232:2611211300:201'"
)


class Persons:
    """What the tests do to the node."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.node = house.node

    def list(self, remarks: str = REMARKS, *, name: str = "PRUEBA", programme: str = "PRUEBA") -> None:
        raw = ENTRY.format(remarks=remarks).replace('"PRUEBA"', f'"{programme}"').encode()
        with self.node.store.transaction(SCOPE) as tx:
            by = Actor("node", "EC-PN", "operation")
            self.node.people.import_source(
                tx, SourceFiles(raw), (name, ListFormat.OFAC_CSV), by, smaller=True
            )
            for update in self.node.people.keeper.waiting(tx):
                self.node.people.keeper.agree(tx, update.version_id, Actor("of-2", "EC-PN", "operation"))

    def land(self, *people: tuple[str, str, str, str], ref: str = "1"):
        """Take in a message with people: family names, given names, birth (YYMMDD), document."""
        body = "".join(PERSON.format(family=f, given=g, birth=b, document=d) for f, g, b, d in people)
        raw = (HEAD.format(ref=ref) + body + f"UNT+{7 + 8 * len(people)}+1'UNZ+1+{ref}'").encode("latin-1")
        with self.node.store.transaction(SCOPE) as tx:
            return self.node.travellers.ingest(tx, raw, Origin(Channel.FILE, f"{ref}.edi", "EC-PN"))

    def record(
        self,
        *,
        agency: str = "EC-PN",
        handling: dict[str, str] | None = None,
        sealed: bool = False,
        **content: object,
    ):
        """Keep a partner's record about somebody; return its id."""
        now = self.house.clock.now()
        new = NewRecord(
            record_id=uuid7(),
            origin="us",
            agreement_id="us-ec-2025",
            subject_category="suspect",
            kind="notice.person",
            handling=handling or {"tlp": "AMBER"},
            erase_after=now + timedelta(days=90),
            review_at=now + timedelta(days=30),
            message_id=uuid7(),
            body=msgspec.json.encode(content),
            received_from="us",
            agency=agency,
            sealed=sealed,
        )
        with self.node.store.transaction(Scope(agency, "border_control", "tester")) as tx:
            self.node.records.keep(tx, new)
        return str(new.record_id)


JHON = ("VELEZ", "JHON", "850805", "CC0912345678")
