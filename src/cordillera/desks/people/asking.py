"""From what an officer typed to a subject, and from a session to the actor that the ledger names.

>>> subject_of("AB 123456", "", "").documents[0].number
'AB 123456'
"""

import re
from typing import Final

from cordillera.desks.people.model import Actor
from cordillera.engines.names.model import Document, DocumentKind, Subject
from cordillera.trust.access.model import OfficerSession

_NUMBER_LIKE: Final = re.compile(r"(?=(?:[^0-9]*[0-9]){4})[A-Za-z0-9 ./-]{5,40}")


def actor_of(session: OfficerSession) -> Actor:
    """Return who acts in a session."""
    return Actor(session.officer_id, session.agency, session.purpose)


def subject_of(text: str, birth: str, document: str) -> Subject:
    """Return the person asked for; text with four digits or more is a document number as well."""
    numbers = [document] if document.strip() else []
    if _NUMBER_LIKE.fullmatch(text.strip()):
        numbers.append(text)
    documents = tuple(Document(kind, number.strip()) for number in numbers for kind in DocumentKind)
    return Subject("search", text, date_of_birth=birth, documents=documents)
