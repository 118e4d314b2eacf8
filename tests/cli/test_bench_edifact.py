"""`cordillera bench edifact`: its figures, and that broken messages raise nothing."""

import multiprocessing
import random
import time

from cordillera.cli.bench_broken import broken, survive, watch, wholes
from cordillera.cli.bench_edifact import measure
from cordillera.cli.bench_messages import interchange
from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
from cordillera.engines.edifact.pnrgov import pnrgov_messages


def test_the_messages_measured_are_whole() -> None:
    reading = read(interchange(random.Random(1), 5))
    assert reading.findings == ()
    assert [len(one.travellers) for one in paxlst_messages(reading)] == [5]
    assert [len(one.pnrs) for one in pnrgov_messages(reading)] == [5]
    assert [one.findings for one in paxlst_messages(reading)] == [()]
    assert [one.findings for one in pnrgov_messages(reading)] == [()]


def test_figures_are_measured() -> None:
    figures = measure(0.3, peer=None, seed=3)
    assert figures.tokenise_mb_s > figures.validate_mb_s > 0
    assert figures.pydifact_mb_s is None


def test_broken_messages_raise_nothing_without_a_type_and_need_no_memory() -> None:
    figures = survive(400, seed=3)
    assert (figures.mutated, figures.untyped, figures.hangs) == (400, 0, 0)
    assert figures.refused > 0
    assert figures.peak_mb < 64


def test_a_process_is_ended_once_a_message_takes_too_long() -> None:
    sleeping = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
    sleeping.start()
    assert watch(sleeping, [5, 0, 0, 0, 0, 1], 0.1, print)
    assert sleeping.exitcode not in (None, 0)


def test_broken_messages_are_of_every_kind_and_the_same_for_the_same_seed() -> None:
    whole = wholes(7)
    kinds = {one.type for data in whole for one in read(data).messages}
    assert kinds == {"PAXLST", "PNRGOV", "CUSRES", "CONTRL"}
    assert sum(data.startswith(b"<?xml") for data in whole) == 2
    assert broken(whole, 7, 12) == broken(wholes(7), 7, 12) != broken(whole, 7, 13)
