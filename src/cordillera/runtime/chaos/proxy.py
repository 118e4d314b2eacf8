"""A TCP proxy that misbehaves on purpose: it cuts, delays, truncates, doubles and swaps what passes.

It stands between two nodes and knows neither TLS nor messages. What it does to a connection is drawn from
a seed, connection by connection, so a run can be repeated.

>>> Faults.none().cut
0.0
"""

import asyncio
import random
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

CHUNK: Final = 16_384
SWAP_SECONDS: Final = 0.05
LOOPBACK: Final = "127.0.0.1"


class Faults(msgspec.Struct, frozen=True):
    """The chance of each fault, per chunk that passes (0 to 1); `longest_delay` in seconds."""

    cut: float = 0.02
    delay: float = 0.05
    truncate: float = 0.01
    double: float = 0.01
    swap: float = 0.01
    longest_delay: float = 0.3

    @classmethod
    def none(cls) -> "Faults":
        """Let everything pass."""
        return cls(0.0, 0.0, 0.0, 0.0, 0.0)


class FaultProxy:
    """Listens on a port of its own and forwards to `target`, with faults; a thread of its own runs it."""

    def __init__(self, target: int, seed: str, faults: Faults) -> None:
        self.faults = faults
        self.counts: dict[str, int] = dict.fromkeys(("cut", "delay", "truncate", "double", "swap"), 0)
        self.port = 0
        self._target = target
        self._seed = seed
        self._connections = 0
        self._closed = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"proxy-{target}")

    def start(self) -> int:
        """Start; return the port that it listens on."""
        self._thread.start()
        self._ready.wait(10)
        return self.port

    def partition(self, on: bool) -> None:  # noqa: FBT001 - on or off is what there is to say
        """Cut everything, and let nothing new through, until told otherwise."""
        self._closed = on
        if on:
            self._loop.call_soon_threadsafe(self._hang_up)

    def stop(self) -> None:
        """Hang up and end the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, LOOPBACK, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        self._hang_up()
        server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _hang_up(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        dice = random.Random(f"{self._seed}/{self._connections}")  # noqa: S311 - faults, no secret
        self._open.add(writer)
        try:
            if self._closed:
                return
            there = await asyncio.open_connection(LOOPBACK, self._target)
            self._open.add(there[1])
            pumps = (Pump(self, dice, reader, there[1]), Pump(self, dice, there[0], writer))
            await _first_of(*(pump.run for pump in pumps))
            there[1].transport.abort()
            self._open.discard(there[1])
        except OSError:
            return
        finally:
            writer.transport.abort()
            self._open.discard(writer)


class Pump:
    """One direction of one connection."""

    def __init__(
        self,
        proxy: FaultProxy,
        dice: random.Random,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._proxy = proxy
        self._dice = dice
        self._reader = reader
        self._writer = writer

    async def run(self) -> None:
        """Forward until the connection ends or a fault ends it."""
        try:
            while chunk := await self._reader.read(CHUNK):
                if not await self._pass(chunk):
                    return
                await self._writer.drain()
        except OSError:
            return

    async def _pass(self, chunk: bytes) -> bool:
        """Forward one chunk, perhaps badly; False when the connection is over."""
        faults = self._proxy.faults
        if self._hits("cut", faults.cut):
            return False
        if self._hits("truncate", faults.truncate):
            self._writer.write(chunk[: self._dice.randrange(len(chunk))])
            await self._writer.drain()
            return False
        if self._hits("delay", faults.delay):
            await asyncio.sleep(self._dice.uniform(0.0, faults.longest_delay))
        if self._hits("double", faults.double):
            self._writer.write(chunk)
        if self._hits("swap", faults.swap):
            self._writer.write(await self._next_chunk())
        self._writer.write(chunk)
        return True

    async def _next_chunk(self) -> bytes:
        try:
            return await asyncio.wait_for(self._reader.read(CHUNK), SWAP_SECONDS)
        except TimeoutError:
            return b""

    def _hits(self, fault: str, chance: float) -> bool:
        if self._dice.random() >= chance:
            return False
        self._proxy.counts[fault] += 1
        return True


async def _first_of(*run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    tasks = [asyncio.ensure_future(one()) for one in run]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
