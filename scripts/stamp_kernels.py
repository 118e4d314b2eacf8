"""Write into each compiled module what it was compiled with, so that numba's cache is renewed with it.

    python scripts/stamp_kernels.py [--check]

Numba keeps machine code until the text of its own file changes, but constants and functions of other
modules are compiled in: after a change of `weights.py` alone, old scores would go on. So every kernel of
names and messages ends with a stamp: the digest of the modules it imports (and of what the kernels among
them import).
`--check` writes nothing and fails when a stamp is old.
"""

import ast
import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src"
PACKAGE = "cordillera"
ENGINES = [ROOT / "cordillera" / "engines" / name for name in ("edifact", "names")]  # whose kernels share
STAMP = "# Compiled with "


def main() -> int:
    """Stamp every kernel, imported ones first; return 1 when `--check` finds an old stamp."""
    stamped: dict[Path, str] = {}
    for path in sorted(path for engine in ENGINES for path in engine.glob("*kernel.py")):
        _stamp(path, stamped)
    stale = [path for path, text in stamped.items() if path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)}: run scripts/stamp_kernels.py")  # noqa: T201 - its output
        return int(bool(stale))
    for path in stale:
        path.write_text(stamped[path], "utf-8")
    return 0


def _stamp(path: Path, stamped: dict[Path, str]) -> str:
    """Return the text of a kernel with its stamp, kernels that it imports having been stamped before."""
    if path not in stamped:
        text = "".join(
            line for line in path.read_text("utf-8").splitlines(keepends=True) if not line.startswith(STAMP)
        )
        digest = hashlib.sha256()
        for module in _imported(text):
            is_kernel = module.name.endswith("kernel.py")
            digest.update((_stamp(module, stamped) if is_kernel else module.read_text("utf-8")).encode())
        stamped[path] = f"{text.rstrip()}\n\n\n{STAMP}{digest.hexdigest()[:16]}\n"
    return stamped[path]


def _imported(text: str) -> list[Path]:
    """Return the files of ours that a module imports, in order of their names."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    paths = (ROOT / f"{name.replace('.', '/')}.py" for name in names)
    return sorted(path for path in paths if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
