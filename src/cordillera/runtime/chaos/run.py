"""A chaos run: three nodes, random kills and a hostile line, then the count of what went wrong.

The seed decides who is killed when, and what each connection suffers; the same seed draws the same plan.
While officers ask, a process or a database of a node is killed every second or so and started again at
once. Afterwards the line is mended, everything on its way arrives, and the nodes' books are compared.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import msgspec
import structlog

from cordillera.foundation.errors import Unavailable
from cordillera.runtime.chaos import audit
from cordillera.runtime.chaos import ledger_store as sql
from cordillera.runtime.chaos.nodes import (
    COUNTRIES,
    ROLES,
    SCOPE,
    ChaosFailed,
    NodeProcess,
    introduce,
    kill_database,
    make_homes,
    wait_for,
)
from cordillera.runtime.chaos.proxy import FaultProxy, Faults
from cordillera.runtime.chaos.recovery import Recoveries, Recovery
from cordillera.runtime.chaos.traffic import Asker, Nuisance
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.ports import free_port

FIRST_GAP: Final = (0.4, 2.0)
PARTITION_CHANCE: Final = 0.1
PARTITION_SECONDS: Final = 1.5
SETTLE_SECONDS: Final = 300.0
RECOVERY_SECONDS: Final = 240.0
WATCH_SECONDS: Final = 0.1
_log = structlog.get_logger(__name__)


class ChaosFigures(msgspec.Struct, frozen=True):
    """What came of it; `lost`, `double_effects` and `forks` must be 0.

    `recovered_seconds_max`: the longest time from a kill until the node had sent and taken in again.
    """

    kills: int
    sent: int
    lost: int
    double_effects: int
    forks: int
    recovered_seconds_max: float


class ChaosDetail(ChaosFigures, frozen=True):
    """The same, and how long each kill took to be recovered from, in the order of the kills."""

    recoveries: tuple[Recovery, ...]

    @property
    def figures(self) -> ChaosFigures:
        """What is printed without being asked for more."""
        return ChaosFigures(*(getattr(self, name) for name in ChaosFigures.__struct_fields__))


class Kill(msgspec.Struct, frozen=True):
    """One kill of the plan: after how many seconds, which node, and what of it."""

    after: float
    country: str
    what: str
    partition: bool


def plan_of(kills: int, seed: str) -> list[Kill]:
    """Return who is killed when; the same seed gives the same plan.

    >>> plan_of(3, "7") == plan_of(3, "7")
    True
    """
    dice = random.Random(f"{seed}/plan")  # noqa: S311 - a plan of faults, no secret
    return [
        Kill(
            dice.uniform(*FIRST_GAP),
            dice.choice(COUNTRIES),
            dice.choice((*ROLES, "database")),
            dice.random() < PARTITION_CHANCE,
        )
        for _ in range(kills)
    ]


def run(folder: Path, kills: int, seed: str, told: Callable[[str], None]) -> ChaosDetail:
    """Run it in `folder`; `told` hears how far it is. Raises `ChaosFailed` when nothing moves any more."""
    with ExitStack() as stack:
        world = _World(folder, seed, stack)
        with world.traffic():
            for number, kill in enumerate(plan_of(kills, seed), start=1):
                world.suffer(kill)
                told(f"{number}/{kills} {kill.country} {kill.what}")
            world.calm()
        world.settle()
        return ChaosDetail(
            kills=kills,
            sent=world.sent(),
            lost=world.count(audit.lost),
            double_effects=world.count(audit.doubled),
            forks=audit.forks(world.nodes, world.seen),
            recovered_seconds_max=world.recoveries.slowest,
            recoveries=world.recoveries.done,
        )


class _World:
    """The three nodes, their lines, and what was seen of them."""

    def __init__(self, folder: Path, seed: str, stack: ExitStack) -> None:
        self.seen: dict[str, dict[int, bytes]] = {country: {} for country in COUNTRIES}
        self.recoveries = Recoveries()
        self._hands = threading.Lock()
        self._seed = seed
        self._ports = {country: free_port() for country in COUNTRIES}
        self._proxies = {c: FaultProxy(self._ports[c], f"{seed}/{c}", Faults.none()) for c in COUNTRIES}
        for proxy in self._proxies.values():
            proxy.start()
            stack.callback(proxy.stop)
        called = {country: proxy.port for country, proxy in self._proxies.items()}
        self._homes = make_homes(folder, called, self._ports)
        self.nodes: dict[str, Node] = {
            country: stack.enter_context(open_node(home)) for country, home in self._homes.items()
        }
        introduce(self.nodes)
        self._processes = {
            (country, role): NodeProcess(self._homes[country], role)
            for country in COUNTRIES
            for role in ROLES
        }
        for process in self._processes.values():
            process.start()
            stack.callback(process.end)
        for port in self._ports.values():
            wait_for(port)
        self._askers = {
            country: Asker(node, tuple(c.lower() for c in COUNTRIES if c != country))
            for country, node in self.nodes.items()
        }
        self._nuisance = Nuisance(self.nodes, random.Random(f"{seed}/nuisance"))  # noqa: S311 - no secret

    @contextmanager
    def traffic(self) -> Iterator[None]:
        """Officers ask, the nuisance sends again, and checkpoints are written down, while the block runs."""
        for proxy in self._proxies.values():
            proxy.faults = Faults()
        stop = threading.Event()
        work: list[Callable[[threading.Event], None]] = [a.run for a in self._askers.values()]
        work += [self._nuisance.run, self._watch]
        threads = [threading.Thread(target=one, args=(stop,), daemon=True) for one in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(60)

    def suffer(self, kill: Kill) -> None:
        """Kill, and start again at once, as whoever supervises a node would."""
        time.sleep(kill.after)
        if kill.partition:
            self._proxies[kill.country].partition(on=True)
            time.sleep(PARTITION_SECONDS)
            self._proxies[kill.country].partition(on=False)
        self.recoveries.begin(kill.country, kill.what, after_partition=kill.partition)
        if kill.what == "database":
            kill_database(self._homes[kill.country])
        else:
            process = next(
                p for (c, role), p in self._processes.items() if (c, role) == (kill.country, kill.what)
            )
            with self._hands:
                process.kill()
                process.start()

    def _revive(self) -> None:
        """Start whatever gave up while its database was down."""
        with self._hands:
            for one in self._processes.values():
                if not one.runs:
                    one.start()

    def calm(self) -> None:
        """Mend the lines; wait, with traffic, until every node that was killed works again."""
        for proxy in self._proxies.values():
            proxy.faults = Faults.none()
        deadline = time.monotonic() + RECOVERY_SECONDS
        while waiting := self.recoveries.waiting:
            if time.monotonic() > deadline:
                raise ChaosFailed(reason="does not recover", node=waiting[0], seed=self._seed)
            time.sleep(WATCH_SECONDS)

    def settle(self) -> None:
        """Wait until nothing is on its way any more, unless a frozen channel keeps it for ever."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while any(self._open(node) for node in self.nodes.values()):
            if time.monotonic() > deadline or any(self._frozen(node) for node in self.nodes.values()):
                _log.error("chaos.unsettled", seed=self._seed)
                return  # what is still open is counted as lost
            time.sleep(WATCH_SECONDS)

    def sent(self) -> int:
        """Return how many messages left the nodes."""
        return sum(len(audit.books(node).sent) for node in self.nodes.values())

    def count(self, rule: Callable[[Mapping[str, audit.Books], Mapping[str, list[object]]], int]) -> int:
        """Count by a rule of the audit over all nodes' books."""
        kept = {country: audit.books(node) for country, node in self.nodes.items()}
        return rule(kept, {country: list(asker.acknowledged) for country, asker in self._askers.items()})

    def _open(self, node: Node) -> int:
        try:
            with node.store.transaction(SCOPE) as tx:
                return sql.open_messages(tx)
        except Unavailable:
            return 1

    def _frozen(self, node: Node) -> bool:
        try:
            with node.store.transaction(SCOPE) as tx:
                return any(channel.frozen for channel in sql.channels(tx))
        except Unavailable:
            return False

    def _watch(self, stop: threading.Event) -> None:
        """Start again what gave up; write down each checkpoint, and when a killed node works again."""
        while not stop.wait(WATCH_SECONDS):
            self._revive()
            for country, node in self.nodes.items():
                try:
                    self._look(country, node)
                except Unavailable:
                    continue

    def _look(self, country: str, node: Node) -> None:
        with node.store.transaction(SCOPE) as tx:
            for size, note in sql.newest_checkpoints(tx).items():
                self.seen[country].setdefault(size, note)
            self.recoveries.look(tx, country)
