"""Rules of the house that no import contract can say: where settings, engines and long files may be."""

from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src/cordillera"
FILES = sorted(SOURCE.rglob("*.py"))
ONLY = {
    "os.environ": {"foundation/settings.py"},
    "getenv(": set(),
    "create_engine(": {"foundation/store/database.py"},
}


def places(words: str) -> set[str]:
    return {path.relative_to(SOURCE).as_posix() for path in FILES if words in path.read_text("utf-8")}


@pytest.mark.parametrize("words", ONLY)
def test_what_one_module_does_no_other_does(words: str) -> None:
    assert places(words) == ONLY[words]


def test_sql_is_written_in_stores_only() -> None:
    """Statements are in `store.py`, `*_store.py` and the foundation."""
    stores = {
        name
        for name in places("sa.text(") | places("_text(\n") | places("= Statement(") | places("= Bulk(")
        if not name.endswith("store.py") and not name.startswith("foundation/")
    }
    assert stores == set()


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {path.name: count for path in FILES if (count := path.read_text("utf-8").count("\n")) > 400}
    assert long == {}
