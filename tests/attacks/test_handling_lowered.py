"""A receiver lowers a marking, or takes content out around it."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.sim.federation import Pair
from tests.sim.flows import Desk, conditions, give

import cordillera
from cordillera.foundation.store.database import Scope
from cordillera.trust.handling.choice import HandlingChoice
from cordillera.trust.handling.errors import EvidenceNeedsAssistance, ExportRefused, NothingAdded
from cordillera.trust.handling.exports import Cleared, Export, Use

pytest_plugins = ["tests.sim.fixtures"]
SOURCE = Path(cordillera.__file__).parent
DOWNLOADS = {
    "desks/travellers/as2_pages.py": "this node's certificate, for carriers",
    "desks/travellers/pages.py": "alerts: findings of this node, no record of a partner",
    "trust/ledger/api.py": "leaves and proofs: commitments, no content",
    "trust/handling/pages.py": "the gate itself",
    "trust/attachments/api.py": "asks the gate for the record of the attachment",
}


def test_a_marking_only_ever_grows(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    before = us.ask(us.handling.caveats, [notice_id])[notice_id]
    with pytest.raises(NothingAdded):
        us.do(us.handling.restrict, notice_id, HandlingChoice(codes=("H1",)))
    after = us.do(us.handling.restrict, notice_id, HandlingChoice(tlp="CLEAR", codes=("H0",)))
    assert (after.audience, after.may_evidence, after.may_disseminate) == (before.audience, False, False)
    assert us.do(us.handling.restrict, notice_id, HandlingChoice(tlp="RED")).audience == 0
    with us.node.store.transaction(Scope.node("test")) as tx, pytest.raises(sa.exc.ProgrammingError):
        tx.execute(sa.text("UPDATE flow_restriction SET handling = '{}'"))


def test_neither_h1_nor_h2_leaves_by_an_export(pair: Pair):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    taken = us.do(us.handling.take_out, notice_id, Export(Use.EVIDENCE, "C-1"), "json")
    assert isinstance(taken, EvidenceNeedsAssistance)
    assert isinstance(us.do(us.handling.release, [notice_id], Export(Use.DISSEMINATION)), ExportRefused)
    assert isinstance(us.do(us.handling.release, [notice_id], Export(Use.COPY)), Cleared)
    assert (us.node.leaves("refusal"), us.node.leaves("exported")) == (2, 1)


def test_every_download_is_the_gate_or_holds_no_record():
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"content-disposition", path.read_text("utf-8"), re.IGNORECASE)
    }
    assert found <= set(DOWNLOADS), "a new download: clear it through trust/handling/exports.py"
