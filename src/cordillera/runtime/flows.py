"""What messages do at a node: the effect of each type, and what happens when one ends without effect.

The composition root of the flows of the exchange: hit/no-hit, notices, follow-up, life cycle of records.

>>> sorted(endings_of())
['agreement.status', 'query.person']
"""

from collections.abc import Mapping

from cordillera.trust.exchange import standing
from cordillera.trust.exchange.asking import QueryEnding, TakeInAnswers
from cordillera.trust.exchange.effects import Effect, Ending
from cordillera.trust.exchange.judging import TakeInJudgements
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.routes import Route
from cordillera.trust.exchange.taking import TakeInQueries


def endings_of() -> dict[str, Ending]:
    """Return who is told when a message of ours ends without effect at the partner, by type."""
    return {"query.person": QueryEnding(), standing.TYPE: standing.StandingEnding()}


class Flows:
    """The flows of one node, each made of its exchange parts."""

    def __init__(self, parts: ExchangeParts) -> None:
        self.parts = parts

    @property
    def effects(self) -> Mapping[str, Effect]:
        """What each type of message does when it is taken in."""
        judgements = TakeInJudgements(self.parts)
        return {
            "query.person": TakeInQueries(self.parts),
            "answer.person": TakeInAnswers(self.parts),
            "hit.confirmed": judgements,
            "hit.rejected": judgements,
            standing.TYPE: standing.TakeInStanding(self.parts),
        }

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the node-to-node port does beside taking messages."""
        return ()
