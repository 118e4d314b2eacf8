"""The pure rules of redress: who may open, what must hold to decide, when time presses.

>>> level(datetime(2026, 1, 25), opened=datetime(2026, 1, 1), deadline=datetime(2026, 1, 31))
1
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from cordillera.trust.redress.errors import (
    DoubtfulLeft,
    IdentityNotChecked,
    NamedOfficerOnly,
    NothingToSearch,
    NotSearched,
    PartnersSilent,
    ReasonTooShort,
    SecondOfficerNeeded,
    TicketDecided,
    TooManyTickets,
)
from cordillera.trust.redress.model import (
    Decision,
    Item,
    NewTicket,
    Outcome,
    PartnerAnswer,
    Ruling,
    Standing,
    Status,
    Ticket,
)
from cordillera.trust.redress.ports import Officer

NODE: Final = "node"
DEADLINE_DAYS: Final = 30  # where no agreement sets one (assumed; LED art. 12(3): without undue delay)
TICKETS_A_DAY: Final = 20
MOST_ANSWERS: Final = 64
"""Answers to one search: the first, and one for each node farther on."""
SHORTEST_REASON: Final = 8
KEEP: Final = timedelta(days=3 * 365)  # of the ticket, from its opening: the time of a court action (assumed)
KEEP_APPLICANT: Final = timedelta(days=365)  # of who applied
REVIEW: Final = timedelta(days=365)
_FINAL = frozenset({Status.DECIDED, Status.ANSWERED})
_LEVELS = ((1.0, 3), (0.95, 2), (0.75, 1))


def check_officer(officer: Officer) -> None:
    """Only a named person acts; raise `NamedOfficerOnly`."""
    if not officer.officer_id or officer.officer_id == NODE or not officer.name.strip():
        raise NamedOfficerOnly


def check_opening(new: NewTicket, opened_today: int) -> None:
    """Let a ticket be opened, which is what lets the node be searched for a person. It must hold.

    1. The applicant's identity was checked by a document; one who acts for themselves has the name sought.
    2. The clerk has not opened `TICKETS_A_DAY` tickets today.
    3. A birth date or a document tells the person from others of the name.

    Raises `IdentityNotChecked`, `TooManyTickets`, `NothingToSearch`.
    """
    about, applicant = new.about, new.applicant
    if sum(letter.isalnum() for letter in applicant.document) < 4:
        raise IdentityNotChecked
    if applicant.relation == "self" and not _share_a_word(applicant.name, about.full_name):
        raise IdentityNotChecked
    if opened_today >= TICKETS_A_DAY:
        raise TooManyTickets(limit=TICKETS_A_DAY)
    if not about.full_name.strip() or not (about.date_of_birth or about.documents):
        raise NothingToSearch


def check_ruling(ticket: Ticket, officer: Officer, ruling: Ruling) -> Status:
    """Return the status a ruling leads to, or raise. It must hold.

    0. A named officer decides.
    1. The ticket is not decided yet.
    2. The node was searched, and no search is going on.
    3. A person judged every doubtful thing.
    4. Every partner answered, or the ruling names it as silent.
    5. The reason has eight letters or digits; an article is named.
    6. What is not granted whole is decided by two: the second is not the first, and says the same.

    Raises `NamedOfficerOnly`, `TicketDecided`, `NotSearched`, `DoubtfulLeft`, `PartnersSilent`,
    `ReasonTooShort`, `SecondOfficerNeeded`.
    """
    check_officer(officer)
    if ticket.row.status in _FINAL:
        raise TicketDecided
    if ticket.row.searched_at is None or ticket.row.search_wanted_at is not None:
        raise NotSearched
    doubtful = [item for item in ticket.items if item.standing is Standing.DOUBTFUL]
    if doubtful:
        raise DoubtfulLeft(items=len(doubtful))
    silent = silent_partners(ticket.partners) - set(ruling.without)
    if silent:
        raise PartnersSilent(partners=sorted(silent))
    if sum(letter.isalnum() for letter in ruling.reason) < SHORTEST_REASON or not ruling.article.strip():
        raise ReasonTooShort(minimum=SHORTEST_REASON)
    return _decided(ticket.decisions, officer, ruling)


def _decided(before: Sequence[Decision], officer: Officer, ruling: Ruling) -> Status:
    if ruling.outcome is Outcome.GRANTED:
        return Status.DECIDED
    if not before or before[-1].outcome is not ruling.outcome:
        return Status.COUNTERSIGN
    if before[-1].officer_id == officer.officer_id:
        raise SecondOfficerNeeded(proposer=officer.officer_id)
    return Status.DECIDED


def silent_partners(partners: Sequence[PartnerAnswer]) -> set[str]:
    """Return the partners whose answer is still awaited, or never came."""
    return {one.peer for one in partners if one.state != "answered"}


def standing_of(*, certain: bool) -> Standing:
    """Return how a thing found stands before a person looked."""
    return Standing.CERTAIN if certain else Standing.DOUBTFUL


def disputed(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return what must not score while the request runs: all that may be about the person."""
    return tuple(item for item in items if item.standing is not Standing.OTHER)


def deadline(opened: datetime, days: Collection[int]) -> datetime:
    """Return by when the person is answered: the shortest term of the agreements concerned."""
    return opened + timedelta(days=min(days, default=DEADLINE_DAYS))


def level(now: datetime, *, opened: datetime, deadline: datetime) -> int:
    """Return how far time presses: 1 after three quarters, 2 near the end, 3 past the deadline; else 0."""
    gone = (now - opened) / (deadline - opened)
    return next((step for share, step in _LEVELS if gone >= share), 0)


def _share_a_word(one: str, other: str) -> bool:
    return bool(set(one.casefold().split()) & set(other.casefold().split()))
