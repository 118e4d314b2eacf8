"""The demonstration's rule about travellers, put in force as two officers would do it."""

from datetime import timedelta
from typing import Final

import msgspec

from cordillera.desks.travellers.rules_model import Limits, RuleState, Seen
from cordillera.foundation.store.database import Scope
from cordillera.runtime.node import Node

RULE: Final = """\
regla efectivo-ultima-hora "Pagó en efectivo horas antes y factura una maleta pesada"
para tráfico_de_drogas
cuando existe pago (forma = "CASH")
  y itinerario.antelación < 24 h
  y existe maleta (peso > 30 kg)
salvo viajero.viajes >= 6
"""
NAME: Final = "efectivo-ultima-hora"
PURPOSE: Final = "organised_crime"
_REVIEWED: Final = timedelta(days=90)


class Acting(msgspec.Struct, frozen=True):
    """An officer of the demonstration as the rule's life names them."""

    officer_id: str
    name: str
    agency: str
    purpose: str = PURPOSE

    @property
    def scope(self) -> Scope:
        """What they may see."""
        return Scope(self.agency, self.purpose, self.officer_id)


def put_in_force(node: Node, author: str, second: str) -> None:
    """Let `author` write the rule and try it on what came, and `second` put it in force; once only."""
    one, other = _officer(node, author), _officer(node, second)
    with node.store.transaction(one.scope) as tx:
        if any(line.version.name == NAME for line in node.rules.lines(tx, (RuleState.ACTIVE,))):
            return
        limits = Limits(review_on=(node.clock.now() + _REVIEWED).date())
        draft = node.rules.save_draft(tx, one, RULE, limits)
    found = node.rules.pretest(node.store, one, draft.id)
    with node.store.transaction(one.scope) as tx:
        node.rules.propose(tx, one, draft.id, "Pagos en efectivo de última hora con equipaje pesado.")
    with node.store.transaction(other.scope) as tx:
        seen = Seen(draft.digest, found.id)
        node.rules.activate(tx, other, draft.id, seen, "Revisadas la ley y la prueba con el historial.")


def _officer(node: Node, login: str) -> Acting:
    with node.store.transaction(Scope.node("setup")) as tx:
        (found,) = (one for one in node.access.officers.all(tx) if one.login == login)
    return Acting(found.officer_id, found.name, node.settings.node.agency)
