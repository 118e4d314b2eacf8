"""What an agreement leaves to people, as the check-list of whoever acts: nothing is dropped silently.

Every clause with a human duty that speaks about the use stands on it, with its article and its text; so do
the places and events to which a service is confined. An officer ticks what they have seen to, and on a page
says why any line stays open; ticked and open ones and that reason are kept in the sealed detail of the act's
leaf. A program that uses the API records its lines in the same fields, and what it does not tick is open.

>>> noted(("US-EC/art5.3",), ("US-EC/art5.3", "US-EC/art24.1"))["duties_open"]
'US-EC/art24.1'
"""

from collections.abc import Iterable, Mapping

import msgspec

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.errors import DutiesOpen, UnknownAgreement
from cordillera.trust.agreements.model import Agreement, Text

MOST = 200


class Duty(msgspec.Struct, frozen=True):
    """One line of the list: the article that asks for it, its title, and what a person sees to."""

    article: str
    title: Text
    text: Text


def checklist(book: PolicyBook, agreement_id: str, service: str, actions: Iterable[str]) -> tuple[Duty, ...]:
    """Return the duties of people in a use of an agreement; () for one that this node does not hold."""
    try:
        agreement = book.get(agreement_id).agreement
    except UnknownAgreement:
        return ()
    wanted = tuple(actions)
    found = [
        Duty(agreement.article_id(clause.article), clause.title, clause.human_duty)
        for clause in agreement.clauses
        if clause.human_duty is not None and any(clause.applies_to.covers(service, act) for act in wanted)
    ]
    return (*found, *_confined(agreement, service))


def _confined(agreement: Agreement, kind: str) -> tuple[Duty, ...]:
    service = agreement.service(kind)
    if service is None or not (service.places or service.triggers):
        return ()
    words = ", ".join((*service.places, *service.triggers))
    text = Text(es=f"Solo en estos lugares o sucesos: {words}", en=f"Only at these places or events: {words}")
    return (Duty(agreement.article_id(service.article), service.title, text),)


def require_attended(duties: Iterable[Duty], ticked: Iterable[str], because: str) -> None:
    """Raise `DutiesOpen` unless each duty is ticked or a reason says why the others are not done."""
    done = frozenset(ticked)
    left = tuple(duty.article for duty in duties if duty.article not in done)
    if left and not because.strip():
        raise DutiesOpen(open=left[:MOST])


def noted(ticked: Iterable[str], duties: Iterable[str], because: str = "") -> Mapping[str, str]:
    """Return what the leaf's detail keeps: the duties an officer saw to, those left open, and why."""
    asked = tuple(dict.fromkeys(duties))[:MOST]
    done = frozenset(ticked)
    return {
        "duties_checked": " ".join(article for article in asked if article in done),
        "duties_open": " ".join(article for article in asked if article not in done),
    } | ({"duties_reason": because.strip()} if because.strip() else {})
