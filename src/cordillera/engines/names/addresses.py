"""Addresses as words and numbers: kinds of street and of unit folded, numbers that must agree, any order.

Spanish, English, Dutch, French and Portuguese abbreviations are read out (`Av.`, `Jr.`, `Psje.`, `Mz.`).
House, unit and box numbers are what tells neighbours apart. The order of the parts says nothing. A country in
common adds nothing, another one speaks against.

>>> reading = read_address("Av. 9 de Octubre 100 y Malecón, Piso 2, Guayaquil")
>>> reading.numbers
('9', '100', 'floor2')
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from cordillera.engines.names.organisations import Reading
from cordillera.engines.names.organisations_reading import Token, read_tokens
from cordillera.engines.names.organisations_words import is_connector
from cordillera.engines.names.places import is_large_town
from cordillera.engines.names.places_countries import country_of

_CACHED: Final = 65_536
_STREETS: Final = (
    "street st str straat strasse calle cl cll rue rua ulitsa ul via jiron jr",
    "avenue ave av avda avenida avenidas laan prospekt prospect",
    "road rd carretera ctra carr route estrada weg km kilometro via autopista autovia",
    "boulevard blvd blvr bulevar bvd bd bulevard",
    "passage pasaje psje pje psj callejon lane ln alley",
    "square plaza pza plz plein place pl praca sq square maidan",
    "drive dr paseo pso promenade malecon",
    "highway hwy panamericana",
    "carrera cra kra kr cr",
    "diagonal diag dg",
    "transversal transv tv trv",
    (
        "quarter barrio bo urbanizacion urb ciudadela cdla colonia col villa reparto distrito district "
        "zona zone sector parroquia parish canton cantao poblacion pob residencial conjunto conj parque "
        "poligono industrial"
    ),
)
_UNITS: Final = (
    "floor piso etage verdieping andar fl planta",
    "apartment apto apt apartamento appartement departamento dpto depto dep flat dept",
    "office oficina of ofic kantoor bureau sala local loc",
    "suite ste int interior",
    "block bloque blq blk manzana mz mza quadra bl",
    "lot lote lt solar",
    "building edificio edif ed gebouw batiment edificios bldg tower torre",
    "house casa huis maison villa cs",
    "box pobox casilla apartado postbus buzon bp cp",
    "number numero no nro num nr n nº",
)
_POSTAL: Final = re.compile(r"\b(\d{4})\s?([A-Z]{2})\b")
_POBOX: Final = re.compile(r"\bp\.?\s?o\.?\s?(?:box)?\b\.?", re.IGNORECASE)
_NUMBER_SIGN: Final = re.compile(r"[#º°]|\b(?:nro|num|no|n)\.\s*(?=\d)", re.IGNORECASE)
_COUNTRY_PART: Final = re.compile(r"[,;\n]")
_FOLDS: Final = {word: words.split()[0] for words in (*_STREETS, *_UNITS) for word in words.split()}
_LIGHT: Final = frozenset(words.split()[0] for words in (*_STREETS, *_UNITS))
_UNIT_WORDS: Final = frozenset(words.split()[0] for words in _UNITS) - {"number"}
_LIGHT_BITS: Final = 1.0
_TOWN_BITS: Final = 3.5
_BY_LENGTH: Final = (0.0, 1.0, 3.0, 5.0, 6.0, 7.0, 7.5, 8.0)


@lru_cache(maxsize=_CACHED)
def read_address(text: str) -> Reading:
    """Return an address as words in a fixed order, its numbers (with their unit), and its country."""
    country, rest = _country(text)
    plain = _POSTAL.sub(r"\1\2", _NUMBER_SIGN.sub(" ", _POBOX.sub(" box ", rest)))
    tokens = tuple(msgspec.structs.replace(t, text=_FOLDS.get(t.text, t.text)) for t in read_tokens(plain))
    words = [t for t in tokens if not t.is_number and t.text not in _LIGHT and not is_connector(t.text)]
    words = [word for word in words if len(word.text) > 1]
    ordered = tuple(sorted({word.text: word for word in words}.values(), key=lambda word: word.text))
    places = frozenset({country} - {""})
    return Reading(
        text, ordered, tuple(_told(word.text) for word in ordered), _numbers(tokens), places=places
    )


def _country(text: str) -> tuple[str, str]:
    parts = [part for part in _COUNTRY_PART.split(text) if part.strip()]
    code = country_of(parts[-1]) if len(parts) > 1 else ""
    return (code, ", ".join(parts[:-1])) if code else ("", text)


def _numbers(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Return the numbers, each with the unit it belongs to: `floor2`, `lot4`; letters of a unit too."""
    found = []
    for before, token in zip((None, *tokens), tokens, strict=False):
        unit = before.text if before is not None and before.text in _UNIT_WORDS else ""
        if token.is_number or (unit and len(token.text) == 1):
            found.append(f"{unit}{token.text}")
    return tuple(dict.fromkeys(found))


def _told(word: str) -> float:
    if word in _LIGHT:
        return _LIGHT_BITS
    return _TOWN_BITS if is_large_town(word) else _BY_LENGTH[min(len(word), len(_BY_LENGTH) - 1)]
