"""The reference page says what the code does, and the README's commands exist."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_operation_and_error_is_in_the_reference() -> None:
    spec = importlib.util.spec_from_file_location("write_reference", ROOT / "scripts" / "write_reference.py")
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert writer.PAGE.read_text("utf-8") == writer.page(), "run: make reference"


def test_the_readme_names_only_commands_that_exist() -> None:
    reference = (ROOT / "docs" / "reference.md").read_text("utf-8")
    named = re.findall(r"\.venv/bin/cordillera (\w+(?: \w+)?)", (ROOT / "README.md").read_text("utf-8"))
    assert named
    for command in named:
        assert f"`cordillera {command}`" in reference or f"`cordillera {command.split()[0]}`" in reference
