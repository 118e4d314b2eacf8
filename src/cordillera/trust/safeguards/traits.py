"""Protected traits never score (DESIGN 4.4; PNR Directive 2016/681 art. 6(4) and 13(4); LED art. 10).

The rule is an allow-list: of what a carrier sends about a traveller, only the fields named here have a
place in the structs that are stored, and only those of `COMPARED` in what is compared with lists; tests
hold both to it. Everything else (sex, meals, special service requests, remarks, other free text) is left
out before storage. Nationality is kept for display because an officer must tell documents apart; it is
never compared, and the review queue refuses a finding that scores by it or by any protected trait.

A place of birth could stand in for origin. It is compared with the place that a list entry states, town with
town, and then only; a country in common adds nothing (docs/evidence.md), and no rule or search may use it.

>>> names_protected_trait("politicalOpinion")
True
"""

import re
from collections.abc import Iterable

from cordillera.trust.safeguards.errors import ProtectedTrait

COMPARED = frozenset({"full_name", "given_names", "family_names", "date_of_birth", "birthplace", "documents"})
SHOWN = frozenset({"nationality", "embarked", "debarked", "reservation", "role"})
ALLOWED = COMPARED | SHOWN

_PROTECTED = (
    "race ethnic ethnicity religion religious belief creed faith church sect political politics party union"
    " health medical disability disease sexual orientation sex gender meal diet caste tribe colour color"
    " raza etnia etnico religion religioso creencia culto politico politica partido sindicato salud medico"
    " discapacidad enfermedad sexo sexual genero comida dieta casta tribu"
)
PROTECTED_WORDS = frozenset(_PROTECTED.split())
PROXIES = frozenset(
    [
        "meal",
        "ssr",
        "birth_place",
        "birthplace",
        "place_of_birth",
        "language",
        "mother_tongue",
        "given_name_origin",
        "surname_origin",
        "head_covering",
        "photo_skin",
        "travel_with_family",
        "payment_fasting",
    ]
)
"""Fields that stand in for a protected trait: what the audit of the schema looks for beside the traits.

A place of birth or a language stands for ethnicity, a meal for belief or health. They are listed by hand
and reviewed with each new source of data; no learning system here could find others.
"""
EXEMPT = frozenset({"officer.language", "redress_ticket.language", "access_officer.language"})
"""In which language the program speaks to somebody: chosen by them, compared with nothing."""
_SPLIT = re.compile(r"[^a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def names_protected_trait(field: str) -> bool:
    """Tell whether a field's name speaks of a protected trait, in English or Spanish."""
    words = _SPLIT.split(_CAMEL.sub(" ", field).lower())
    return any(word in PROTECTED_WORDS for word in words)


def lint(columns: Iterable[str]) -> tuple[str, ...]:
    """Return those of "table.column" whose column names a protected trait or one of its proxies.

    `EXEMPT` are columns of the program's own settings, not of people.
    """
    return tuple(
        column
        for column in columns
        if column not in EXEMPT
        and (names_protected_trait(_column(column)) or _column(column).lower() in PROXIES)
    )


def _column(name: str) -> str:
    return name.rpartition(".")[2]


def check_scored_fields(fields: Iterable[str]) -> None:
    """Raise `ProtectedTrait` when a field that would score names a protected trait or nationality."""
    for field in fields:
        if names_protected_trait(field) or "nationality" in field.lower():
            raise ProtectedTrait(field=field)
