"""What is asked of an agreement and what it answers.

>>> PolicyDecision(allow=False, articles=(ArticleUse("US-EC/art5.1", "forbids"),), agreement_id="us-ec-2025",
...                agreement_hash="", policy_hash="").violated
('US-EC/art5.1',)
"""

from datetime import datetime
from typing import Literal

import msgspec


class DisclosureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a decision needs to know. No personal data: a case reference, codes and counts.

    `sender_country` is the country which the data leaves in this action: the asker's for `send_query`,
    the answerer's for `answer_query`. `queries_today` and `officer_queries_today` count the uses of this
    service made today before this one. `fields` names every field that would leave. `at` is aware, UTC.
    `agreement_hash` is the text that a message was made under; without it the version of the moment judges.
    What is not given stays at a default which no rule accepts.
    """

    agreement_id: str
    service: str
    action: str
    sender_country: str
    recipient_country: str
    at: datetime
    purpose: str = ""
    offence: str = ""
    max_penalty_months: int = -1
    case_ref: str = ""
    officer_id: str = ""
    officer_roles: tuple[str, ...] = ()
    ordered_by: str = ""
    subject_category: str = ""
    fields: tuple[str, ...] = ()
    individual_case: bool = False
    environment: str = ""
    queries_today: int = -1
    officer_queries_today: int = -1
    grounds: tuple[str, ...] = ()
    judicial_ref: str = ""
    onward_to: str = ""
    consent_ref: str = ""
    agreement_hash: str = ""


class ArticleUse(msgspec.Struct, frozen=True):
    """An article in a decision: that it allows or forbids, why (a message id), under which condition."""

    article: str
    effect: Literal["allows", "forbids"]
    text: str = ""
    condition: int = 0


class PolicyDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: allowed by these articles, or forbidden by these; `duties` are left to people."""

    allow: bool
    articles: tuple[ArticleUse, ...]
    agreement_id: str
    agreement_hash: str
    policy_hash: str
    errors: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()

    @property
    def permitting(self) -> tuple[str, ...]:
        """The ids of the articles relied on."""
        return tuple(use.article for use in self.articles if use.effect == "allows")

    @property
    def violated(self) -> tuple[str, ...]:
        """The ids of every article that the request would break."""
        return tuple(use.article for use in self.articles if use.effect == "forbids")
