"""A record of EC went to US, and from there to CL: a request at EC reaches all three."""

from datetime import timedelta
from uuid import UUID

import msgspec
from tests.sim.federation import NODE, SimNode
from tests.trust.redress.conftest import (
    PERSON,
    World,
    clerk,
    errands,
    opened,
    redress,
    request,
    shown,
)

from cordillera.foundation.ids import uuid7
from cordillera.trust.records.model import NewRecord
from cordillera.trust.redress.model import Kind, OnwardFound, Outcome, Ruling, Standing


def keep(node: SimNode, record: UUID, message: UUID, received_from: str = "") -> None:
    now = node.clock.now()
    new = NewRecord(
        record_id=record, origin="ec", kind="notice", handling={}, subject_category="suspect",
        agreement_id="us-cl-2025" if received_from == "us" else "us-ec-2025",
        erase_after=now + timedelta(days=300), review_at=now + timedelta(days=30), message_id=message,
        body=msgspec.json.encode({"full_name": PERSON, "documents": [{"number": "X1234567"}]}),
        received_from=received_from, agency=f"{node.identity.country}-PN",
    )  # fmt: skip
    with node.store.transaction(NODE) as tx:
        node.flows.records.keep(tx, new)


def scores(node: SimNode, record: UUID) -> bool:
    with node.store.transaction(NODE) as tx:
        return record in node.flows.records.may_score(tx, [record])


def seed(world: World) -> UUID:
    """Put the record where the flows would have brought it."""
    record, first, second = uuid7(), uuid7(), uuid7()
    keep(world.ec, record, first)
    keep(world.us, record, first, "ec")
    keep(world.cl, record, second, "us")
    with world.ec.store.transaction(NODE) as tx:
        world.ec.flows.records.gave(tx, record, "us", first)
    with world.us.store.transaction(NODE) as tx:
        world.us.flows.records.gave(tx, record, "cl", second, agreement_id="us-cl-2025")
    world.sequence()
    return record


def all_around(world: World) -> None:
    """Carry whatever waits until nothing does."""
    for _ in range(4):
        world.carry((world.ec, world.us), (world.us, world.cl), (world.cl, world.us), (world.us, world.ec))
        for node in world.all:
            errands(node)
        world.sequence()


def test_a_dispute_stops_scoring_at_every_node_and_the_inventory_names_them_all(world: World):
    record = seed(world)
    assert all(scores(node, record) for node in world.all)
    ticket = opened(world.ec, request(Kind.OBJECTION))
    assert [(item.held.source, item.standing) for item in ticket.items] == [("record", Standing.CERTAIN)]
    assert not scores(world.ec, record)
    assert scores(world.us, record)  # a partition: nothing has been carried yet
    world.advance(timedelta(hours=3))
    world.sequence()
    all_around(world)
    assert [scores(node, record) for node in world.all] == [False, False, False]
    (answer,) = shown(world.ec, ticket).partners
    assert [(item.held, item.frozen) for item in answer.found.items] == [(True, True)]
    assert answer.found.onward == (OnwardFound("cl", answered=True, held=1, frozen=1),)


def test_an_erasure_that_is_granted_reaches_every_holder(world: World):
    record = seed(world)
    ticket = opened(world.ec, request(Kind.ERASURE))
    who = clerk(world.ec)
    with world.ec.store.transaction(who.scope) as tx:
        ruling = Ruling(Outcome.GRANTED, "LED art. 16(2)", "No longer needed", without=("us",))
        redress(world.ec).decide(tx, who, ticket.row.id, ruling)
    all_around(world)
    left = [
        node.scalar("SELECT count(*) FROM record WHERE id = :id AND gone = ''", id=record)
        for node in world.all
    ]
    assert left == [0, 0, 0]


def test_a_refused_dispute_ends_everywhere(world: World):
    record = seed(world)
    ticket = opened(world.ec, request(Kind.OBJECTION))
    all_around(world)
    ruling = Ruling(Outcome.REFUSED, "LED art. 16(3)", "Needed in a trial that runs")
    for name in ("uno", "dos"):
        who = clerk(world.ec, name)
        with world.ec.store.transaction(who.scope) as tx:
            redress(world.ec).decide(tx, who, ticket.row.id, ruling)
    all_around(world)
    assert [scores(node, record) for node in (world.ec, world.us)] == [True, True]
