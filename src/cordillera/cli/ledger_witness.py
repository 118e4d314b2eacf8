"""`cordillera ledger witness`, a stand-alone witness, and `ledger policy`: who witnesses this node."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.clock import SystemClock
from cordillera.foundation.store.database import Scope
from cordillera.runtime.witnesses import policy_path
from cordillera.trust.ledger.cosignature import parse_witness_vkey
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.policy import Witness, parse_policy, write_policy
from cordillera.trust.ledger.standalone import StandaloneWitness

witness = App(name="witness", help="A stand-alone witness of other nodes' logs (C2SP tlog-witness).")
policy = App(name="policy", help="Which witnesses must have cosigned this node's log.")

WitnessHome = Annotated[Path, Parameter(name="--home", help="Home of the witness; made on first use.")]
SCOPE = Scope.node("ledger.policy")


@witness.command
def run(
    *, home: WitnessHome, name: str = "", host: str = "127.0.0.1", port: int = 8790, json: JsonOption = False
) -> None:
    """Serve the witness of --home until interrupted; --name is fixed with its key on first use."""
    served = StandaloneWitness(home.expanduser(), SystemClock(), name)
    with served.server(host, port) as server:
        where = f"http://{host}:{server.server_address[1]}"
        if json:
            emit({"url": where, "vkey": served.key.vkey, "logs": len(served.logs())})
        else:
            print(f"{served.key.vkey}\n{where}/add-checkpoint, {len(served.logs())} logs", flush=True)
        server.serve_forever()


@witness.command
def add_log(vkey: str, /, *, home: WitnessHome, json: JsonOption = False) -> None:
    """Watch the log with this verifier key, as `cordillera ledger vkey` of its node prints it."""
    key = StandaloneWitness(home.expanduser(), SystemClock()).add_log(vkey)
    if json:
        emit({"log": key.name})
    else:
        console.print(f"watched: {key.name}", markup=False)


@witness.command(name="list")
def list_logs(*, home: WitnessHome, json: JsonOption = False) -> None:
    """List the logs watched: size last cosigned, and how many contradictions are kept."""
    seen = StandaloneWitness(home.expanduser(), SystemClock())
    heads = [(key.name, seen.held(key)) for key in seen.logs()]
    rows = [{"log": name, "size": head.size if head else 0} for name, head in heads]
    if json:
        emit({"vkey": seen.key.vkey, "logs": rows, "evidence": seen.evidence()})
        return
    table = Table("log", "size last cosigned")
    for row in rows:
        table.add_row(str(row["log"]), str(row["size"]))
    console.print(table)
    console.print(f"contradictions kept: {seen.evidence()}")
    print(seen.key.vkey)


@policy.command
def show(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show the witnesses, how long ago each cosigned, and whether data may leave."""
    with open_node(home) as node, node.store.transaction(SCOPE) as tx:
        standing = node.ledger.watch.standing(tx, node.ledger)
        written = node.ledger.watch.policy()
    if json:
        emit({"standing": standing, "file": str(policy_path(node.settings)), "quorum": written.quorum})
        return
    console.print(f"may release: {'yes' if standing.fresh else 'no'} {standing.reason}".rstrip())
    console.print(f"cosigned: size {standing.size}, {standing.cosigned_at or 'never'}", highlight=False)
    for one in written.witnesses:
        print(f"witness {one.name} {one.key.vkey} {one.url}")


@policy.command
def trust(  # noqa: PLR0913 - the words of the command
    name: str, vkey: str, url: str, /, *, quorum: int = 1, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Add a witness: NAME, its VKEY, and its URL (`node:ID` of a partner, or http...). --quorum K of all.

    Writes the policy file as one group; a policy with other groups is edited by hand.
    """
    added = Witness(name, parse_witness_vkey(vkey), url)
    with open_node(home) as node:
        path = policy_path(node.settings)
        held = parse_policy(path.read_text("utf-8")) if path.exists() else None
        if held is not None and set(held.groups) - {"witnesses"}:
            console.print(f"{path} has groups of its own: edit it by hand", markup=False)
            sys.exit(1)
        others = [one for one in held.witnesses if one.name != name] if held else []
        text = write_policy([*others, added], quorum)
        path.write_text(text, "utf-8")
        with node.store.transaction(SCOPE) as tx:
            detail = {"witness": name, "url": url, "quorum": str(quorum)}
            event = Event(
                kind=LeafKind.SETTINGS_CHANGED,
                actor="node",
                agency="node",
                payload=text.encode(),
                detail=detail,
            )
            node.ledger.record(tx, event)
    if json:
        emit({"file": str(path), "witnesses": len(others) + 1, "quorum": quorum})
    else:
        console.print(f"{path}: {quorum} of {len(others) + 1}", markup=False)
