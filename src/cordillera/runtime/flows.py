"""What messages do at a node: the effect of each type, and what happens when one ends without effect.

The composition root of the flows of the exchange: hit/no-hit, notices, follow-up, life cycle of records.

>>> sorted(name for name in endings_of() if name.startswith(("query.", "notice.", "lookup.")))
['lookup.blinded', 'notice.suspect', 'query.person']
"""

from collections.abc import Mapping

from cordillera.runtime.witnesses import Witnesses
from cordillera.trust.attachments.service import AttachmentService
from cordillera.trust.exchange import standing
from cordillera.trust.exchange.asking import QueryEnding, TakeInAnswers
from cordillera.trust.exchange.bundles import Bundles
from cordillera.trust.exchange.effects import Effect, Ending
from cordillera.trust.exchange.judging import TakeInJudgements
from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.exchange.routes import Route
from cordillera.trust.exchange.taking import TakeInQueries
from cordillera.trust.exchange.thawing import Thaws
from cordillera.trust.followup.answering import ResponseEnding
from cordillera.trust.followup.asking import RequestEnding
from cordillera.trust.followup.deadlines import Deadlines
from cordillera.trust.followup.requests import TakeInRequests
from cordillera.trust.followup.responses import TakeInResponses
from cordillera.trust.lookup.asking import LookupEnding
from cordillera.trust.lookup.service import LookupService
from cordillera.trust.notices.receiving import TakeInAcceptances, TakeInNotices
from cordillera.trust.notices.writing import NoticeEnding
from cordillera.trust.records.again import TakeInAgain
from cordillera.trust.records.answers import KeepAnswers
from cordillera.trust.records.service import Records
from cordillera.trust.records.taking import endings as record_endings
from cordillera.trust.redress.errands import FindEnding, TakeInFinds, TakeInFound
from cordillera.trust.redress.parts import Means, RedressParts


def endings_of() -> dict[str, Ending]:
    """Return who is told when a message of ours ends without effect at the partner, by type."""
    return {
        "query.person": QueryEnding(),
        "notice.suspect": NoticeEnding(),
        "info.request": RequestEnding(),
        "info.response": ResponseEnding(),
        "redress.find": FindEnding(),
        "lookup.blinded": LookupEnding(),
        standing.TYPE: standing.StandingEnding(),
        **record_endings(),
    }


class Flows:
    """The flows of one node, each made of its exchange parts."""

    def __init__(
        self,
        parts: ExchangeParts,
        means: Means | None = None,
        records: Records | None = None,
        lookups: LookupService | None = None,
    ) -> None:
        self.parts = parts
        self.redress = RedressParts(parts, means or Means())
        self.records = records or Records(parts)
        self.lookups = lookups
        self.attachments = AttachmentService(parts, self.records)
        self.deadlines = Deadlines(parts.ledger, parts.clock)

    @property
    def effects(self) -> Mapping[str, Effect]:
        """What each type of message does when it is taken in."""
        judgements, acceptances = TakeInJudgements(self.parts), TakeInAcceptances(self.parts, self.records)
        return {
            "query.person": TakeInQueries(self.parts),
            "answer.person": KeepAnswers(self.records, TakeInAnswers(self.parts)),
            "hit.confirmed": judgements,
            "hit.rejected": judgements,
            "notice.suspect": TakeInAgain(
                self.records, TakeInNotices(self.parts, self.records, self.deadlines)
            ),
            "notice.accepted": acceptances,
            "notice.declined": acceptances,
            "info.request": TakeInRequests(self.parts, self.records, self.deadlines),
            "info.response": TakeInResponses(self.parts, self.records, self.deadlines),
            standing.TYPE: standing.TakeInStanding(self.parts),
            "redress.find": TakeInFinds(self.redress),
            "redress.found": TakeInFound(self.redress),
            **self.records.effects(),
            **(self.lookups.effects if self.lookups else {}),
        }

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the node-to-node port does beside taking messages."""
        private = (self.lookups.route,) if self.lookups else ()
        return (
            *Witnesses(self.parts).routes,
            Bundles(self.parts).route,
            Thaws(self.parts).route,
            self.attachments.route,
            *private,
        )
