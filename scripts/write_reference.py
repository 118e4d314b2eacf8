"""Write docs/reference.md from the code: every command, operation and error, so that none is undocumented.

Run with `make reference`; a test fails when the page and the code differ.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path

import cyclopts

import cordillera
from cordillera.cli.main import app
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.access.guard import NO_AUDIT, Access, declared
from cordillera.web import registry

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference.md"
HEAD = """# Reference

Written from the code by `make reference`; a test keeps it in step. [Settings](settings.md) have a page.
"""


def page() -> str:
    """Return the whole page."""
    parts = [
        HEAD,
        "## Commands\n\nEach takes `--home DIR`; each that produces data takes `--json`.\n",
        _table(("command", "what it does"), commands(app, "cordillera")),
        "\n## Pages and operations\n\nWho may call each, and which leaf it writes.\n",
        _table(("operation", "who", "leaf", "what it does"), operations()),
        "\n## Errors\n\nThe message id of every typed error.\n",
        _table(("error", "meaning"), errors()),
    ]
    return "\n".join(parts) + "\n"


def commands(node: cyclopts.App, path: str) -> Iterator[tuple[str, ...]]:
    """Yield every command that does something, with its first line of help."""
    for name in sorted(node):
        if name.startswith("-"):
            continue
        command = node[name]
        if command.default_command is not None:
            yield (f"`{path} {name}`", _first_line(command.help or command.default_command.__doc__))
        yield from commands(command, f"{path} {name}")


def operations() -> Iterator[tuple[str, ...]]:
    """Yield every handler with what it declares."""
    rows = []
    for handler in registry.collect():
        access = declared(handler.opt)
        if access is not None:
            methods = " ".join(sorted(handler.http_methods))
            for path in sorted(handler.paths):
                what = _first_line(handler.fn.__doc__)
                rows.append((f"`{methods} {path}`", _who(access), _leaf(access), what))
    yield from sorted(rows, key=lambda row: row[0].split()[1])


def errors() -> Iterator[tuple[str, ...]]:
    """Yield every error type by its message id."""
    for module in pkgutil.walk_packages(cordillera.__path__, "cordillera."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    kinds = {kind.code: kind for kind in _below(CordilleraError)}
    for code in sorted(kinds):
        yield (f"`{code}`", _first_line(kinds[code].__doc__))


def _below(kind: type[CordilleraError]) -> Iterator[type[CordilleraError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("cordillera."):
            yield child
        yield from _below(child)


def _who(access: Access) -> str:
    if access.who == "officer":
        return f"`{access.permission}`"
    return f"machine with `{access.machine_scope}`" if access.who == "machine" else "anyone"


def _leaf(access: Access) -> str:
    return f"none: {access.audit.reason}" if isinstance(access.audit, NO_AUDIT) else f"`{access.audit}`"


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0].replace("|", "\\|") if (text or "").strip() else ""


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [" | ".join(row) for row in (head, *rows)]
    return "\n".join([f"| {lines[0]} |", "|" + "---|" * len(head), *(f"| {line} |" for line in lines[1:])])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
