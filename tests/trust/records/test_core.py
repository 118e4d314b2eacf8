"""What must hold before a record is kept, changed or passed on, condition by condition."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from cordillera.foundation.errors import CordilleraError
from cordillera.foundation.ids import uuid7
from cordillera.trust.records.core import (
    Given,
    Held,
    check_order,
    check_own_order,
    check_second,
    is_ended,
    is_mass,
    needs_second,
    overdue,
    supersedes,
)
from cordillera.trust.records.errors import (
    NotOriginator,
    OrderRefused,
    ReasonNeeded,
    SecondOfficerMissing,
    WrongState,
)
from cordillera.trust.records.model import Flags, Order, RecordStatus, status_of

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HELD = Held("ec", ("pe",), 2, "", ("us",))
ORDER = Order(
    change_id=uuid7(), record_id=uuid7(), kind="recall", issuer="ec", at=NOON, due_at=NOON, version=2,
    reason="wrong person",
)  # fmt: skip


def order(**changes: object) -> Order:
    return msgspec.structs.replace(ORDER, **changes)


def refused(
    given: Order, sender: str, held: Held | None = HELD, verified: frozenset[str] | None = None
) -> object:
    try:
        check_order(given, sender, held, {given.issuer} if verified is None else verified)
    except OrderRefused as error:
        return error.facts["condition"]
    return None


@pytest.mark.parametrize(
    ("given", "sender", "condition"),
    [
        (order(), "ec", None),
        (order(), "pe", None),
        (order(), "us", 1),
        (order(), "xx", 1),
        (order(issuer="pe"), "pe", 2),
        (order(issuer="pe", court_ref="J-1/2026"), "pe", None),
        (order(issuer="pe", court_ref="J-1/2026", kind="correct"), "pe", 2),
        (order(kind="extend", until=NOON), "ec", 4),
        (order(kind="extend", until=NOON, seconded=True), "ec", None),
        (order(kind="extend", seconded=True), "ec", 4),
        (order(kind="dispute", issuer="us"), "us", None),
        (order(kind="dispute", issuer="xx"), "xx", 5),
        (order(kind="dispute", issuer="xx"), "ec", None),
    ],
)
def test_an_order_binds_by_who_signed_and_who_brings_it(given: Order, sender: str, condition: object) -> None:
    assert refused(given, sender) == condition


def test_an_order_that_is_not_signed_by_its_issuer_is_refused() -> None:
    assert refused(order(), "ec", verified=frozenset()) == 3
    assert refused(order(kind="dispute"), "ec", verified=frozenset()) == 3
    assert refused(order(), "ec", None, frozenset()) == 3


def test_an_early_order_is_remembered_but_a_dispute_of_nothing_is_not() -> None:
    assert refused(order(), "ec", None) is None
    assert refused(order(kind="dispute"), "ec", None) == 5


@pytest.mark.parametrize(
    ("own", "given", "held", "error"),
    [
        ("ec", order(reason=" "), HELD, ReasonNeeded),
        ("us", order(), HELD, NotOriginator),
        ("us", order(kind="extend", court_ref="J-1"), HELD, NotOriginator),
        ("ec", order(), msgspec.structs.replace(HELD, gone="erased"), WrongState),
    ],
)
def test_what_this_node_may_not_order(
    own: str, given: Order, held: Held, error: type[CordilleraError]
) -> None:
    with pytest.raises(error):
        check_own_order(own, held, given)


@pytest.mark.parametrize(
    "given", [order(kind="dispute"), order(court_ref="J-1"), order(kind="block", court_ref="J")]
)
def test_what_a_holder_may_order(given: Order) -> None:
    check_own_order("us", HELD, given)


def test_two_officers_are_two() -> None:
    check_second("ana", "bea")
    for second in ("ana", ""):
        with pytest.raises(SecondOfficerMissing):
            check_second("ana", second)


def test_an_extension_and_the_hundred_and_first_end_need_a_second() -> None:
    assert needs_second(order(kind="extend"), 0)
    assert needs_second(order(), 100)
    assert not needs_second(order(), 99)
    assert not needs_second(order(kind="block"), 1_000)
    assert (is_mass("erase", 99), is_mass("erase", 100), is_mass("block", 1_000)) == (False, True, False)


def test_who_ended_a_record_decides_whether_it_may_come_back() -> None:
    ended = [Given("erase", "ec", "ec", early=True)]
    assert is_ended("ec", "pe", None, ended)
    assert not is_ended("cl", "pe", None, ended)
    assert not is_ended("ec", "pe", None, [Given("erase", "ec", "ec", early=True, state="refused")])
    assert not is_ended("ec", "pe", None, [Given("block", "ec", "ec", early=True)])
    assert is_ended("ec", "pe", msgspec.structs.replace(HELD, gone="recalled"), [])


def test_a_correction_counts_by_its_version() -> None:
    assert supersedes(order(version=3), 2)
    assert not supersedes(order(version=2), 2)


def test_only_a_proof_ends_being_overdue() -> None:
    later = NOON + timedelta(seconds=1)
    assert overdue(NOON, later, complete=False)
    assert not overdue(NOON, later, complete=True)
    assert not overdue(later, NOON, complete=False)


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        (Flags(), RecordStatus.ACTIVE),
        (Flags(sealed=True, disputed=True), RecordStatus.SEALED),
        (Flags(sealed=True, blocked=True), RecordStatus.BLOCKED),
        (Flags(disputed=True), RecordStatus.DISPUTED),
        (Flags(blocked=True, gone="recalled"), RecordStatus.RECALLED),
    ],
)
def test_the_status_is_what_restricts_most(flags: Flags, status: RecordStatus) -> None:
    assert status_of(flags) is status
