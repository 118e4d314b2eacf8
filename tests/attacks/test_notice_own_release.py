"""One person alone gives a notice: the writer releases, or the draft of a revoked officer is released."""

import pytest
from tests.sim.federation import Pair
from tests.sim.flows import Desk, write

from cordillera.trust.notices.core import check_release
from cordillera.trust.notices.errors import SecondPersonNeeded, WriterInactive, WrongStep

pytest_plugins = ["tests.sim.fixtures"]


def test_no_single_person_gives_a_notice(pair: Pair):
    ec = Desk(pair.ec)
    notice_id = write(ec, pair.us)
    with pytest.raises(SecondPersonNeeded):
        ec.do(ec.notices.release, notice_id)
    pair.ec.officers.revoked.add(ec.ana.officer_id)
    with pytest.raises(WriterInactive):
        ec.do(ec.notices.release, notice_id, by=ec.berta)
    pair.ec.officers.revoked.clear()
    weak = ec.officer("carla", "supervisor")
    refused = ec.do(ec.notices.release, notice_id, by=weak)
    assert "US-EC/art5.4" in refused.violated
    assert pair.ec.scalar("SELECT count(*) FROM exchange_outbox") == 0
    assert ec.do(ec.notices.release, notice_id, by=ec.berta).allow
    with pytest.raises(WrongStep):
        ec.do(ec.notices.release, notice_id, by=ec.berta)


@pytest.mark.parametrize("releaser", ["", "node", "ana"])
def test_neither_nobody_nor_the_node_nor_the_writer_releases(releaser: str):
    with pytest.raises(SecondPersonNeeded):
        check_release("draft", "ana", releaser, writer_active=True)
