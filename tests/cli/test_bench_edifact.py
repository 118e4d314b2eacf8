"""`cordillera bench edifact`: its figures, and that broken messages raise nothing."""

import random

from cordillera.cli.bench_edifact import interchange, measure
from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.pnrgov import pnrgov_messages


def test_the_messages_measured_are_whole() -> None:
    reading = read(interchange(random.Random(1), 5))
    assert reading.findings == ()
    assert [len(one.travellers) for one in paxlst_messages(reading)] == [5]
    assert [len(one.pnrs) for one in pnrgov_messages(reading)] == [5]
    assert [one.findings for one in (*paxlst_messages(reading), *pnrgov_messages(reading))] == [(), ()]


def test_figures_are_measured_and_broken_messages_raise_nothing() -> None:
    figures = measure(0.3, broken=300, peer=None, seed=3)
    assert figures.errors == 0
    assert figures.mutated == 300
    assert figures.tokenise_mb_s > figures.validate_mb_s > 0
    assert figures.pydifact_mb_s is None
