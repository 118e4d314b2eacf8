"""`cordillera ledger`: verify, export, prove and read the transparency log."""

import base64
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.table import Table

from cordillera.cli import ledger_audit, ledger_witness
from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node
from cordillera.trust.ledger import peer_store, rotating
from cordillera.trust.ledger import store as tables
from cordillera.trust.ledger.errors import LogBroken, NoSuchLeaf
from cordillera.trust.ledger.export import write_directory
from cordillera.trust.ledger.model import AuditRow
from cordillera.trust.ledger.selfcheck import verify_tables
from cordillera.trust.ledger.service import Sequencer
from cordillera.trust.ledger.verify import asked_policy, broken, result, verify_entry, verify_log

app = App(name="ledger", help="The transparency log: verify, export, prove, witness, reconcile.")
app.command(ledger_witness.witness)
app.command(ledger_witness.policy)
app.command(ledger_audit.audit)
app.command(ledger_audit.sample)

SCOPE = Scope.node("ledger.audit")
VkeyOption = Annotated[
    list[str] | None,
    Parameter(name="--vkey", help="The log's key; default: log.vkey in DIR."),
]
WitnessOption = Annotated[
    list[str] | None, Parameter(name="--witness", help="A witness's key: it must have cosigned.")
]
PolicyOption = Annotated[Path | None, Parameter(name="--policy", help="A witness policy (C2SP tlog-policy).")]
KeptOption = Annotated[
    Path | None, Parameter(name="--checkpoint", help="A checkpoint you kept: the log must continue it.")
]


