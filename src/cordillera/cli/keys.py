"""`cordillera keys`: the offline root, this node's keys, and what is done when others may have them."""

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation import canonical
from cordillera.foundation.crypto.root import PassphraseRefused, RootKey, read_public
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node
from cordillera.runtime.scratch import scratch_copy
from cordillera.trust.exchange.bundle import Delegation, SignedDelegation, delegate
from cordillera.trust.exchange.drill import Emergency, Report
from cordillera.trust.exchange.key_store import KeyRow

app = App(name="keys", help="The offline root, this node's keys, rotation, revocation, drill.")
root = App(name="root", help="The organisation's root: keep it on a machine without a network.")
delegation = App(name="delegation", help="The root's word for the key that signs this node's bundles.")
app.command(root)
app.command(delegation)

OPERATOR = "operator"
_SCOPE = Scope.node("operation")
PassphraseOption = Annotated[
    Path | None,
    Parameter(
        name="--passphrase-file", help="File whose first line is the passphrase; else it is asked for."
    ),
]
ReasonOption = Annotated[str, Parameter(name="--reason", help="Why, as it shall stand in the ledger.")]
DUTIES = {
    "keys.duty.find_out": "Find out how the keys got out, and close that way first.",
    "keys.duty.call_partners": "Call every partner that was not told, and compare fingerprints by voice.",
    "keys.duty.supervisor": "Tell the supervisor within 72 hours if personal data may be out.",
    "keys.duty.preserve": "Preserve logs, disk images and checkpoints before machines are rebuilt.",
    "keys.duty.root": "If the bundle key may be out too: bring the root, sign a delegation for a new one.",
    "keys.duty.passwords": "Change officers' passwords and tokens if the machine itself was entered.",
    "keys.duty.review": "Review what was sent and taken in since the keys may have been out.",
}


