"""Refusals of the traveller desk."""

from cordillera.foundation.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable


class MessageTooLarge(BadInput):
    """The message is larger than one list of travellers can be; nothing of it was read."""

    code = "travellers.message_too_large"


class NotTogether(Conflict):
    """Messages that came at the same time are about the same people: each is taken in by itself."""

    code = "travellers.not_together"


class MessageNotFound(NotFound):
    """No such message, or not one of this agency."""

    code = "travellers.message_not_found"


class FlightNotFound(NotFound):
    """No such flight, or not one of this agency."""

    code = "travellers.flight_not_found"


class CarrierNotFound(NotFound):
    """No flight of this carrier came, or was missed, in the period asked for."""

    code = "travellers.carrier_not_found"


class TravellerNotFound(NotFound):
    """No such traveller, not one of this agency, or erased."""

    code = "travellers.traveller_not_found"


class Depersonalised(NotPermitted):
    """Six months are over: the bytes name people, and two officers have not let them be seen."""

    code = "travellers.depersonalised"


class NotDepersonalised(Conflict):
    """Six months are not over: the traveller is shown without any request."""

    code = "travellers.not_depersonalised"


class UnmaskReasonMissing(BadInput):
    """To see a traveller after six months, a reason in words is needed."""

    code = "travellers.unmask_reason_missing"


class JudicialReferenceMissing(BadInput):
    """To see a traveller after six months, the reference of a judicial authorisation is needed."""

    code = "travellers.judicial_reference_missing"


class SecondOfficerMissing(NotPermitted):
    """Who asked to see a traveller again does not grant it, and a request is granted once."""

    code = "travellers.second_officer_missing"


class ListNotScreened(NotFound):
    """No version of a list of that name is in use, so nobody can be screened against it."""

    code = "travellers.list_not_screened"


class JourneysNotLinked(NotFound):
    """No such link between two journeys, not one of this agency, or an officer parted it."""

    code = "travellers.journeys_not_linked"


class PartingReasonMissing(BadInput):
    """To say that two travellers are not one person, a reason in words is needed."""

    code = "travellers.parting_reason_missing"


class ReservationNotJoined(NotFound):
    """No such reservation was taken for this traveller, or it is the only thing that announced them."""

    code = "travellers.reservation_not_joined"


class LostListUnreadable(BadInput):
    """A list of lost documents cannot be read: `reason` says why, `line` where; nothing was changed."""

    code = "travellers.lost_list_unreadable"


class LostListEmpty(Conflict):
    """None of the documents told has a number and a known state: a list is ended in its own way, not so."""

    code = "travellers.lost_list_empty"


class NotInteractive(BadInput):
    """Only a passenger list is answered at once, and only when it came as a question from the first."""

    code = "travellers.not_interactive"


class NotAsked(NotFound):
    """No question of this carrier, or too old to be answered again."""

    code = "travellers.not_asked"


class AdviceReasonMissing(BadInput):
    """To answer a carrier's question, a reason in words is needed."""

    code = "travellers.advice_reason_missing"


class AdviceLate(Unavailable):
    """The answer could not be read in time; ask again."""

    code = "travellers.advice_late"
