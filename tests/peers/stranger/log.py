"""A partner's log after docs/protocol/log.md: verifier key, checkpoint, proof."""

import base64

from tests.peers.stranger.wire import Refused, check, need, sha


class Log:
    """Whatever is proved under one verifier key."""

    def __init__(self, vkey: str) -> None:
        self.name, ident, rest = vkey.split("+", 2)
        data = base64.b64decode(rest)
        need(data[0] == 1 and sha(f"{self.name}\n".encode() + data)[:4].hex() == ident, "vkey")
        self.ident, self.public = bytes.fromhex(ident), data[1:]

    def checkpoint(self, note: str) -> tuple[int, bytes]:
        """The size and root of a signed note."""
        text, _, lines = note.partition("\n\n")
        for line in lines.splitlines():
            _, name, value = line.split(" ")
            data = base64.b64decode(value)
            if name == self.name and data[:4] == self.ident:
                check(self.public, data[4:], f"{text}\n".encode())
                origin, size, root = text.split("\n")
                need(origin == self.name, "origin")
                return int(size), base64.b64decode(root)
        raise Refused("checkpoint unsigned")

    def proves(self, proof: str, leaf: bytes) -> int:
        """Verify a proof of a leaf; return the size of the log."""
        lines, _, note = proof.partition("\n\n")
        head, index, *path = [line for line in lines.splitlines() if not line.startswith("extra ")]
        need(head == "c2sp.org/tlog-proof@v1" and index.startswith("index "), "proof")
        size, root = self.checkpoint(note)
        siblings = [base64.b64decode(line) for line in path]
        need(climbed(int(index[6:]), size, sha(b"\0" + leaf), siblings) == root, "root")
        return size


def climbed(index: int, size: int, node: bytes, siblings: list[bytes]) -> bytes:
    """The root above a leaf, as RFC 9162 2.1.3.2 climbs to it."""
    need(index < size, "index")
    last = size - 1
    for sibling in siblings:
        need(last, "path")
        if index & 1 or index == last:
            node = sha(b"\1" + sibling + node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = sha(b"\1" + node + sibling)
        index, last = index >> 1, last >> 1
    need(not last, "path")
    return node
