"""What a node holds, and who may read it."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from tests.sim.federation import NODE, Pair

from cordillera.foundation.ids import uuid7
from cordillera.trust.records.errors import NoSuchRecord, RecordErased, RecordKnown, RecordSealed
from cordillera.trust.records.model import NewRecord, RecordStatus
from cordillera.trust.records.service import Records

pytest_plugins = ("tests.sim.fixtures",)
SOON = datetime(2027, 11, 21, tzinfo=UTC)


def new(**changes: object) -> NewRecord:
    plain = NewRecord(
        record_id=uuid7(), origin="us", agreement_id="us-ec-2025", subject_category="suspect", kind="notice",
        handling={"tlp": "AMBER"}, erase_after=SOON, review_at=SOON - timedelta(days=90), message_id=uuid7(),
        body=b"Quetzalcoatlus canary", received_from="us", subject_ref="alert-1",
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


def test_a_record_is_kept_sealed_and_opened_again(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new()
    with pair.ec.store.transaction(NODE) as tx:
        kept = records.keep(tx, one)
    with pair.ec.store.transaction(NODE) as tx:
        assert records.body(tx, one.record_id) == one.body
        assert records.find(tx, subject_ref="alert-1") == (kept,)
        assert records.find(tx, message_id=one.message_id) == (kept,)
        assert records.may_score(tx, [one.record_id]) == {one.record_id}
    assert kept.status is RecordStatus.ACTIVE
    assert pair.ec.leaves("record.kept") == 1
    assert not pair.ec.scalar("SELECT count(*) FROM record WHERE position('canary'::bytea in body) > 0")


def test_a_sealed_record_is_read_by_nobody_until_its_conditions_are_accepted(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new(sealed=True)
    with pair.ec.store.transaction(NODE) as tx:
        assert records.keep(tx, one).status is RecordStatus.SEALED
        with pytest.raises(RecordSealed):
            records.body(tx, one.record_id)
        assert records.may_score(tx, [one.record_id]) == frozenset()
        records.unseal(tx, one.record_id)
        assert records.body(tx, one.record_id) == one.body


def test_the_same_record_by_another_way_is_one_record_with_the_earlier_term(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new()
    with pair.ec.store.transaction(NODE) as tx:
        records.keep(tx, one)
        again = records.keep(
            tx,
            msgspec.structs.replace(one, received_from="pe", erase_after=SOON - timedelta(days=1), version=2,
                                    body=b"second"),
        )  # fmt: skip
        assert again.version == 2
        assert again.erase_after == SOON - timedelta(days=1)
        assert records.body(tx, one.record_id) == b"second"


def test_a_record_id_of_another_origin_is_refused(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new()
    with pair.ec.store.transaction(NODE) as tx:
        records.keep(tx, one)
        with pytest.raises(RecordKnown):
            records.keep(tx, msgspec.structs.replace(one, origin="pe"))


def test_an_unknown_record_is_not_found(pair: Pair) -> None:
    with pair.ec.store.transaction(NODE) as tx, pytest.raises(NoSuchRecord):
        Records(pair.ec.parts).body(tx, uuid7())


def test_a_destroyed_record_is_not_kept_again_and_a_copy_of_the_database_does_not_open_it(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new()
    with pair.ec.store.transaction(NODE) as tx:
        records.keep(tx, one)
        row = records.row(tx, one.record_id)
        wrapped = tx.exec_driver_sql("SELECT wrapped FROM data_key WHERE key_id = %s", (row.key_id,)).scalar()
        records.destroy(tx, row, "erased")
    with pair.ec.store.transaction(NODE) as tx:
        with pytest.raises(RecordErased):
            records.keep(tx, one)
        # what a restored backup brings back: the row and the wrapped key, as they were
        tx.exec_driver_sql(
            "UPDATE data_key SET wrapped = %s, destroyed_at = NULL WHERE key_id = %s", (wrapped, row.key_id)
        )
        with pytest.raises(RecordErased):
            records.open(tx, row)


def test_holders_are_remembered_once_each(pair: Pair) -> None:
    records, one = Records(pair.ec.parts), new(origin="ec", received_from="")
    with pair.ec.store.transaction(NODE) as tx:
        records.keep(tx, one)
        records.gave(tx, one.record_id, "us", uuid7())
        records.gave(tx, one.record_id, "us", uuid7())
        assert [holder.holder for holder in records.holders(tx, one.record_id)] == ["us"]
