"""docs/treaties.md says of every article of every shipped agreement what the file says."""

import importlib.util
from pathlib import Path

from cordillera.trust.agreements.loading import SHIPPED

ROOT = Path(__file__).resolve().parents[2]


def test_the_tables_are_those_of_the_files():
    spec = importlib.util.spec_from_file_location("write_treaties", ROOT / "scripts/write_treaties.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = (ROOT / "docs/treaties.md").read_text("utf-8")
    assert text.partition(script.MARK)[2].strip() == script.tables()
    assert [name for name in SHIPPED if f"| `{name}` |" not in text] == []
