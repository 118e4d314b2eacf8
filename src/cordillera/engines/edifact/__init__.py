"""EDIFACT (ISO 9735) read with every byte accounted for, and PAXLST as typed records."""

from cordillera.engines.edifact.counts import GroupCounts, count
from cordillera.engines.edifact.findings import Finding, Severity
from cordillera.engines.edifact.model import ByteCount, Interchange, Limits, Message, Reading
from cordillera.engines.edifact.reader import read
from cordillera.engines.edifact.values import Segment, Value

__all__ = [
    "ByteCount",
    "Finding",
    "GroupCounts",
    "Interchange",
    "Limits",
    "Message",
    "Reading",
    "Segment",
    "Severity",
    "Value",
    "count",
    "read",
]
