"""The `cordillera` command: one tree, each branch loaded when it is used.

Exit codes: 0 done, 1 refused or not verified (the reason is printed), 2 wrong use.
"""

import inspect
import resource
import signal
import sys
from typing import NoReturn

import cyclopts

from cordillera.foundation.errors import CordilleraError

BRANCHES = {
    "admin": "Officers, tokens, backup and restore.",
    "agreement": "Agreements: show, check, simulate, coverage.",
    "bench": "Figures measured on this machine.",
    "demo": "Two countries, a day of flights, in your browser.",
    "exchange": "Partners and messages between nodes.",
    "keys": "Root, keys, rotation, revocation, compromise drill.",
    "ledger": "The transparency log: verify, export, prove.",
    "list": "Watchlists: import, sources, updates, differences.",
    "message": "Carriers' messages: read and write.",
    "node": "Set up, run and inspect a node.",
    "redress": "Requests of people: access, correction, erasure.",
    "record": "Records: who has them; correct, recall, consent.",
    "review": "Alerts and decisions.",
    "rules": "Rules about travellers: lint, show, test, and their life.",
    "screen": "Match people against lists.",
}

app = cyclopts.App(
    name="cordillera",
    help="A node for cross-border security cooperation in which the law is in the code.",
    version_flags=["--version"],
)
for _name, _help in BRANCHES.items():
    app.command(f"cordillera.cli.{_name}:app", name=_name, help=_help)


def main() -> None:
    """Run the command line; what went wrong is printed in words and exits 1.

    No process of the node, its database included, writes a core file: memory holds what disks must not.
    SIGTERM unwinds like Ctrl-C does, so that no database is left running by a command ended early.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        app()
    except CordilleraError as error:
        _fail(f"{_in_words(error)}\n  {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        _fail(f"{error.strerror}: {error.filename}" if error.filename else str(error))


def _in_words(error: CordilleraError) -> str:
    """Return the sentence that explains this kind of error in the reference."""
    sentence, _, _ = (inspect.getdoc(type(error)) or "This did not succeed.").partition("\n\n")
    return sentence.replace("\n", " ")


def _fail(message: str) -> NoReturn:
    print(f"cordillera: {message}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
