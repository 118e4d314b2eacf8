"""`cordillera bench chaos`: kill -9 and a hostile line between three nodes, and what was lost by it."""

import secrets
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit, errors
from cordillera.runtime.chaos.nodes import ProcessRole, run_role
from cordillera.runtime.chaos.run import ChaosDetail, ChaosFigures, run


def chaos(
    *,
    kills: Annotated[int, Parameter(name="--kills", validator=validators.Number(gte=1))] = 50,
    seed: Annotated[str, Parameter(name="--seed", help="Repeats the plan of an earlier run.")] = "",
    detail: Annotated[bool, Parameter(name="--detail", negative="")] = False,
    json: JsonOption = False,
) -> None:
    """Kill processes and databases of three nodes at random while they ask each other over bad lines.

    Prints how many messages were sent, and how many were lost, took effect twice, or have two histories:
    all three must be 0. The seed is printed to standard error; the same seed draws the same plan. With
    `--detail` also how long the node took to work again after each kill, and what kept its messages.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    drawn = seed or secrets.token_hex(4)
    errors.print(f"seed {drawn}", highlight=False)
    with tempfile.TemporaryDirectory(prefix="cordillera-chaos-", ignore_cleanup_errors=True) as folder:
        figures = run(Path(folder), kills, drawn, lambda told: errors.print(told, highlight=False))
    if json:
        emit(figures if detail else figures.figures)
    else:
        _show(figures, detail=detail)
    if figures.lost or figures.double_effects or figures.forks:
        sys.exit(EXIT_REFUSED)


def _show(figures: ChaosDetail, *, detail: bool) -> None:
    for name in ChaosFigures.__struct_fields__:
        console.print(f"{name:22} {getattr(figures, name)}", highlight=False)
    for number, one in enumerate(figures.recoveries if detail else (), start=1):
        kept = f"  {', '.join(one.kept_by)}" if one.kept_by else ""
        console.print(f"{number:4} {one.node} {one.what:8} {one.seconds:6.2f} s{kept}", highlight=False)


def chaos_node(home: Path, role: ProcessRole, /) -> None:
    """Run one process of a node of the chaos run (started by `bench chaos`)."""
    run_role(home, role)
