"""The five shared messages against the real United Nations list: from file to decision to ledger."""

import gzip

import pytest
from tests.web.house import House

from cordillera.desks.people.model import Actor, ListFormat
from cordillera.desks.travellers.model import Channel, MessageStatus, Origin
from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger.model import LeafKind
from cordillera.trust.review.model import Outcome, QueueFilter, Ruling

SCOPE = Scope("EC-PN", "border.ingest")


@pytest.fixture
def node(store, clock, tmp_path, shared):
    made = House(store, clock, tmp_path).node
    source = tmp_path / "un.xml"
    packed = shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz"
    source.write_bytes(gzip.decompress(packed.read_bytes()))
    with store.transaction(SCOPE) as tx:
        made.people.import_file(tx, source, ("onu", ListFormat.UN_XML), Actor("node", "EC-PN", "setup"))
    return made


def test_real_messages_against_the_real_list_from_file_to_ledger(node, shared, paxlst, store, ana):
    for file in sorted((shared / "borders" / "paxlst").iterdir()):
        with store.transaction(SCOPE) as tx:
            result = node.travellers.ingest(tx, file.read_bytes(), Origin(Channel.FILE, file.name, "EC-PN"))
        assert result.status is not MessageStatus.QUARANTINED
        assert result.travellers + result.crew > 0
    raw = paxlst("HAQQANI:SIRAJUDDIN JALLALOUDINE", "MORA:ANA").replace(b"720805", b"770101")
    with store.transaction(SCOPE) as tx:
        assert node.travellers.ingest(tx, raw, Origin(Channel.FILE, "x", "EC-PN")).alerts == 1
    with store.transaction(ana.scope) as tx:
        rows = node.review.queue(tx, QueueFilter()).rows
        row = next(row for row in rows if row.label.startswith("HAQQANI"))
        assert row.lists[0].list_date == "2026-02-27"
        node.review.decide(tx, ana, row.id, Ruling(Outcome.NEEDS_MORE, "Falta ver el pasaporte"))
        kinds = {event.kind for event in node.ledger.events(tx, subject_ref=str(row.id))}
    assert {LeafKind.ALERT_RAISED.value, LeafKind.DECISION.value} <= kinds
