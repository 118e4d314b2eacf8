"""The invented day of arrivals that `cordillera demo` feeds to its two nodes."""

from cordillera.runtime.demo_day.day import DemoDay, KnownCase, make_day
from cordillera.runtime.demo_day.lists import ListFiles

__all__ = ["DemoDay", "KnownCase", "ListFiles", "make_day"]
