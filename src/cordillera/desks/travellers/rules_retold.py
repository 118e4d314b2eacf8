"""What a rule found, in the language of whoever reads it: a finding keeps the words of its node's language.

A line is that of `rules_findings.said`: the thing of a set, the condition, what was read. Whatever is not
such a line is told as it stands: nothing is guessed.

>>> retold("maleta 2: peso > 30 kg (maleta.peso = 31 kg)", "en")
'bag 2: weight > 30 kg (bag.weight = 31 kg)'
>>> retold("traveller.frequent_flyer = yes (traveller.frequent_flyer = no)", "es")
'viajero.frecuente = sí (viajero.frecuente = no)'
>>> retold("existe maleta (peso > 30 kg)", "en"), retold("pago", "en"), retold("words", "es")
('any bag (weight > 30 kg)', 'payment', 'words')
"""

import re
from collections.abc import Iterator
from typing import Final

from cordillera.desks.travellers.rules_findings import value_said, worded
from cordillera.engines.rules.errors import RuleFault
from cordillera.engines.rules.model import Condition, Quantified
from cordillera.engines.rules.parser import read_rule
from cordillera.engines.rules.printer import write_condition
from cordillera.engines.rules.schema import FACTS, set_of_word, whole_name
from cordillera.engines.rules.words import Language

_LINE: Final = re.compile(
    r"(?:(?P<set>\w+) (?P<thing>\d+): )?(?P<condition>.+?)(?: \((?P<read>\w+\.\w+ = .*)\))?", re.DOTALL
)
_READ: Final = re.compile(r"(?:^|, )(\w+\.\w+) = ")


def retold(detail: str, language: Language) -> str:
    """Return a line of a rule's finding, told in either language, in this one."""
    name = set_of_word(detail) or whole_name(detail)
    if name in FACTS or set_of_word(detail):
        return worded(name, language)
    line = _LINE.fullmatch(detail)
    condition = None if line is None else _condition(line["condition"], line["set"] or "")
    if line is None or condition is None:
        return detail
    inside = set_of_word(line["set"] or "") or ""
    which = f"{worded(inside, language)} {line['thing']}: " if inside else ""
    read = ", ".join(_read(line["read"] or "", language))
    return f"{which}{write_condition(condition, language, inside)}{f' ({read})' if read else ''}"


def _condition(text: str, inside: str) -> Condition | None:
    written = f"any {inside} ({text})" if inside else text
    try:
        found = read_rule(f'rule a "A" for terrorism when {written}').when
    except RuleFault:
        return None
    return found.where if inside and isinstance(found, Quantified) else found


def _read(text: str, language: Language) -> Iterator[str]:
    """What was read, fact by fact."""
    found = [one for one in _READ.finditer(text) if whole_name(one[1]) in FACTS]
    ends = [*(one.start() for one in found), len(text)][1:]
    for one, end in zip(found, ends, strict=True):
        name = whole_name(one[1])
        yield f"{worded(name, language)} = {value_said(name, text[one.end() : end], language)}"
