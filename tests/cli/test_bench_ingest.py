"""`cordillera bench ingest`, its parts: what is sent, and that nothing is counted twice."""

from cordillera.cli.bench_ingest import _made
from cordillera.engines import edifact


def test_it_sends_lists_and_reservations_of_different_flights() -> None:
    first, sent = _made(30)
    read = [edifact.read(raw) for raw in sent]
    kinds = [reading.messages[0].type for reading in read]
    assert (len(sent), kinds.count("PNRGOV"), kinds.count("PAXLST")) == (30, 7, 23)
    references = {(one.interchanges[0].reference, one.messages[0].type) for one in read}
    assert len(references) == 30
    assert not {raw for _, raw in (*first.messages, *first.bookings)} & set(sent)
