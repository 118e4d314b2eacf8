"""Every finding and error of the engine is explained in docs/messages.md."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_every_code_is_documented() -> None:
    told = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    sources = [
        *(ROOT / "src/cordillera/engines/edifact").glob("*.py"),
        ROOT / "src/cordillera/cli/message.py",
    ]
    sources += (ROOT / "src/cordillera/engines/mrz").glob("write.py")
    text = "".join(source.read_text(encoding="utf-8") for source in sources)
    codes = set(re.findall(r'"((?:edifact|paxlst|pnrgov|file|mrz)\.[a-z_]+)"', text))
    assert len(codes) > 25
    assert sorted(code for code in codes if f"`{code}`" not in told) == []
