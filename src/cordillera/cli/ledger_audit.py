"""`cordillera ledger audit`: a supervisor's audit of an export; `ledger sample`: open what was drawn."""

import os
import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from cordillera.cli.common import EXIT_REFUSED, HomeOption, JsonOption, console, emit, open_node
from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput
from cordillera.foundation.store.database import Scope
from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.exchange.model import SERVICE
from cordillera.trust.ledger.audit import Asked, Audit, Opening, audit_directory
from cordillera.trust.ledger.errors import LogBroken
from cordillera.trust.ledger.model import Event, LeafKind
from cordillera.trust.ledger.policy import Policy, parse_policy
from cordillera.trust.ledger.purposes import check_purpose
from cordillera.trust.ledger.verify import broken

SCOPE = Scope(agency="node", purpose="oversight")
VkeyOption = Annotated[list[str] | None, Parameter(name="--vkey", help="The log's key.")]


def audit(  # noqa: PLR0913 - the words of the command
    directory: Path,
    /,
    *,
    vkey: VkeyOption = None,
    policy: Path | None = None,
    opened: Path | None = None,
    rate: int | None = None,
    json: JsonOption = False,
) -> None:
    """Audit an exported log in DIR with its node down: verify it, then gaps, quotas, readers and sample.

    --policy FILE: the witnesses that must have cosigned it. --opened FILE: what `ledger sample` opened.
    --rate N: draw N exchanges of each agreement and month, instead of what the shipped agreements say.
    """
    try:
        found = audit_directory(directory, _asked(vkey or [], policy, opened, rate))
    except LogBroken as error:
        _refused(broken(error.place, error.reason), json=json)
    except (BadInput, msgspec.DecodeError, OSError) as error:
        _refused(broken(str(opened or policy or directory), str(error)), json=json)
    if json:
        emit(found)
    else:
        _print(found)
    if not found.ok:
        sys.exit(EXIT_REFUSED)


def sample(
    file: Path, /, *, month: str = "", why: str, home: HomeOption = None, json: JsonOption = False
) -> None:
    """Open the details of a month's drawn exchanges into FILE, readable by its owner only; writes a leaf.

    --why: lawfulness, self-check, security or criminal-proceedings; logs are read for nothing else.
    """
    check_purpose(why)
    with open_node(home) as node:
        chosen = month or f"{node.clock.now():%Y-%m}"
        with node.store.transaction(SCOPE) as tx:
            drawn = node.oversight.sample(tx, chosen)
            opened = node.oversight.open(tx, [line.index for line in drawn.lines])
            detail = {"month": chosen, "seed": drawn.seed, "opened": str(len(opened)), "why": why}
            event = Event(
                kind=LeafKind.SAMPLED, actor="node", agency="node", purpose="oversight", detail=detail
            )
            node.ledger.record(tx, event)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(msgspec.json.encode(opened))
    if json:
        emit({"month": chosen, "seed": drawn.seed, "drawn": len(drawn.lines), "opened": len(opened)})
    else:
        console.print(f"{len(opened)} of {len(drawn.lines)} drawn exchanges opened: {file}", markup=False)


def _asked(vkeys: list[str], policy: Path | None, opened: Path | None, rate: int | None) -> Asked:
    """What the supervisor brings; rates and limits are those of the shipped agreements."""
    rates, limits = {}, {}
    for one in PolicyBook.load_shipped():
        service = one.agreement.service(SERVICE)
        limits[one.agreement.id] = service.quota.per_day if service else 0
        rates[one.agreement.id] = one.agreement.oversight.sample_audit_per_month if rate is None else rate
    shown = shapes.decode(opened.read_bytes(), tuple[Opening, ...]) if opened else ()
    asked = parse_policy(policy.read_text("utf-8")) if policy else Policy()
    return Asked(tuple(vkeys), rates, limits, asked, shown)


def _refused(found: dict[str, object], *, json: bool) -> None:
    if json:
        emit(found)
    else:
        console.print(f"NOT VERIFIED: {found['place']}: {found['reason']}", markup=False)
    sys.exit(EXIT_REFUSED)


def _print(found: Audit) -> None:
    print(f"verified: {found.size} leaves of {found.origin}, {found.checkpoints} checkpoints")
    print(f"witnessed as asked: {'yes' if found.witnessed else 'NO'} {' '.join(found.cosigned)}".rstrip())
    for gap in found.gaps:
        print(f"GAP {gap.reason} {gap.peer} {gap.agreement_id} {gap.direction} {gap.first}-{gap.last}")
    for used in found.quotas:
        mark = "OVER" if used.over else "quota"
        print(
            f"{mark} {used.day} {used.direction} {used.peer} {used.agreement_id}: {used.used} of {used.limit}"
        )
    for one in found.sample:
        opened = "opened" if one.opened else "drawn"
        print(f"{opened} {one.month} {one.agreement_id} leaf {one.index} {one.kind} {one.message_id}")
    if found.statement is not None:
        for late in found.statement.overdue:
            print(f"OVERDUE {late.kind}: {late.due}")
        for finding in found.statement.findings:
            print(f"DIFFERS {finding.reason} {finding.peer} {finding.direction} {finding.message_id}")
        for fork in found.statement.forks:
            print(f"FORK {fork.origin} {fork.reason}, seen by {fork.peer}")