@root.command(name="create")
def root_create(
    *,
    out: Annotated[Path, Parameter(name="--out")],
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Make the root of an organisation into a new file, under a passphrase; on an offline machine."""
    made = RootKey.generate()
    made.save(out, _passphrase(passphrase, again=True))
    _tell({"root": made.public.kid, "file": str(out)}, json=json)


@root.command(name="show")
def root_show(file: Path, /, *, json: JsonOption = False) -> None:
    """Show the public half of the root in FILE: its id and its keys."""
    public = read_public(file)
    _tell({"root": public.kid, **public.as_text()}, json=json)


@root.command(name="sign")
def root_sign(
    request: Path,
    /,
    *,
    key: Annotated[Path, Parameter(name="--root", help="File of the root.")],
    out: Annotated[Path, Parameter(name="--out")],
    passphrase: PassphraseOption = None,
    json: JsonOption = False,
) -> None:
    """Sign the delegation that REQUEST asks for, after it was read on this offline machine."""
    asked = canonical.to_struct(request.read_bytes().strip(), Delegation, max_bytes=4_096)
    signed = delegate(RootKey.load(key, _passphrase(passphrase)), asked)
    out.write_bytes(canonical.dumps(signed) + b"\n")
    _tell(
        {"node": asked.id, "epoch": asked.epoch, "until": asked.not_after.isoformat(), "file": str(out)},
        json=json,
    )


@delegation.command(name="request")
def delegation_request(
    *,
    out: Annotated[Path, Parameter(name="--out")],
    new: Annotated[bool, Parameter(name="--new", negative="", help="Make a new bundle key first.")] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Write what the root is asked to sign; carry it to the offline machine."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        _ = node.exchange_parts
        if new:
            node.keys.new_signer(tx, OPERATOR)
        asked = node.keys.request_delegation(tx)
    out.write_bytes(canonical.dumps(asked) + b"\n")
    _tell({"node": asked.id, "epoch": asked.epoch, "signer": asked.signer, "file": str(out)}, json=json)


@delegation.command(name="install")
def delegation_install(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Take in the delegation in FILE that the root signed, issue a bundle under it, and tell partners."""
    signed = canonical.to_struct(file.read_bytes().strip(), SignedDelegation, max_bytes=16_384)
    with open_node(home) as node:
        node.keys.open()
        with node.store.transaction(_SCOPE) as tx:
            bundle = node.keys.install(tx, OPERATOR, signed)
        told = _settle(node)
    _tell({"seq": bundle.seq, "told": told}, json=json)


@app.command(name="list")
def list_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """List every key this node ever had, with its term and what became of it."""
    with open_node(home) as node:
        own = node.exchange_parts.identity
        with node.store.transaction(_SCOPE) as tx:
            rows = node.keys.all(tx)
        ledger = own.ledger_vkey
    if json:
        emit({"keys": [_line(row) for row in rows], "ledger": ledger, "bundle": own.seq})
        return
    for row in rows:
        console.print(
            f"{row.use:8} {_state(row):10} {row.not_before:%Y-%m-%d} - {row.not_after:%Y-%m-%d}  {row.kid}",
            highlight=False,
        )
    console.print(f"ledger   {ledger}", highlight=False)


@app.command
def rotate(use: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Retire the key in use for USE (signing, sealing, tls) now, make the next, and tell partners."""
    with open_node(home) as node:
        _ = node.exchange_parts
        with node.store.transaction(_SCOPE) as tx:
            made = node.keys.rotate(tx, OPERATOR, use)
        told = _settle(node)
    _tell({"use": use, "kid": made.kid, "told": told}, json=json)


@app.command
def revoke(*kids: str, reason: ReasonOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """Revoke the keys KIDS at once, make new ones in their place, and tell partners."""
    with open_node(home) as node:
        _ = node.exchange_parts
        with node.store.transaction(_SCOPE) as tx:
            bundle = node.keys.revoke(tx, OPERATOR, kids, reason)
        told = _settle(node)
    _tell({"revoked": list(kids), "seq": bundle.seq if bundle else 0, "told": told}, json=json)


@app.command
def tell(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Bring our bundle to every partner that does not have it, and take in theirs."""
    with open_node(home) as node:
        _ = node.exchange_parts
        told = _settle(node)
    _tell({"told": told}, json=json)


@app.command
def compromise(*, reason: ReasonOption, home: HomeOption = None, json: JsonOption = False) -> None:
    """End all message keys because others may have them: new keys, bundle, partners told, old keys tried."""
    with open_node(home) as node:
        parts = node.exchange_parts
        report = Emergency(parts, node.keys, node.bundles).compromise(OPERATOR, reason)
    _report(report, json=json)


@app.command
def drill(
    *,
    scratch: Annotated[
        bool, Parameter(name="--scratch", negative="", help="On a throw-away copy; partners are not called.")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Do everything `compromise` does, in exercise, and measure it; exit 1 when something was not proved.

    With `--scratch` on a copy of the node that is destroyed afterwards: also for a node in production.
    """
    if scratch:
        _report(_rehearse(home), json=json)
        return
    with open_node(home) as node:
        parts = node.exchange_parts
        report = Emergency(parts, node.keys, node.bundles).drill(OPERATOR)
    _report(report, json=json)


def _rehearse(home: Path | None) -> Report:
    """Drill on a copy; the node itself gets one leaf that says so."""
    with open_node(home) as node, scratch_copy(node.settings, node.clock) as copy:
        there = copy.node
        report = Emergency(there.exchange_parts, there.keys, there.bundles).rehearse(OPERATOR)
        report = msgspec.structs.replace(report, scratch_seconds=copy.copied_seconds)
        Emergency(node.exchange_parts, node.keys, node.bundles).record(OPERATOR, report)
    return report


def _report(report: Report, *, json: bool) -> None:
    if json:
        emit(report)
    else:
        console.print(
            f"{len(report.revoked)} keys revoked, {len(report.made)} made, bundle {report.bundle_seq},"
            f" {report.sealed_anew} messages sealed anew, {report.seconds} s",
            highlight=False,
        )
        for one in report.partners:
            refused = "refuses the old key" if one.old_key_refused else f"not proved: {one.answer}"
            console.print(f"  {one.partner:12} {one.seconds:8.3f} s  {refused}", highlight=False)
        for name in report.not_tried:
            console.print(f"  {name:12} not called from a copy", highlight=False)
        if report.scratch_seconds:
            console.print(f"the copy took {report.scratch_seconds} s to make", highlight=False)
        for missing in report.unproved:
            console.print(f"  not proved: {missing}", style="red", highlight=False)
        console.print("What only people can do:")
        for duty in report.duties:
            console.print(f"  [ ] {DUTIES[duty]}", highlight=False, markup=False)
    if report.unproved:
        sys.exit(EXIT_REFUSED)


def _settle(node: Node) -> dict[str, str]:
    """Destroy what is due, use what is current, and tell partners; return what each said."""
    node.keys.tick()
    return {one.partner: one.error or "told" for one in node.bundles.tell_all()}


def _passphrase(file: Path | None, *, again: bool = False) -> str:
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    given = getpass.getpass("Passphrase of the root: ")
    if again and getpass.getpass("Once more: ") != given:
        raise PassphraseRefused(reason="the two differ")
    return given


def _tell(told: dict[str, object], *, json: bool) -> None:
    if json:
        emit(told)
        return
    for name, value in told.items():
        console.print(f"{name:8} {value}", highlight=False)


def _line(row: KeyRow) -> dict[str, object]:
    shown = msgspec.to_builtins(row)
    return {name: value for name, value in shown.items() if name != "place"} | {"state": _state(row)}


def _state(row: KeyRow) -> str:
    if row.revoked_from is not None:
        return "revoked"
    if row.destroyed_at is not None:
        return "destroyed"
    now = datetime.now(UTC)
    if row.not_before > now:
        return "next"
    return "current" if now < row.not_after else "retired"
