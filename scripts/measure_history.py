"""Measure the threshold of links between journeys on invented people: how many of each kind it lets through.

    python scripts/measure_history.py [PEOPLE]

Three kinds of pairs, all with one whole birth date: the same person as carriers write them (a name left out,
glued, a letter lost or two exchanged), brothers and sisters of one day with other given names, and strangers.
Told is the share that keeps the conditions 2 and 3 of `history_core`; 4 asks for one thing more.
"""

import random
import sys
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from cordillera.desks.travellers import history_core as core
from cordillera.desks.travellers.model import AskedFacts
from cordillera.engines.names.synthetic import Invented, invent

LINES = (0.99, 0.999, core.LEAST)


def told(person: Invented, given: str = "", family: str = "") -> AskedFacts:
    """Return an invented person as a message tells them."""
    names = given or person.given, family or person.family
    return AskedFacts(" ".join(names), *names, person.birth, ())


def written(person: Invented, draw: random.Random) -> AskedFacts:
    """Return a person as a carrier may write them: one change at most."""
    given, family = person.given.split(), person.family.split()
    which, at = draw.randrange(7), draw.randrange(1, 4)
    if which == 1:
        given = given[:1]
    elif which == 2:
        family = family[:1]
    elif which == 3:
        given = ["".join(given)]
    elif which == 4:
        family[0] = family[0][:at] + family[0][at + 1 :]
    elif which == 5:
        given[0] = given[0][:at] + given[0][at : at + 2][::-1] + given[0][at + 2 :]
    elif which == 6:
        family = ["".join(family)]
    return told(person, " ".join(given).upper(), " ".join(family).upper())


def pairs(people: list[Invented], draw: random.Random) -> Iterator[tuple[str, AskedFacts, AskedFacts]]:
    """Yield pairs with the kind that they are."""
    for one, other in pairwise(people):
        yield "same person", told(one), written(one, draw)
        if one.given.split()[0] != other.given.split()[0]:
            sibling = msgspec.structs.replace(one, given=other.given)
            yield "one birth, other given names", told(one), told(sibling)
        yield "strangers of one birth date", told(one), told(msgspec.structs.replace(other, birth=one.birth))


def main(count: int) -> None:
    """Print the shares."""
    found: dict[str, list[float]] = {}
    for kind, one, other in pairs(list(invent(count, seed=3)), random.Random(5)):  # noqa: S311 - invented people, the same each time
        found.setdefault(kind, []).append(core.chance_without_contradiction(one, other))
    for kind, chances in found.items():
        shares = (f"{sum(one >= line for one in chances) / len(chances):.3%}" for line in LINES)
        sys.stdout.write(f"{kind:30} {len(chances):6} pairs  {'  '.join(shares)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6_000)
