"""The words of analysts' text in English and Spanish; both may be mixed, each prints whole.

>>> Word.AT_LEAST in PHRASES["es"], PHRASES["es"][Word.AT_LEAST]
(True, 'al menos')
"""

from enum import StrEnum
from typing import Final, Literal, TypeAlias

from cordillera.engines.rules.model import Purpose

Language: TypeAlias = Literal["en", "es"]


class Word(StrEnum):
    """One word or phrase of the grammar."""

    RULE = "rule"
    FOR = "for"
    WHEN = "when"
    UNLESS = "unless"
    AND = "and"
    OR = "or"
    NOT = "not"
    ANY = "any"
    EVERY = "every"
    NONE = "none"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"
    STARTS = "starts"
    ENDS = "ends"
    CONTAINS = "contains"
    ONE_OF = "one_of"
    KNOWN = "known"
    UNKNOWN = "unknown"
    BETWEEN = "between"
    YES = "yes"
    NO = "no"


PHRASES: Final[dict[Language, dict[Word, str]]] = {
    "en": {
        Word.RULE: "rule",
        Word.FOR: "for",
        Word.WHEN: "when",
        Word.UNLESS: "unless",
        Word.AND: "and",
        Word.OR: "or",
        Word.NOT: "not",
        Word.ANY: "any",
        Word.EVERY: "every",
        Word.NONE: "without",
        Word.AT_LEAST: "at least",
        Word.AT_MOST: "at most",
        Word.EXACTLY: "exactly",
        Word.STARTS: "starts with",
        Word.ENDS: "ends with",
        Word.CONTAINS: "contains",
        Word.ONE_OF: "one of",
        Word.KNOWN: "is known",
        Word.UNKNOWN: "is unknown",
        Word.BETWEEN: "between",
        Word.YES: "yes",
        Word.NO: "no",
    },
    "es": {
        Word.RULE: "regla",
        Word.FOR: "para",
        Word.WHEN: "cuando",
        Word.UNLESS: "salvo",
        Word.AND: "y",
        Word.OR: "o",
        Word.NOT: "no",
        Word.ANY: "existe",
        Word.EVERY: "cada",
        Word.NONE: "sin",
        Word.AT_LEAST: "al menos",
        Word.AT_MOST: "como máximo",
        Word.EXACTLY: "exactamente",
        Word.STARTS: "empieza por",
        Word.ENDS: "termina en",
        Word.CONTAINS: "contiene",
        Word.ONE_OF: "uno de",
        Word.KNOWN: "se conoce",
        Word.UNKNOWN: "se desconoce",
        Word.BETWEEN: "entre",
        Word.YES: "sí",
        Word.NO: "no",
    },
}

UNIT_WORDS: Final[dict[str, str]] = {"years": "años", "days": "días"}
"""Units that have a Spanish word; the others are written alike."""

PURPOSES: Final[dict[Purpose, str]] = {
    Purpose.TERRORISM: "terrorismo",
    Purpose.DRUG_TRAFFICKING: "tráfico_de_drogas",
    Purpose.HUMAN_TRAFFICKING: "trata_de_personas",
    Purpose.MIGRANT_SMUGGLING: "tráfico_de_migrantes",
    Purpose.ARMS_TRAFFICKING: "tráfico_de_armas",
    Purpose.CHILD_EXPLOITATION: "explotación_infantil",
    Purpose.DOCUMENT_FRAUD: "falsificación_de_documentos",
    Purpose.MONEY_LAUNDERING: "lavado_de_activos",
    Purpose.WILDLIFE_TRAFFICKING: "tráfico_de_vida_silvestre",
    Purpose.ORGANISED_CRIME: "delincuencia_organizada",
}
"""The Spanish word of each purpose; the English one is its value."""
