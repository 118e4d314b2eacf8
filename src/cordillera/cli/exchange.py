"""`cordillera exchange`: who this node is to partners, which partners it has, what waits."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from cordillera.cli.channel import app as channel
from cordillera.cli.common import HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation.errors import NotFound
from cordillera.foundation.store.database import Scope
from cordillera.trust.exchange import operation_store, partner_store
from cordillera.trust.exchange.directory import Partner
from cordillera.trust.exchange.identity import MAX_BUNDLE

app = App(name="exchange", help="Partners and messages between nodes.")
partner = App(name="partner", help="The nodes this node speaks with.")
app.command(partner)
app.command("cordillera.cli.exchange_offline:app", name="offline", help="Messages and receipts in files.")
app.command(channel)

OPERATOR = "operator"
_SCOPE = Scope.node("operation")


class BundleMissing(NotFound):
    """There is no such file."""

    code = "exchange.bundle_missing"


class PartnerLine(msgspec.Struct, frozen=True):
    """A partner as the command shows it; compare the fingerprints over another way."""

    id: str
    country: str
    name: str
    url: str
    seq: int
    status: str
    signing_key: str
    root: str
    certificates: tuple[str, ...]
    ledger_vkey: str


@app.command
def identity(
    *,
    out: Annotated[Path | None, Parameter(name="--out")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Print this node's signed bundle, or write it to --out and print its fingerprints."""
    with open_node(home) as node:
        own = node.exchange_parts.identity
        bundle, raw = own.bundle(), own.signed_bundle()
    if out is None:
        sys.stdout.write(raw.decode("ascii") + "\n")
        return
    out.write_bytes(raw + b"\n")
    told = {
        "id": bundle.id,
        "url": bundle.url,
        "file": str(out),
        "signing_key": own.kid,
        "signer": bundle.signer_kid,
        "root": bundle.root.kid if bundle.root else "",
        "certificates": bundle.fingerprints,
    }
    if json:
        emit(told)
    else:
        for name, value in told.items():
            console.print(f"{name:14} {value}", highlight=False)


@partner.command
def add(file: Path, /, *, home: HomeOption = None, json: JsonOption = False) -> None:
    """Take in the bundle in FILE, after its fingerprints were compared with the partner by another way."""
    if not file.is_file():
        raise BundleMissing(file=file.name)
    raw = file.read_bytes()[: MAX_BUNDLE + 1].strip()
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        added = node.bundles.directory.add(tx, raw, OPERATOR)
    _show([added], json=json)


@partner.command(name="list")
def list_(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """List the partners, active ones first."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        found = node.exchange.directory.all(tx)
    _show(found, json=json)


@partner.command
def revoke(id: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:  # noqa: A002 - its name
    """End all exchange with partner ID at once, on open connections too, and tell the other partners."""
    with open_node(home) as node:
        with node.store.transaction(_SCOPE) as tx:
            node.exchange.directory.revoke(tx, id, OPERATOR)
            found = [held for held in node.exchange.directory.all(tx) if held.id == id]
        node.keys.tick()
        node.bundles.tell_all()
    _show(found, json=json)


@partner.command
def keys(id: str, /, *, home: HomeOption = None, json: JsonOption = False) -> None:  # noqa: A002 - its name
    """List every key partner ID has or had, with its term and since when it is revoked."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        node.exchange.directory.known(tx, id)
        rows = partner_store.keys_of(tx, id)
    if json:
        emit([msgspec.structs.asdict(row) | {"public": ""} for row in rows])
        return
    for row in rows:
        ended = f"revoked {row.revoked_from:%Y-%m-%d %H:%M}" if row.revoked_from else "valid"
        console.print(
            f"{row.use:8} {row.not_before:%Y-%m-%d} - {row.not_after:%Y-%m-%d}  {ended:24} {row.kid}",
            highlight=False,
        )


@partner.command(name="revoke-key")
def revoke_key(
    id: str,  # noqa: A002 - its name
    kid: str,
    /,
    *,
    reason: Annotated[str, Parameter(name="--reason")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Refuse key KID of partner ID from now on, whatever its bundle says."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        node.exchange.directory.revoke_key(tx, id, kid, OPERATOR, reason)
        found = [held for held in node.exchange.directory.all(tx) if held.id == id]
    _show(found, json=json)


@app.command
def status(*, home: HomeOption = None, json: JsonOption = False) -> None:
    """Show each channel: its last place, whether it is frozen, and how many messages wait."""
    with open_node(home) as node, node.store.transaction(_SCOPE) as tx:
        rows = operation_store.overview(tx)
    if json:
        emit(rows)
        return
    for row in rows:
        frozen = "  FROZEN" if row.frozen else ""
        console.print(
            f"{row.direction:3} {row.peer:8} {row.agreement_id:14} seq {row.last_seq:6}"
            f"  waiting {row.waiting}{frozen}",
            highlight=False,
        )


def _show(partners: "list[Partner] | tuple[Partner, ...]", *, json: bool) -> None:
    lines = [
        PartnerLine(
            id=held.id,
            country=held.country,
            name=held.name,
            url=held.url,
            seq=held.seq,
            status=held.status,
            signing_key=held.signing_kid,
            root=held.root.kid if held.root else "",
            certificates=held.fingerprints,
            ledger_vkey=held.ledger_vkey,
        )
        for held in partners
    ]
    if json:
        emit(lines)
        return
    for line in lines:
        console.print(f"{line.id:8} {line.country:3} {line.status:8} {line.url}", highlight=False)
        console.print(f"         key {line.signing_key}", highlight=False)
        for certificate in line.certificates:
            console.print(f"         tls {certificate}", highlight=False)
