r"""How long the site waits for a sender: HTTP/1.1 of uvicorn with an end to every wait, and a longest head.

No released server ends a request that never comes whole, so a few hundred silent connections would shut out
everybody else, for nothing (ADR 0088). Answers are problem documents (RFC 9457) and the connection is closed.

1. A head is whole `HEAD_SECONDS` after the connection or its first byte (408; in silence, no answer).
2. A body brings at least `LEAST_BYTES` in each span of `SPAN_SECONDS` until it is whole (408). While this
   node itself does not read on, nobody is blamed.
3. What is neither a body nor a whole head or end of one is at most `LONGEST_HEAD` bytes long (431).
4. What is no HTTP is refused (400), such as what follows behind the length that was told.
5. There are at most `crowding.MOST_LINES` connections: when one more comes, one of the address that has most
   gives way, or the one that comes is refused (503, with when to try again; in silence, no answer).

>>> refusal(408).split(b"\r\n")[0]
b'HTTP/1.1 408 Request Timeout'
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cordillera.foundation.ids import uuid7
from cordillera.web.crowding import MOST_LINES, RETRY_SECONDS, Line, LineState, gives_way, owner_of
from cordillera.web.problems import MEDIA_TYPE, Problem

HEAD_SECONDS: Final = 15.0
SPAN_SECONDS: Final = 20.0
LEAST_BYTES: Final = 20_480
LONGEST_HEAD: Final = 32_768
FAREWELL_SECONDS: Final = 1.0
"""How long whoever is hung up on may take to hang up, too: TLS would wait for half a minute."""

_log = structlog.get_logger()


class PatientProtocol(HttpToolsProtocol):
    """One connection; conditions 1 to 5."""

    _timer: asyncio.TimerHandle | None = None
    _begun = False
    _told = False
    _quiet = 0
    _brought = 0
    _since = 0.0
    _crowded = False

    def connection_made(self, transport: Any) -> None:
        """Wait for the first head, where there is room."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._wait(HEAD_SECONDS, self._no_head)
        self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what tells nothing is counted (condition 3)."""
        if self._crowded:
            self._refuse(503)  # 5
            return
        self._told = False
        super().data_received(data)
        self._quiet = 0 if self._told else self._quiet + len(data)
        if self._quiet > LONGEST_HEAD:  # 3
            self._refuse(431)
        elif self._timer is None and (self._begun or not self._told):
            self._wait(HEAD_SECONDS, self._no_head)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._told = self._begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is whole: from now on its body is waited for."""
        self._told, self._begun, self._brought = True, False, 0
        self._since = self.loop.time()
        self._wait(SPAN_SECONDS, self._span_over)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Count what a body brings."""
        self._told = True
        self._brought += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole: what is waited for now is this node."""
        self._told = True
        self._wait_no_more()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Rest from now on."""
        self._since = self.loop.time()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the server's own words are no type
        """Refuse what is no HTTP (condition 4)."""
        self._refuse(400)

    def _make_room(self) -> None:
        """Let one give way where there are too many (condition 5)."""
        lines = (one for one in self.connections if isinstance(one, PatientProtocol))
        others = [one for one in lines if one is not self and one.holds_room()]
        if len(others) < MOST_LINES:
            return
        place = gives_way([one.line() for one in others], self.line())
        if place is not None:
            others[place].give_way()
        else:
            self._crowded = True
            self._wait(FAREWELL_SECONDS, self._hang_up)

    def holds_room(self) -> bool:
        """Tell whether the connection is one of those that are counted."""
        return not self._crowded and not self.transport.is_closing()

    def line(self) -> Line:
        """Return what is told of the connection when one has to give way."""
        state = LineState.RESTING
        if self.cycle is not None and not self.cycle.response_complete:
            theirs = self.cycle.more_body or self.flow.write_paused
            state = LineState.WAITED_FOR if theirs else LineState.ANSWERED
        return Line(owner_of(self.client[0] if self.client else ""), state, self._since)

    def give_way(self) -> None:
        """End, so that another has room; who has begun to say something hears why."""
        if self._begun or self._quiet or self.line().state is LineState.WAITED_FOR:
            self._refuse(503)
        else:
            self._hang_up()

    def _wait(self, seconds: float, then: Any) -> None:
        self._wait_no_more()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(seconds, then)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _no_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait(HEAD_SECONDS, self._no_head)  # the answer before is still being made
        elif self._begun or self._quiet:  # 1
            self._refuse(408)
        else:
            self._hang_up()

    def _span_over(self) -> None:
        if self._brought >= LEAST_BYTES or self.flow.read_paused:
            self._brought = 0
            self._wait(SPAN_SECONDS, self._span_over)
        else:
            self._refuse(408)  # 2

    def _refuse(self, status: int) -> None:
        """Answer, unless an answer has begun, and hang up; whoever reads the body hears that it ended."""
        self._wait_no_more()
        if self.transport.is_closing():
            return
        answering = self.cycle is not None and self.cycle.response_started
        if not answering or self.cycle.response_complete:
            self.transport.write(refusal(status))
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        _log.warning("web.hung_up", status=status)
        self._hang_up()

    def _hang_up(self) -> None:
        self.transport.close()
        self.loop.call_later(FAREWELL_SECONDS, self.transport.abort)


def refusal(status: int) -> bytes:
    """Return a whole answer that ends a connection."""
    body = msgspec.json.encode(Problem(status, f"web.status_{status}").document(str(uuid7())))
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
    head += f"retry-after: {RETRY_SECONDS}\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
    return f"{head}content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
