"""Which exact keys of the lists partners may look up privately: documents, and names with a birth date."""

from collections.abc import Iterator

import sqlalchemy as sa

from cordillera.desks.people.memory import may_answer_partners
from cordillera.desks.people.screening import ListScreener
from cordillera.engines.mrz.transliteration import mrz_name
from cordillera.engines.names.model import BirthRange, ListedName
from cordillera.engines.watchlists.model import ListedEntity
from cordillera.trust.lookup.model import ExactKey


class ListedKeys:
    """Fills private look-up's `ReferenceKeys` with the lists of the people desk."""

    def __init__(self, lists: ListScreener) -> None:
        self._lists = lists

    def exact_keys(self, tx: sa.Connection) -> Iterator[ExactKey]:
        """Return every key, of an active list that may answer partners, that has one way of being written."""
        for loaded in filter(may_answer_partners, self._lists.lists.current(tx)):
            for entity in loaded.entities.values():
                yield from (key for key in _keys(entity) if key.is_exact)


def person_key(family: str, given: str, born: str) -> ExactKey:
    """Return the key of a person: the name as a travel document writes it (ICAO 9303), and the birth date.

    >>> person_key("Núñez Inventado", "María José", "1980-05-17").value
    'NUNEZ<INVENTADO<<MARIA<JOSE|1980-05-17'
    """
    return ExactKey(kind="person", value=f"{mrz_name(family)}<<{mrz_name(given)}|{born}")


def _keys(entity: ListedEntity) -> Iterator[ExactKey]:
    for document in entity.documents:
        yield ExactKey(kind="document", issuer=document.issuer, type=document.kind, value=document.number)
    for name in entity.names:
        for birth in entity.births:
            if _is_exact(name, birth):
                yield person_key(name.family, name.given, birth.first.isoformat())


def _is_exact(name: ListedName, birth: BirthRange) -> bool:
    return birth.first == birth.last and bool(name.family and name.given) and not name.weak
