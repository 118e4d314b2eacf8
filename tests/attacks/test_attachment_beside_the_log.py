"""Attack: a partner takes an attachment or a table without a leaf, after it may no longer have it.

A part carries content, so the first version, which recorded part 0 only, let a partner that never asked
for the manifest read everything unseen; and a suspension, a recall or a cut-off witness did not reach it.
"""

from datetime import timedelta

import pytest
from tests.sim.federation import AGREEMENT, NODE, Pair, SimNode
from tests.sim.flows import Desk
from tests.trust.attachments.test_service import accepted, attached
from tests.trust.ledger.witness_house import supervisor, watched

from cordillera.foundation import canonical
from cordillera.trust.attachments.core import read_reference, unpack
from cordillera.trust.attachments.service import PATH, PartRequest
from cordillera.trust.exchange.line import Line
from cordillera.trust.lookup.answering import PATH as TABLE
from cordillera.trust.lookup.model import TableRequest

pytest_plugins = ["tests.sim.fixtures"]


def call(node: SimNode, other: SimNode, path: str, asked: object) -> tuple[int, bytes]:
    """Send a signed request that our own code would not send."""
    with node.store.transaction(NODE) as tx:
        partner = node.directory.active(tx, other.identity.id)
    line = Line(node.identity, partner, node.clock)
    try:
        return line.send(path, "application/json", canonical.dumps(asked))
    finally:
        line.close()


def part(pair: Pair, reference: str, number: int) -> tuple[int, bytes]:
    return call(pair.us, pair.ec, PATH, PartRequest(read_reference(reference).id, number))


def test_a_part_that_is_fetched_without_the_manifest_leaves_its_leaf(pair: Pair):
    reference, _ = accepted(pair, Desk(pair.ec), Desk(pair.us))
    assert part(pair, reference, 1)[0] == 200
    assert pair.ec.leaves("attachment") == 1
    parts = {number: part(pair, reference, number)[1] for number in range(3)}
    assert unpack(reference, parts).name == "placa.jpg"
    assert pair.ec.leaves("attachment") == 4


def test_a_table_that_is_fetched_from_its_second_byte_leaves_its_leaf(pair: Pair):
    call(pair.ec, pair.us, TABLE, TableRequest(AGREEMENT, 1))
    assert pair.us.lookups.maker.run_once() == 1
    status, _ = call(pair.ec, pair.us, TABLE, TableRequest(AGREEMENT, 1))
    assert status == 200
    assert pair.us.leaves("release") == 1


def test_a_suspension_stops_attachments_that_were_given_before(pair: Pair):
    reference, _ = accepted(pair, Desk(pair.ec), Desk(pair.us))
    assert part(pair, reference, 1)[0] == 200
    pair.ec.suspend()
    assert part(pair, reference, 1)[0] == 403
    assert pair.ec.leaves("attachment") == 1


@pytest.mark.parametrize("change", ["recall", "block"])
def test_what_is_recalled_or_blocked_takes_its_attachments_with_it(pair: Pair, change: str):
    ec = Desk(pair.ec)
    reference, notice_id = accepted(pair, ec, Desk(pair.us))
    ec.do(getattr(ec.records, change), notice_id, "Wrong person")
    assert part(pair, reference, 1)[0] == 403


def test_a_revoked_partner_gets_no_part(pair: Pair):
    reference, _ = attached(pair, Desk(pair.ec), Desk(pair.us))
    pair.ec.revoke("us")
    assert part(pair, reference, 1)[0] == 403


def test_a_log_that_nobody_witnesses_stops_attachments_and_tables(pair: Pair, tmp_path):
    reference, _ = accepted(pair, Desk(pair.ec), Desk(pair.us))
    pair.ec.sequencer.catch_up()
    with supervisor(tmp_path / "supervisor", pair.ec) as witness:
        assert watched(pair.ec, witness).run_once()
        assert part(pair, reference, 1)[0] == 200
        pair.ec.clock.advance(timedelta(hours=4, seconds=1))
        pair.us.clock.advance(timedelta(hours=4, seconds=1))
        pair.ec.sequencer.catch_up()
        assert part(pair, reference, 1)[0] == 503
        assert call(pair.us, pair.ec, TABLE, TableRequest(AGREEMENT))[0] == 503
