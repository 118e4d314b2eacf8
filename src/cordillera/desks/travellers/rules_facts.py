"""The facts that rules read, of every traveller in a stored message: the same at ingest and in a pre-test.

Bytes are read as they are kept, so what was removed before storage is unknown to rules as well. A traveller
is found by the place where they begin in the message, as it stands in their stored facts.

>>> facts_by_place(b"no message", "message:1")
{}
"""

from cordillera.desks.travellers.rules_core import age_band
from cordillera.engines import edifact
from cordillera.engines.edifact import paxlst
from cordillera.engines.rules import Facts
from cordillera.engines.rules.paxlst_facts import traveller_facts

NATIONALITY = "nationality"
AGE = "age"


def facts_by_place(raw: bytes, source: str) -> dict[int, Facts]:
    """Return the facts of each traveller of a message by the offset where they begin."""
    return {
        traveller.start: traveller_facts(traveller, message, source)
        for message in paxlst.paxlst_messages(edifact.read(raw))
        for traveller in message.travellers
    }


def groups_of_facts(facts: Facts) -> dict[str, str]:
    """Return the groups by which it is watched whether rules treat people alike; they raise nobody."""
    nationality, age = facts.facts.get("traveller.nationality"), facts.facts.get("traveller.age")
    told = "" if nationality is None else str(nationality.value)
    return {
        NATIONALITY: told if told.isalpha() and len(told) <= 3 else "unknown",
        AGE: age_band(None if age is None else int(age.value)),
    }
