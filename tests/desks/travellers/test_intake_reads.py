"""What the intake of a message reads does not grow with what came before."""

from datetime import date
from itertools import islice

import sqlalchemy as sa

from cordillera.desks.travellers.ingest import Desk
from cordillera.desks.travellers.rules_hits_store import Judged, flights_judged, keep_judged
from cordillera.desks.travellers.rules_judging import Verdict
from cordillera.desks.travellers.service import Parts, TravellerService
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Store
from cordillera.runtime.demo_day.day import make_pushes
from cordillera.trust.review.model import Retention

from .test_at_hand import HOME, Comparing

MOST = 60
"""Rows of one table that a message of one person may have read: some for each of its steps."""
READ = (
    "SELECT regexp_replace(relname, '_[0-9]{4}_[0-9]{2}$', '') AS name,"
    " sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) AS rows"
    " FROM pg_stat_xact_user_tables WHERE relname LIKE 'traveller%' GROUP BY 1"
)


class Judging(Comparing):
    """A judge that reads facts and remembers whom it judged as rules in force do; it raises nobody."""

    def __init__(self, sealer):
        super().__init__(sealer)
        self.rules = [uuid7()]
        self.seen = 0

    def judge(self, tx, agency, travellers, _at_hand):
        newer: dict[object, dict[object, object]] = {}
        for one in travellers:
            newer.setdefault(one.flight_id, {})[one.id] = (one.message_id, one.facts.start)
        for flight, people in newer.items():
            self.facts.on_flight(tx, flight, people)
        self.seen += len(flights_judged(tx, self.rules, newer.keys()))
        keep, messages = Retention(self.until, self.until), {one.message_id for one in travellers}
        keep_judged(tx, [Judged(one, agency, (*self.rules,), 1, {}, keep) for one in messages], self.until)
        return Verdict()


def test_a_message_reads_as_little_after_hundreds_as_after_few(
    ledger, sealer, clock, review, listed, store, scope, origin
):
    judge = Judging(sealer)
    judge.until = clock.now()
    desk = TravellerService(Parts(ledger, sealer, clock, review, listed, judge=judge), Desk(HOME))
    lists = [raw for raw in make_pushes(83, date(2026, 6, 3), 1) if b"PAXLST" in raw]
    flight = lists[0][lists[0].index(b"TDT") :][:12]
    *before, last = islice((raw for raw in lists if flight in raw), 121)
    for at in range(0, len(before), 8):
        outcomes = desk.upload_all(store, [(scope, raw, origin) for raw in before[at : at + 8]])
        assert not any(isinstance(one, Exception) for one in outcomes)
    fresh = Store(store.urls)
    with fresh.transaction(scope, gathered=True) as tx:
        tx.execute(sa.text("SET LOCAL enable_seqscan = off"))  # as where tables are too long to be read whole
        taken = desk.ingest(tx, last, origin)
        read = {row.name: row.rows for row in tx.execute(sa.text(READ))}
    fresh.close()
    assert not taken.duplicate
    assert judge.seen >= len(before) // 8
    assert {name: rows for name, rows in read.items() if rows > MOST} == {}
