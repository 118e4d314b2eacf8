"""The JSON face of rules, and files of rules in either face.

>>> from cordillera.engines.rules.parser import read_rule
>>> rule = read_rule('rule a "A" for terrorism when traveller.age < 18 years')
>>> rule_from_json(rule_to_json(rule)) == rule
True
"""

from typing import TypeVar

import msgspec

from cordillera.engines.rules.check import check
from cordillera.engines.rules.errors import RuleFault, RuleTooLarge
from cordillera.engines.rules.model import Rule
from cordillera.engines.rules.parser import read_rules
from cordillera.engines.rules.tokens import LONGEST
from cordillera.foundation.shapes import decode

T = TypeVar("T")
_LARGEST = LONGEST


def rule_to_json(rule: Rule) -> bytes:
    """Return one rule as JSON."""
    return msgspec.json.encode(rule)


def rule_from_json(raw: bytes | str) -> Rule:
    """Return one checked rule; raises a `RuleFault` with the `path` of the part at fault."""
    if len(raw) > _LARGEST:
        raise RuleTooLarge(characters=len(raw), most=_LARGEST)
    return _checked(_decoded(raw, Rule))


def read_rules_file(raw: bytes) -> tuple[Rule, ...]:
    """Return the checked rules of a file: analyst's text, or JSON (one rule or a list of them)."""
    if not raw.lstrip().startswith((b"{", b"[")):
        try:
            return read_rules(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise RuleFault(reason="no UTF-8", offset=error.start) from None
    if len(raw) > 4 * LONGEST:
        raise RuleTooLarge(characters=len(raw), most=4 * LONGEST)
    told = _decoded(raw, tuple[Rule, ...] if raw.lstrip().startswith(b"[") else Rule)
    return tuple(map(_checked, told if isinstance(told, tuple) else (told,)))


def _decoded(raw: bytes | str, kind: type[T]) -> T:
    try:
        return decode(raw, kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RuleFault(reason=str(error)) from None


def _checked(rule: Rule) -> Rule:
    check(rule)
    return rule
