"""Attack: 100 MB without a terminator, to exhaust memory or time of the reader."""

import subprocess
import sys

import pytest

MEGABYTES = 100
# above the interpreter with what it imports: the file itself, one copy while it is made, and the reading
LIMIT_MEGABYTES = 380

CHILD = """
import resource, sys
from cordillera.engines.edifact import read
from cordillera.engines.edifact.paxlst import paxlst_messages
head = b"UNB+UNOA:4+XA+EC+261121:1000+1'UNH+1+PAXLST:D:05B:UN'BGM+745'NAD+FL+++LOOR:ANA'"
filler = {"letters": b"A", "releases": b"?", "released terminators": b"?'", "elements": b"+",
          "blanks": b" ", "line ends": b"\\r\\n", "high": b"\\xc3"}[sys.argv[1]]
paxlst_messages(read(head))
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (int(sys.argv[2]) << 20),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
data = head + b"FTX+AAI+++" + filler * ((int(sys.argv[3]) << 20) // len(filler))
reading = read(data)
(message,) = paxlst_messages(reading)
counted = reading.bytes
assert counted.segments + counted.separators + counted.findings == counted.total == len(data)
assert len(message.travellers) == 1 and not message.complete
print(",".join(sorted({finding.code for finding in reading.findings})))
"""


@pytest.mark.parametrize(
    "filler", ["letters", "releases", "released terminators", "elements", "blanks", "line ends", "high"]
)
def test_a_hundred_megabytes_without_terminator_stay_within_memory_and_time(filler: str) -> None:
    arguments = [sys.executable, "-c", CHILD, filler, str(LIMIT_MEGABYTES), str(MEGABYTES)]
    child = subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False)
    assert child.returncode == 0, child.stderr
    assert "edifact.message_cut" in child.stdout
    assert "edifact.segment_too_long" in child.stdout


FLOOD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from cordillera.engines.edifact import Limits, read
raw = sys.argv[1].encode()
reading = read(raw * ((20 << 20) // len(raw)), Limits(segments=200_000, messages=20_000))
counted = reading.bytes
assert counted.segments + counted.separators + counted.findings == counted.total
"""


@pytest.mark.parametrize("flood", ["'", "x'", "A+1'", "UNH+1'UNT'", "UNB+UNOA'", "UNA:+.? 'UNH+"])
def test_twenty_megabytes_of_tiny_segments_are_bounded_too(flood: str) -> None:
    """Bounded by the processor's time of a child, which a busy machine does not lengthen much."""
    child = subprocess.run(
        [sys.executable, "-c", FLOOD, flood], capture_output=True, text=True, timeout=300, check=False
    )
    assert child.returncode == 0, child.stderr
