"""Refusals of redress. The numbers are those of `core`."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted


class TicketNotFound(NotFound):
    """No such ticket, or one of another agency."""

    code = "redress.not_found"


class ItemNotFound(NotFound):
    """No such thing in this ticket's inventory."""

    code = "redress.item_not_found"


class IdentityNotChecked(BadInput):
    """Condition 1 of opening: the applicant's identity was not checked, or not who they say."""

    code = "redress.identity_not_checked"


class TooManyTickets(NotPermitted):
    """Condition 2 of opening: one clerk opens at most so many tickets a day; more looks like fishing."""

    code = "redress.too_many_tickets"


class NothingToSearch(BadInput):
    """Condition 3 of opening: a name with a birth date or a document is needed to find a person."""

    code = "redress.nothing_to_search"


class NotSearched(Conflict):
    """Condition 2 of deciding: the node has not been searched yet, or is being searched."""

    code = "redress.not_searched"


class DoubtfulLeft(Conflict):
    """Condition 3 of deciding: a person has not said yet whether each doubtful thing is about them."""

    code = "redress.doubtful_left"


class PartnersSilent(Conflict):
    """Condition 4 of deciding: a partner has not answered, and the decision does not say so."""

    code = "redress.partners_silent"


class ReasonTooShort(BadInput):
    """Condition 5 of deciding: a reason of at least eight letters and an article are needed."""

    code = "redress.reason_too_short"


class SecondOfficerNeeded(NotPermitted):
    """Condition 6 of deciding: what is not granted whole takes a second officer, and another outcome none."""

    code = "redress.second_officer"


class TicketDecided(Conflict):
    """Condition 1 of deciding: the ticket is decided already."""

    code = "redress.decided"


class NotDecided(Conflict):
    """Only a decided ticket is answered."""

    code = "redress.not_decided"


class NamedOfficerOnly(NotPermitted):
    """A named officer opens, judges and decides, never the node."""

    code = "redress.no_named_officer"


class AnswerRepeated(Conflict):
    """An answer to a redress search that says what was said before; it has no effect and is not passed on."""

    code = "redress.answer_repeated"


class TooManyAnswers(NotPermitted):
    """More answers to one redress search than there can be nodes that hold something."""

    code = "redress.too_many_answers"


class TooManyFinds(NotPermitted):
    """A partner sent more redress searches in a day than a duty explains; a person is told."""

    code = "redress.too_many_finds"
