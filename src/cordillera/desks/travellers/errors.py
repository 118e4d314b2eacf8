"""Refusals of the traveller desk."""

from cordillera.foundation.errors import BadInput, NotFound


class MessageTooLarge(BadInput):
    """The message is larger than one list of travellers can be; nothing of it was read."""

    code = "travellers.message_too_large"


class MessageNotFound(NotFound):
    """No such message, or not one of this agency."""

    code = "travellers.message_not_found"


class FlightNotFound(NotFound):
    """No such flight, or not one of this agency."""

    code = "travellers.flight_not_found"


class TravellerNotFound(NotFound):
    """No such traveller, not one of this agency, or erased."""

    code = "travellers.traveller_not_found"
