"""The `cordillera` command: one tree, each branch loaded when it is used.

Exit codes: 0 done, 1 refused or not verified (the reason is printed), 2 wrong use.
"""

import sys

import cyclopts

from cordillera.foundation.errors import CordilleraError

BRANCHES = {
    "admin": "Officers, tokens, backup and restore.",
    "agreement": "Agreements: show, check, simulate, coverage.",
    "bench": "Figures measured on this machine.",
    "demo": "Two countries, a day of flights, in your browser.",
    "exchange": "Partners and messages between nodes.",
    "ledger": "The transparency log: verify, export, prove.",
    "list": "Watchlists: import and show.",
    "message": "Carriers' messages: read and write.",
    "node": "Set up, run and inspect a node.",
    "review": "Alerts and decisions.",
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
    """Run the command line; a typed error is printed with its facts and exits 1."""
    try:
        app()
    except CordilleraError as error:
        print(f"cordillera: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


if __name__ == "__main__":
    main()
