"""kill -9 of the recording process: what was acknowledged is in the log once, and the log verifies."""

import json
import signal
import subprocess
import sys

import msgspec

from cordillera.foundation.store.database import Scope
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger.selfcheck import verify_tables

WRITER = """
import json, sys, threading
from pathlib import Path
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.store.database import DatabaseUrls, Scope, Store
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.service import Ledger, Sequencer

urls, keys = json.loads(sys.argv[1]), Path(sys.argv[2])
store = Store(DatabaseUrls(**urls))
ledger = Ledger(KeyRing(keys), SystemClock(), "cordillera/ec")
threading.Thread(target=Sequencer(store, ledger).run, args=(threading.Event(),), daemon=True).start()
while True:
    with store.transaction(Scope.node("work")) as tx:
        recorded = ledger.record(tx, Event(kind=LeafKind.COLLECTION, actor="node", agency="node"))
    print(recorded.leaf_hash.hex(), flush=True)
"""


def killed_writer(urls, keys) -> set[str]:
    """Run a writer with its sequencer, kill it in its work, and return what it had acknowledged."""
    arguments = [sys.executable, "-c", WRITER, json.dumps(msgspec.to_builtins(urls)), str(keys)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as writer:
        first = [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()
    return {line for line in ("".join(first) + rest).split("\n") if len(line) == 64}


def test_kills_lose_and_double_nothing(store, database_urls, keyring, ledger, sequencer):
    acknowledged: set[str] = set()
    for _ in range(2):
        acknowledged |= killed_writer(database_urls, keyring.directory)
    assert len(acknowledged) >= 40
    size = sequencer.catch_up()
    with store.transaction(Scope.node("test")) as tx:
        assert verify_tables(tx, ledger).size == size
        placed = [row.leaf_hash.hex() for row in tables.leaves_between(tx, 0, size)]
    assert len(placed) == len(set(placed))
    assert acknowledged <= set(placed)
    assert len(placed) - len(acknowledged) <= 2
