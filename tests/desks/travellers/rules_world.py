"""A rule as analysts of the tests write it, and its way to activation by two officers."""

from datetime import date

from tests.desks.travellers.conftest import Person

from cordillera.desks.travellers.rules_model import Limits, Seen

LAWFUL = (
    'rule from-bogota "Passport of a stranger, arriving at noon" for drug_trafficking\n'
    'when flight.origin = "BOG" and any document (type = "P")\n'
    "  and traveller.age >= 40 years\n"
    "unless traveller.journeys >= 6\n"
)
LIMITS = Limits(date(2027, 5, 1))
WHY = "ready to be used"


def activated(rules, store, text=LAWFUL, limits=LIMITS):
    """Take a rule through its life: Ana writes and proposes, Berta activates."""
    ana, berta = Person(), Person("of-2", "Berta Vera")
    with store.transaction(ana.scope) as tx:
        saved = rules.save_draft(tx, ana, text, limits)
    return put_in_force(rules, store, saved.id, ana, berta)


def put_in_force(rules, store, rule_id, ana, berta):
    pretest = rules.pretest(store, ana, rule_id)
    with store.transaction(ana.scope) as tx:
        proposed = rules.propose(tx, ana, rule_id, WHY)
    with store.transaction(berta.scope) as tx:
        return rules.activate(tx, berta, rule_id, Seen(proposed.digest, pretest.id), WHY)
