"""Refusals of looking up whom a traveller shares contacts with."""

from cordillera.foundation.errors import NotPermitted


class ContactsWithoutAlert(NotPermitted):
    """There is no alert about this traveller: whom they share contacts with is nobody's concern."""

    code = "travellers.contacts_without_alert"


class ContactsForOtherPurpose(NotPermitted):
    """The declared purpose is none that carriers' reservations may be searched for."""

    code = "travellers.contacts_for_other_purpose"
