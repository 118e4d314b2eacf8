"""Somebody reads a notice before its conditions are accepted: by service, store, files or logs."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.sim.federation import Pair
from tests.sim.flows import CANARY, Desk, conditions, give

from cordillera.foundation.store.database import Scope
from cordillera.trust.notices.errors import ConditionsChanged, NoticeSealed
from cordillera.trust.records.errors import RecordSealed

pytest_plugins = ["tests.sim.fixtures"]
SECRETS = (CANARY.encode(), b"canary-facts-7731", b"La Canaria")


def everything(desk: Desk) -> bytes:
    """Every row of every table that the application can read, as text and raw bytes."""
    found = []
    with desk.node.store.transaction(Scope.node("forensics")) as tx:
        names = tx.execute(
            sa.text(
                "SELECT table_name FROM information_schema.role_table_grants WHERE privilege_type = 'SELECT'"
                " AND table_schema = 'public'"
            )
        ).scalars()
        for name in set(names):
            found += [
                value if isinstance(value, bytes) else str(value).encode()
                for row in tx.execute(sa.text(f'SELECT * FROM "{name}"'))
                for value in row
            ]
    return b"\n".join(found)


def test_nothing_readable_of_a_sealed_notice_lies_anywhere(
    pair: Pair, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    ec, us = Desk(pair.ec), Desk(pair.us)
    notice_id, _ = give(pair, ec, us)
    assert isinstance(us.do(us.notices.read, notice_id), NoticeSealed)
    with pytest.raises(RecordSealed):
        us.ask(us.records.body, notice_id)
    with pytest.raises(ConditionsChanged):
        us.do(us.notices.accept, notice_id, "0" * 64)
    assert us.do(us.notices.view, notice_id).content is None
    assert us.node.leaves("refusal") == 1
    told = capfd.readouterr()
    haystacks = [everything(ec), everything(us), caplog.text.encode(), (told.out + told.err).encode()]
    haystacks += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in SECRETS:
        assert not any(secret in hay for hay in haystacks), secret
    us.do(us.notices.accept, notice_id, conditions(us, notice_id))
    assert us.do(us.notices.read, notice_id).full_name == CANARY
