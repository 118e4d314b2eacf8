"""Messages of many dialects are read as a careful person reads them, however their segments come."""

import re

import msgspec
import pytest
from tests.engines.edifact.dialects import (
    WAYS,
    Dialect,
    dialects,
    findings,
    records,
    records_readably,
    said,
)

from cordillera.engines.edifact import read
from cordillera.engines.edifact.drafts import paxlst_draft
from cordillera.engines.edifact.paxlst_model import PaxlstMessage
from cordillera.engines.edifact.paxlst_writer import write_paxlst
from cordillera.engines.edifact.pnrgov_writer import draft_of, write_pnrgov
from cordillera.engines.edifact.writer import Envelope, Style

ALL = [*dialects("paxlst"), *dialects("pnrgov")]
UTF8 = Style(syntax="UNOW", codec="utf-8")
HEAD = Envelope("XA", "EC", "2026-11-21T12:00", "A1")
OF_THE_FILE = re.compile(r"^0\.(findings|declared|complete|prepared|version)|\.partial=")
titles = pytest.mark.parametrize("one", ALL, ids=lambda one: one.title.replace(" ", "-"))
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.replace(" ", "-"))


@titles
@ways
def test_everything_is_read_where_it_belongs(one: Dialect, way: str) -> None:
    reading = read(WAYS[way](one).encode(one.codec), few=0)
    missing = {*one.said} - said(records(reading))
    assert not missing
    assert reading.bytes.findings == 0


@titles
@ways
def test_compiled_code_and_the_reference_read_the_same(one: Dialect, way: str) -> None:
    data = WAYS[way](one).encode(one.codec)
    assert records(read(data, few=0)) == records_readably(data)


@titles
def test_nothing_else_is_found_odd(one: Dialect) -> None:
    assert findings(WAYS["one after the other"](one).encode(one.codec)) == sorted(one.findings)


@titles
def test_what_was_read_is_the_same_after_it_is_written(one: Dialect) -> None:
    for message in records(read(WAYS["a line each"](one).encode(one.codec))):
        if isinstance(message, PaxlstMessage):
            written = write_paxlst(paxlst_draft(message, HEAD), UTF8)
        else:
            draft = msgspec.structs.replace(draft_of(message, HEAD), version="21:1")
            written = write_pnrgov(draft, UTF8)
        (again,) = records(read(written))
        lost = said((message,)) - said((again,))
        assert not {line for line in lost if not OF_THE_FILE.search(line)}
