"""How long records of the exchange are kept, and with which handling, as the agreement says."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.model import Handling

CATEGORY: Final = "hit"
DEFAULT_DAYS: Final = 365


class Keeping(msgspec.Struct, frozen=True):
    """When a record must be gone, when its need is reviewed, and how it is to be handled."""

    erase_after: datetime
    review_at: datetime
    handling: dict[str, str]


def keeping(book: PolicyBook, agreement_id: str, now: datetime, category: str = CATEGORY) -> Keeping:
    """Return what an agreement says about records of a category; raise `UnknownAgreement`.

    Records fall due at midnight UTC, so all of one day fall due together.
    """
    agreement = book.get(agreement_id).agreement
    rule = next((rule for rule in agreement.retention if rule.category == category), None)
    days, review = (rule.days, rule.review_days) if rule else (DEFAULT_DAYS, DEFAULT_DAYS)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Keeping(
        midnight + timedelta(days=days),
        midnight + timedelta(days=min(review, days)),
        _handling(agreement.handling_defaults),
    )


def _handling(defaults: Handling) -> dict[str, str]:
    return {
        "tlp": defaults.tlp,
        "may_disseminate": str(defaults.may_disseminate).lower(),
        "may_evidence": str(defaults.may_evidence).lower(),
        "may_act": str(defaults.may_act).lower(),
        "codes": ",".join(defaults.codes),
    }
