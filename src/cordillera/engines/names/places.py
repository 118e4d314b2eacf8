"""Places of birth as weak evidence: the same town speaks a little for one person, a country never does.

A place is written from the small to the large (`Musanze, Northern Province, Rwanda`); its parts are
compared without accents, signs and words such as "city" or "provincia". The country tells towns of the
same name apart and may lower; that two people were born in one country raises nothing: it would be their
nationality by another name (DESIGN 4, rule 4).

1. Nothing known on one side: nothing said.
2. Countries known and different: against, little, since borders and records change.
3. A town or district in common: for; less when it is a large city, or only the region around it.
4. Both state a town of one country and none is common: slightly against.
5. Only the country is common: told, without weight.

>>> weigh_places("Guayaquil, Ecuador", ("GUAYAQUIL - Guayas",)).reason
'names.birthplace_large_town'
>>> weigh_places("Ecuador", ("Quito, Ecuador",)).contribution
0.0
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec
from rapidfuzz.distance import OSA

from cordillera.engines.names.evidence_table import (
    PLACE_EQUAL,
    PLACE_LARGE,
    PLACE_OTHER_COUNTRY,
    PLACE_OTHER_TOWN,
    PLACE_REGION,
)
from cordillera.engines.names.places_countries import country_of, plain_words

_PARTS: Final = re.compile(r"[,;/|()\n]| - | \u2013 ")
_LONGEST: Final = 200
_GENERIC_WORDS: Final = (
    "area barrio canton city ciudad city of comuna county departamento departement department de del "
    "district distrito el estado governorate la municipality municipio near oblast of parish parroquia "
    "prefecture provincia province region republic sector state territory the town village zona zone"
)
_LARGE_TOWNS: Final = (
    "abuja ahmadabad aleppo algiers almaty amsterdam ankara antwerp arequipa asuncion athens baghdad "
    "bangalore bangkok barcelona barranquilla basra beijing beirut berlin bogota brasilia brussels bucharest "
    "budapest buenos aires cairo cali caracas cartagena casablanca chicago chennai cochabamba copenhagen "
    "cordoba cuenca culiacan dakar damascus delhi dhaka dubai dublin frankfurt gaza guadalajara guangzhou "
    "guatemala guayaquil habana hamburg hanoi havana herat hong kong houston hyderabad istanbul jakarta "
    "jeddah jerusalem johannesburg kabul kandahar karachi khartoum kiev kinshasa kolkata kuwait kyiv la paz "
    "lagos lahore lima lisboa lisbon london los angeles machala madrid managua manila manta maracaibo "
    "marseille medellin mexico miami minsk mogadishu monterrey montevideo montreal moscow mosul mumbai "
    "munich nairobi new york panama paris peshawar portoviejo pyongyang quito rio de janeiro riyadh rome "
    "rotterdam saint petersburg san jose san juan san salvador santa cruz santiago santo domingo sao "
    "paulo seoul shanghai singapore stockholm sydney tashkent tbilisi tegucigalpa tehran tijuana "
    "tokyo toronto tripoli trujillo tunis valencia valparaiso vienna warsaw yerevan zurich"
)
_GENERIC: Final = frozenset(_GENERIC_WORDS.split())
_LARGE: Final = frozenset(_LARGE_TOWNS.split())
_NEAR: Final = 0.8
_LONG_ENOUGH: Final = 5


class Place(msgspec.Struct, frozen=True):
    """A place as read: the country's code when it says so, and its other parts, normalised."""

    country: str
    parts: tuple[str, ...]


class PlaceFinding(msgspec.Struct, frozen=True):
    """What two places say: bits, the reason's message id, and the listed place as written."""

    contribution: float
    reason: str
    listed: str = ""


UNKNOWN: Final = PlaceFinding(0.0, "names.birthplace_unknown")


@lru_cache(maxsize=16_384)
def read_place(text: str) -> Place:
    """Return the country and the parts of a place as written."""
    country, parts = "", []
    for piece in _PARTS.split(text[:_LONGEST]):
        code = country_of(piece)
        if code and len(piece.strip()) > 1:
            country = code
        elif name := _name(piece):
            parts.append(name)
    return Place(country, tuple(dict.fromkeys(parts)))


def weigh_places(subject: str, listed: Sequence[str]) -> PlaceFinding:
    """Return the finding of the listed place that speaks most for one person."""
    own = read_place(subject)
    if not (own.country or own.parts):
        return UNKNOWN
    found = [_weigh(own, read_place(place), place) for place in listed]
    known = [finding for finding in found if finding.reason != UNKNOWN.reason]
    return max(known, key=lambda finding: finding.contribution, default=UNKNOWN)


def _weigh(own: Place, other: Place, written: str) -> PlaceFinding:
    if own.country and other.country and own.country != other.country:
        return PlaceFinding(PLACE_OTHER_COUNTRY, "names.birthplace_other_country", written)
    shared = _shared(own.parts, other.parts)
    if shared and not _shared(own.parts[:1], other.parts) and not _shared(other.parts[:1], own.parts):
        return PlaceFinding(PLACE_REGION, "names.birthplace_region", written)
    if shared:
        large = all(is_large_town(part) for part in shared)
        reason = "names.birthplace_large_town" if large else "names.birthplace_equal"
        return PlaceFinding(PLACE_LARGE if large else PLACE_EQUAL, reason, written)
    if own.parts and other.parts:
        return PlaceFinding(PLACE_OTHER_TOWN, "names.birthplace_other_town", written)
    if own.country and own.country == other.country:
        return PlaceFinding(0.0, "names.birthplace_country_only", written)
    return UNKNOWN


def _shared(own: Iterable[str], other: Sequence[str]) -> list[str]:
    return [part for part in own if any(_alike(part, there) for there in other)]


def _alike(left: str, right: str) -> bool:
    if left == right:
        return True
    long = min(len(left), len(right)) >= _LONG_ENOUGH
    return long and OSA.normalized_similarity(left, right, score_cutoff=_NEAR) >= _NEAR


def is_large_town(part: str) -> bool:
    """Tell whether all words of a place belong to names of large towns."""
    return set(part.split()) <= _LARGE


def _name(piece: str) -> str:
    words = [word for word in plain_words(piece).split() if word not in _GENERIC]
    return " ".join(words)
