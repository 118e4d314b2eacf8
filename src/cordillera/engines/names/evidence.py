"""Evidence beside the name: dates of birth, documents, places of birth, in bits that add to the name's.

1. A kind of fact is weighed only when both sides state it; what is missing says nothing.
2. Each finding is one `Term` in bits, log2(m / u), a multiple of 1/1024; the terms sum exactly.
3. A number whose check digits fail is told, without weight of its own, and compared nevertheless.
4. Nationality and sex are no facts here, and a country of birth in common adds nothing.
5. `completeness` is the share of what could confirm or refute that both sides state.

>>> from cordillera.engines.names.model import ListedName, ListedPerson, Subject
>>> from cordillera.engines.names.birth import read_births
>>> listed = ListedPerson("1", (ListedName("Ana Vega"),), read_births("1980-05-04"))
>>> weigh_evidence(Subject("row 1", "Ana Vega", date_of_birth="1980-04-05"), listed)[0].name
'names.birth_day_month_exchanged'
"""

from collections.abc import Iterable, Sequence
from math import log2

import msgspec

from cordillera.engines.names import evidence_table as table
from cordillera.engines.names.birth_weight import BirthFinding, read_births, share_born, weigh_births
from cordillera.engines.names.documents_schemes import Identity, Verdict, identify
from cordillera.engines.names.documents_weight import DocumentFinding, comparable, weigh_numbers
from cordillera.engines.names.evidence_table import bits
from cordillera.engines.names.model import BirthRange, Document, ListedPerson, Subject
from cordillera.engines.names.places import PlaceFinding, read_place, weigh_places
from cordillera.foundation.explain import Evidence, Term

__all__ = [
    "Facts",
    "bits",
    "complete_facts",
    "completeness",
    "facts_listed",
    "facts_of",
    "weigh_evidence",
    "weigh_facts",
]


class Facts(msgspec.Struct, frozen=True):
    """What one side states beside its name, read once for many comparisons."""

    births: tuple[BirthRange, ...] = ()
    numbers: tuple[Identity, ...] = ()
    places: tuple[str, ...] = ()
    birth_text: str = ""


def facts_of(subject: Subject) -> Facts:
    """Return the facts of a subject."""
    places = (subject.birthplace,) if subject.birthplace.strip() else ()
    births = read_births(subject.date_of_birth)
    return Facts(
        births, _numbers(subject.documents[: table.MOST_FACTS]), places, subject.date_of_birth.strip()
    )


def facts_listed(listed: ListedPerson) -> Facts:
    """Return the facts of a listed person."""
    most = table.MOST_FACTS
    return Facts(listed.births[:most], _numbers(listed.documents[:most]), listed.birthplaces[:most])


def weigh_evidence(subject: Subject, listed: ListedPerson) -> tuple[Term, ...]:
    """Return the evidence as terms in bits; empty when there is nothing to compare (source: ADR 0041)."""
    return weigh_facts(facts_of(subject), facts_listed(listed))


def weigh_facts(subject: Facts, listed: Facts) -> tuple[Term, ...]:
    """Return the evidence between facts read before."""
    found: list[Term] = []
    if subject.births and listed.births:
        found.append(_birth_term(subject, weigh_births(subject.births, listed.births)))
    if subject.numbers and listed.numbers:
        found.extend(_number_term(finding) for finding in weigh_numbers(subject.numbers, listed.numbers))
        found.extend(_doubts(subject.numbers, "subject"))
        found.extend(_doubts(listed.numbers, "listed"))
    if subject.places and listed.places:
        found.append(_place_term(subject.places[0], weigh_places(subject.places[0], listed.places)))
    return tuple(found)


def completeness(subject: Subject, listed: ListedPerson) -> float:
    """Return how much of what could confirm or refute is there, in [0, 1]."""
    return complete_facts(facts_of(subject), facts_listed(listed))


def complete_facts(subject: Facts, listed: Facts) -> float:
    """Return the completeness of facts read before: dates by how finely they are known, numbers, places."""
    number = 0.0
    if subject.numbers and listed.numbers:
        number = table.COMPLETE_DOCUMENT * comparable(subject.numbers, listed.numbers)
    return bits(_known_birth(subject, listed) + number + _known_place(subject, listed))


def _known_birth(subject: Facts, listed: Facts) -> float:
    if not subject.births or not listed.births:
        return 0.0
    widest = max(_narrowest(subject), _narrowest(listed))
    return table.COMPLETE_BIRTH * min(1.0, -log2(widest) / table.BIRTH_MOST)


def _narrowest(facts: Facts) -> float:
    return min([share_born(birth.first, birth.last) for birth in facts.births])


def _known_place(subject: Facts, listed: Facts) -> float:
    if not subject.places or not listed.places:
        return 0.0
    towns = [any(read_place(place).parts for place in facts.places) for facts in (subject, listed)]
    return table.COMPLETE_PLACE if all(towns) else table.COMPLETE_PLACE / 2


def _numbers(documents: Sequence[Document]) -> tuple[Identity, ...]:
    if not documents:
        return ()
    return tuple(identity for document in documents if (identity := identify(document)).number)


def _birth_term(subject: Facts, finding: BirthFinding) -> Term:
    own, listed = subject.birth_text, _written(finding.listed)
    shown = (
        Evidence("subject.date_of_birth", 0, len(own), own),
        Evidence("listed.date_of_birth", 0, len(listed), listed),
    )
    return Term(finding.reason, finding.contribution, f"{own} / {listed}", shown)


def _number_term(finding: DocumentFinding) -> Term:
    own, other = finding.subject.document.number, finding.listed.document.number
    sign = "=" if finding.reason.startswith("names.document_equal") else "/"
    shown = (
        Evidence("subject.document", 0, len(own), own),
        Evidence("listed.document", 0, len(other), other),
    )
    return Term(finding.reason, finding.contribution, f"{own} {sign} {other}", shown)


def _doubts(numbers: Iterable[Identity], side: str) -> Iterable[Term]:
    for identity in numbers:
        if identity.verdict is Verdict.DOUBTFUL:
            written = identity.document.number
            place = (Evidence(f"{side}.document", 0, len(written), written),)
            yield Term("names.document_doubtful", 0.0, written, place)


def _place_term(own: str, finding: PlaceFinding) -> Term:
    listed = finding.listed
    shown = (
        Evidence("subject.birthplace", 0, len(own), own),
        Evidence("listed.birthplace", 0, len(listed), listed),
    )
    return Term(
        finding.reason, finding.contribution, f"{own} / {listed}", tuple(item for item in shown if item.text)
    )


def _written(birth: BirthRange | None) -> str:
    if birth is None:
        return ""
    if birth.first == birth.last:
        return birth.first.isoformat()
    return f"{birth.first.isoformat()}..{birth.last.isoformat()}"
