"""Rules of the house that no import contract can say: where settings, engines and long files may be."""

import ast
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


def reads_into_a_type(call: ast.Call) -> bool:
    """Whether it makes msgspec work out a type: only `foundation/shapes.py` may, one thread at a time."""
    what = ast.unparse(call.func)
    if what in {
        "msgspec.json.decode",
        "msgspec.msgpack.decode",
        "msgspec.toml.decode",
        "msgspec.yaml.decode",
    }:
        return any(keyword.arg == "type" for keyword in call.keywords)
    name = what.rpartition(".")[2]
    guarded = {"convert", "Decoder", "schema", "schema_components"}
    return name == "type_info" or (what.startswith("msgspec.") and name in guarded)


def test_types_are_worked_out_in_one_place() -> None:
    raw = {
        f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}"
        for path in FILES
        if path != SOURCE / "foundation/shapes.py" and "msgspec" in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and reads_into_a_type(node)
    }
    assert raw == set(), "use cordillera.foundation.shapes"


def test_msgspec_is_called_by_its_name() -> None:
    """Only so does the rule above see every use of it."""
    assert {name for name in places("from msgspec") if name != "foundation/canonical.py"} == set()
