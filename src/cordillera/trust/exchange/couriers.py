"""One courier for each active partner, started when the partner is added and ended when it is revoked."""

import threading
from typing import Final

import structlog

from cordillera.foundation.errors import Unavailable
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange.bell import Ringer
from cordillera.trust.exchange.courier import Courier
from cordillera.trust.exchange.directory import PartnerDirectory
from cordillera.trust.exchange.parts import ExchangeParts

LOOK_SECONDS: Final = 1.0
_SCOPE = Scope.node("exchange.directory")
_log = structlog.get_logger(__name__)


class Couriers:
    """Keeps the couriers of all partners running."""

    def __init__(self, parts: ExchangeParts) -> None:
        self._parts = parts
        self._directory = PartnerDirectory(parts.ledger, parts.clock, parts.identity.id)
        self._running: dict[str, tuple[threading.Thread, threading.Event]] = {}

    def run(self, stop: threading.Event) -> None:
        """Start and end couriers until `stop` is set, then end them all."""
        ringer = Ringer(self._parts.store, self._parts.bell)
        ringing = threading.Thread(target=ringer.run, args=(stop,), name="bell", daemon=True)
        ringing.start()
        try:
            while not stop.is_set():
                self._look()
                stop.wait(LOOK_SECONDS)
        finally:
            for name in list(self._running):
                self._end(name)
            ringing.join(timeout=20.0)

    def _look(self) -> None:
        try:
            with self._parts.store.transaction(_SCOPE) as tx:
                active = {p.id for p in self._directory.all(tx) if p.status == "active"}
        except Unavailable as error:
            _log.warning("exchange.couriers_wait", error=error.code)
            return
        for name in set(self._running) - active:
            self._end(name)
        for name in active:
            thread = self._running.get(name)
            if thread is None or not thread[0].is_alive():
                self._start(name)

    def _start(self, name: str) -> None:
        ended = threading.Event()
        courier = Courier(self._parts, name)
        thread = threading.Thread(target=courier.run, args=(ended,), name=f"courier-{name}", daemon=True)
        self._running[name] = (thread, ended)
        thread.start()

    def _end(self, name: str) -> None:
        thread, ended = self._running.pop(name)
        ended.set()
        thread.join(timeout=20.0)
