"""`cordillera bench recall`: a record recalled is gone everywhere, with proof, whatever the lines do."""

import secrets
import sys
from typing import Annotated

import structlog
from cyclopts import Parameter, validators

from cordillera.cli.common import EXIT_REFUSED, JsonOption, console, emit, errors
from cordillera.runtime.keeper import passing_folder
from cordillera.runtime.recall.net import COUNTRIES
from cordillera.runtime.recall.run import Plan, run

_Nodes = Annotated[int, Parameter(name="--nodes", validator=validators.Number(gte=2, lte=len(COUNTRIES)))]
_Records = Annotated[int, Parameter(name="--records", validator=validators.Number(gte=1))]
_Share = Annotated[float, Parameter(name="--partitions", validator=validators.Number(gte=0, lte=1))]
_Seed = Annotated[str, Parameter(name="--seed", help="Repeats the plan of an earlier run.")]


def recall(
    *,
    nodes: _Nodes = 5,
    records: _Records = 20,
    partitions: _Share = 0.2,
    seed: _Seed = "",
    json: JsonOption = False,
) -> None:
    """Give records on between real nodes, recall them all while links are cut, and search for what is left.

    Prints how many records there were, how many times one was held by another node, how many of these were
    erased, how many proofs of it hold, and how many copies are left anywhere: that must be 0. The seed is
    printed to standard error; the same seed draws the same plan.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    drawn = seed or secrets.token_hex(4)
    errors.print(f"seed {drawn}", highlight=False)
    plan = Plan(nodes, records, partitions, drawn)
    with passing_folder("cordillera-recall-") as folder:
        figures = run(folder, plan, lambda told: errors.print(told, highlight=False))
    if json:
        emit(figures)
    else:
        for name in figures.__struct_fields__:
            console.print(f"{name:12} {getattr(figures, name)}", highlight=False)
    if figures.copies_left or not figures.holders == figures.erased == figures.proofs:
        sys.exit(EXIT_REFUSED)
