"""Commands that change agreements: sign and verify files; adopt, suspend, resume, terminate as an officer.

Signing needs no node: the root stays on its offline machine. Whoever changes a standing logs in, as for
`cordillera review`.
"""

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text as Line

from cordillera.cli.agreement_files import READ, holds_a_node, read_file
from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.cli.review import OfficerOption, at_work
from cordillera.foundation.crypto.root import RootKey, RootPublic, read_public
from cordillera.foundation.errors import CordilleraError
from cordillera.trust.access.model import Permission
from cordillera.trust.agreements.core import Step
from cordillera.trust.agreements.ports import Roots
from cordillera.trust.agreements.service import StepOutcome
from cordillera.trust.agreements.signatures import prepare, read_signed
from cordillera.trust.agreements.signatures import sign as sign_file
from cordillera.trust.agreements.signatures import verify as verify_file

PURPOSE = "agreement_work"
ReasonOption = Annotated[str, Parameter(name="--reason", help="Why; it is kept with the change.")]


class Verified(msgspec.Struct, frozen=True):
    """What `agreement verify` found: whether both parties signed exactly this text."""

    file: str
    ok: bool
    id: str = ""
    version: int = 0
    agreement_hash: str = ""
    signed_by: tuple[str, ...] = ()
    code: str = ""


class Signed(msgspec.Struct, frozen=True):
    """What `agreement sign` wrote."""

    file: str
    id: str
    version: int
    agreement_hash: str
    signed_by: tuple[str, ...]


def sign(  # noqa: PLR0913 - every one is said on the command line
    file: Path,
    /,
    *,
    party: Annotated[str, Parameter(name="--party", help="Country that the root speaks for.")],
    root: Annotated[Path, Parameter(name="--root", help="File of the root key.")],
    out: Annotated[Path, Parameter(name="--out", help="Where the signed file is written.")],
    passphrase_file: Annotated[
        Path | None,
        Parameter(name="--passphrase-file", help="First line is the passphrase; else it is asked for."),
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Sign an agreement file, or add a signature to a signed one, with the root of a party."""
    del home  # the root is on a machine without a node
    key = RootKey.load(root, _passphrase(passphrase_file))
    signed = sign_file(prepare(read_file(file)), party, key)
    out.write_bytes(signed.write() + b"\n")
    agreement = signed.read()
    told = Signed(str(out), agreement.id, agreement.version, signed.hash, tuple(sorted(signed.parties)))
    if json:
        emit(told)
        return
    console.print(
        Line(f"{told.file}: {told.id} version {told.version}, signed by {', '.join(told.signed_by)}")
    )
    console.print(Line(f"agreement {told.agreement_hash}"))


def verify(
    file: Path,
    /,
    *,
    root: Annotated[
        list[str] | None,
        Parameter(name="--root", help="COUNTRY=FILE: a root that speaks for a party; else the node's own."),
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Verify both parties' signatures on a file; exits 1 when one is missing or wrong."""
    found = _verified(file, _given_roots(root) if root else _node_roots(home))
    if json:
        emit(found)
    else:
        console.print(Line(f"{found.file}: {'signed by both parties' if found.ok else 'NOT VERIFIED'}"))
        console.print(Line(f"{found.code or found.agreement_hash}"))
    sys.exit(0 if found.ok else EXIT_REFUSED)


def adopt(
    file: Path,
    /,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Propose a signed agreement, or adopt the one that another officer proposed; in effect at once."""
    raw = read_file(file)
    with at_work(home, officer, PURPOSE, Permission.AGREEMENT_CHANGE) as (node, session, tx):
        outcome = node.agreements.adoption.offer(tx, session, raw, reason)
    if json:
        emit(outcome)
        return
    state = "adopted" if outcome.done else "proposed; another officer adopts it"
    console.print(Line(f"{outcome.agreement_id} version {outcome.version}: {state}"))


def suspend(
    agreement: str,
    /,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Suspend an agreement at once, here and at the partners' nodes; one officer's word is enough."""
    _tell(_step(home, officer, agreement, Step.SUSPEND, reason), json=json)


def resume(
    agreement: str,
    /,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask that a suspended agreement be used again, or agree to another officer's asking."""
    _tell(_step(home, officer, agreement, Step.RESUME, reason), json=json)


def terminate(
    agreement: str,
    /,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask that notice of termination be given, or agree to it; the agreement ends when notice has run."""
    _tell(_step(home, officer, agreement, Step.TERMINATE, reason), json=json)


def bring_into_force(
    agreement: str,
    /,
    *,
    officer: OfficerOption,
    reason: ReasonOption,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """Ask that a provisional agreement come into force, or agree to it; both parties must have signed."""
    _tell(_step(home, officer, agreement, Step.BRING_INTO_FORCE, reason), json=json)


def _step(home: Path | None, officer: str, agreement: str, step: Step, reason: str) -> StepOutcome:
    with at_work(home, officer, PURPOSE, Permission.AGREEMENT_CHANGE) as (node, session, tx):
        return node.agreements.take_step(tx, session, agreement, step, reason)


def _tell(outcome: StepOutcome, *, json: bool) -> None:
    if json:
        emit(outcome)
        return
    state = "done" if outcome.done else "waits for another officer"
    ends = f", ends on {outcome.ends_on}" if outcome.ends_on else ""
    console.print(Line(f"{outcome.step}: {state}; now {outcome.status}{ends}"))


def _verified(file: Path, roots: Roots) -> Verified:
    try:
        signed = read_signed(read_file(file))
        parties = tuple(sorted(signed.parties))
        agreement = verify_file(signed, roots)
    except CordilleraError as error:
        return Verified(str(file), ok=False, code=str(error))
    return Verified(
        str(file),
        ok=True,
        id=agreement.id,
        version=agreement.version,
        agreement_hash=signed.hash,
        signed_by=parties,
    )


def _given_roots(given: list[str]) -> Roots:
    found: dict[str, list[RootPublic]] = {}
    for one in given:
        country, _, file = one.partition("=")
        found.setdefault(country, []).append(read_public(Path(file)))
    return found


def _node_roots(home: Path | None) -> Roots:
    if not holds_a_node(home):
        return {}
    with open_node(home) as node, node.store.transaction(READ) as tx:
        return node.agreements.known_roots(tx)


def _passphrase(file: Path | None) -> str:
    if file is None:
        return getpass("Passphrase of the root: ")
    with file.open(encoding="utf-8") as stream:
        return stream.readline().rstrip("\r\n")


COMMANDS = (sign, verify, adopt, suspend, resume, terminate, bring_into_force)