@app.command
def verify(
    directory: Path | None = None,
    /,
    *,
    vkey: VkeyOption = None,
    checkpoint: KeptOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Verify an exported log in DIR, or without DIR this node's own tables, row by row."""
    if directory is not None:
        found = verify_log(directory, vkey or [], checkpoint)
    else:
        with open_node(home) as node:
            found = _verify_own(node)
    _tell(found, json=json)


@app.command
def export(directory: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Write the log as static files (C2SP tlog-tiles) into a new or empty DIR."""
    with open_node(home) as node:
        Sequencer(node.store, node.ledger).catch_up()
        with node.store.transaction(SCOPE) as tx:
            statement = node.oversight.signed(tx)
        with node.store.auditor_transaction() as tx:
            files = write_directory(tx, node.ledger, directory, statement)
            size = node.ledger.checkpoint(tx).size
    if json:
        emit({"size": size, "files": files, "directory": str(directory)})
    else:
        console.print(f"{size} leaves in {files} files: {directory}")


@app.command
def proof(
    reference: str, /, *, out: Path | None = None, partner: bool = False, home: HomeOption = None
) -> None:
    """Write the .tlog-proof of a leaf, named by its INDEX or by a message id, to --out or standard output.

    With --out FILE the leaf itself is written beside it as FILE.leaf, so both can be verified anywhere.
    With --partner: the proof that this message of ours is in the partner's log, as the partner gave it.
    """
    with open_node(home) as node:
        leaf, raw = _partners_proof(node, reference) if partner else _own_proof(node, reference)
    if out is None:
        sys.stdout.buffer.write(raw)
        return
    out.write_bytes(raw)
    out.with_name(out.name + ".leaf").write_bytes(leaf)


@app.command
def verify_proof(  # noqa: PLR0913 - the words of the command
    file: Path,
    /,
    *,
    leaf: Path | None = None,
    vkey: VkeyOption = None,
    witness: WitnessOption = None,
    policy: PolicyOption = None,
    json: JsonOption = False,
) -> None:
    """Verify a .tlog-proof on any machine: the leaf (FILE.leaf), the log's key, and each --witness named."""
    try:
        trusted = asked_policy(vkey or [], witness or [], policy)
    except (BadInput, OSError) as error:
        found = broken("policy" if policy else "key", str(error))
    else:
        found = verify_entry(file, leaf or file.with_name(file.name + ".leaf"), trusted)
    _tell(found, json=json)


@app.command
def reconcile(partner: str, /, *, hours: int = 24, home: HomeOption = None, json: JsonOption = False) -> None:
    """Compare the last --hours of both logs with PARTNER: messages one side logged and the other did not."""
    with open_node(home) as node:
        Sequencer(node.store, node.ledger).catch_up()
        until = node.clock.now()
        report = node.witnesses.reconciler.reconcile(partner, until - timedelta(hours=hours), until)
    if json:
        emit(report)
    else:
        console.print(f"ours {report.ours}, theirs {report.theirs}, under way {report.pending}")
        for one in report.findings:
            print(f"{one.reason}  {one.agreement_id} {one.sender} {one.seq}  {one.message_id}")
    if report.findings:
        sys.exit(EXIT_REFUSED)


@app.command
def show(*, limit: int = 20, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show the newest leaves: what happened, under which articles."""
    with open_node(home) as node, node.store.auditor_transaction() as tx:
        rows = node.ledger.leaves(tx, limit)
    if json:
        for row in rows:
            emit(_line(row))
        return
    table = Table("leaf", "time", "kind", "decision", "articles", "peer", "purpose")
    for row in rows:
        line = _line(row)
        table.add_row(*(str(line[name]) for name in ("index", "at", "kind", "decision")), *_rest(line))
    console.print(table)


@app.command
def vkey(*, witness: bool = False, home: HomeOption = None) -> None:
    """Print the log's verifier key, or with --witness the key under which this node cosigns partners' logs.

    The first is what an auditor is given, on paper or in person; the second goes into partners' policies.
    """
    with open_node(home) as node:
        print(node.witnesses.own.key.vkey if witness else node.ledger.note_key.vkey)


@app.command
def rotate_key(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Change to a new key of the log, bound by the old one, and tell partners and witnesses.

    For a week both keys sign each checkpoint; then the old one is destroyed. What it signed stays provable.
    """
    with open_node(home) as node:
        _ = node.exchange_parts
        Sequencer(node.store, node.ledger).catch_up()
        change = rotating.rotate_key(node.store, node.ledger, "operator")
        with node.store.transaction(Scope.node("operation")) as tx:
            node.keys.issue(tx, "operator")
        Sequencer(node.store, node.ledger).catch_up()
        node.keys.tick()
        told = {one.partner: one.error or "told" for one in node.bundles.tell_all()}
    if json:
        emit({"vkey": change.new.vkey, "before": change.old.vkey, "size": change.size, "told": told})
    else:
        print(change.new.vkey)
        for partner, said in told.items():
            console.print(f"  {partner:12} {said}", highlight=False, markup=False)


def _own_proof(node: Node, reference: str) -> tuple[bytes, bytes]:
    """A leaf and its proof: under the newest cosigned checkpoint where that covers it."""
    Sequencer(node.store, node.ledger).catch_up()
    with node.store.auditor_transaction() as tx:
        row = node.ledger.find(tx, reference)
        return row.leaf, node.ledger.best_proof(tx, row.index).encode()


def _partners_proof(node: Node, message_id: str) -> tuple[bytes, bytes]:
    with node.store.auditor_transaction() as tx:
        held = peer_store.get(tx, message_id)
    if held is None:
        raise NoSuchLeaf(message_id=message_id)
    return held.leaf, held.proof


def _verify_own(node: Node) -> dict[str, object]:
    try:
        with node.store.transaction(SCOPE) as tx:
            found = result(verify_tables(tx, node.ledger))
            state = tables.state(tx)
            unsigned = state.size + state.waiting - state.signed
            return found | ({"unsigned": unsigned} if unsigned else {})
    except LogBroken as error:
        return broken(error.place, error.reason)


def _tell(found: dict[str, object], *, json: bool) -> None:
    if json:
        emit(found)
    elif found["ok"]:
        console.print(f"verified: {found['size']} leaves, {found['checkpoints']} checkpoints")
        console.print(f"root {found['root']}", highlight=False)
        if "unsigned" in found:
            none = found["checkpoints"] == 0
            wait = "wait for their first checkpoint" if none else "wait for the next checkpoint"
            console.print(f"{found['unsigned']} leaves {wait}: nothing signed speaks of them yet")
    else:
        console.print(f"NOT VERIFIED: {found['place']}: {found['reason']}", markup=False)
    if not found["ok"]:
        sys.exit(EXIT_REFUSED)


def _line(row: AuditRow) -> dict[str, object]:
    decision = "" if row.decision is None else "allowed" if row.decision.allow else "refused"
    return {
        "index": row.index,
        "at": row.at,
        "kind": row.kind,
        "decision": decision,
        "articles": row.decision.articles if row.decision else (),
        "agreement": row.agreement_id,
        "peer": row.peer,
        "direction": row.direction,
        "purpose": row.purpose,
        "message_id": row.message_id,
        "leaf_hash": base64.b64encode(row.leaf_hash).decode(),
    }


def _rest(line: dict[str, object]) -> tuple[str, str, str]:
    articles = line["articles"]
    told = ", ".join(articles) if isinstance(articles, tuple) else ""
    return told, f"{line['direction']} {line['peer']}".strip(), str(line["purpose"])
