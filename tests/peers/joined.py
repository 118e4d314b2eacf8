"""Our node US and the peer of js/node.mjs, which trust each other; see the fixture `joined`."""

from typing import Any

import msgspec
from tests.peers.javascript import PeerNode
from tests.sim.federation import KNOWN, SimNode
from tests.sim.flows import Desk

PERSON = {"full_name": KNOWN, "date_of_birth": "1980-05-17"}


class Joined(msgspec.Struct, frozen=True):
    """Our node US and the peer, which trust each other; `desk` is what officers do at US."""

    us: SimNode
    js: PeerNode
    desk: Desk

    def turn(self) -> int:
        """Carry what US has for the peer."""
        self.us.sequencer.catch_up()
        return self.us.turn("js")

    def prove(self) -> int:
        """Let US prove what it carried out, and carry the proof."""
        self.us.sequencer.catch_up()
        self.us.records.duties.run_once()
        return self.turn()

    def accepted(self, kind: str, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Let the peer send a message that US takes in."""
        told = self.js.send(kind, content, **changes)
        assert (told.get("outcome"), told.get("code"), told["nack"]) == ("accepted", "", None)
        return told
