"""Which schemata and properties of FollowTheMoney are read, and as what. What is not here is not kept.

>>> KINDS["Company"].value, "ethnicity" in READ
('organisation', False)
"""

from typing import Final

from cordillera.engines.names.model import DocumentKind
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.protected import names_protected_trait

KINDS: Final = {
    "Person": EntityKind.PERSON,
    "Organization": EntityKind.ORGANISATION,
    "Company": EntityKind.ORGANISATION,
    "LegalEntity": EntityKind.ORGANISATION,
    "PublicBody": EntityKind.ORGANISATION,
    "Vessel": EntityKind.VESSEL,
    "Airplane": EntityKind.AIRCRAFT,
}
DOCUMENTS: Final = frozenset({"Passport", "Identification"})
PLACES: Final = frozenset({"Address"})
SANCTIONS: Final = frozenset({"Sanction"})


# What a property is read as: the number of the bin that its values fall into. Plain numbers, since each of
# a million entries asks some fifteen times.
NAME, ALIAS, PREVIOUS, WEAK, SHORT, GIVEN, FAMILY = range(7)
BIRTH, NATIONALITY, BIRTHPLACE, ADDRESS, PROGRAMME = range(7, 12)
BINS: Final = 12
_MOST_NAMES: Final = 4096  # a hostile file may invent names without end
ADDRESS_ENTITY: Final = 12
REFUSED: Final = 13
LEFT: Final = 14
DOCUMENT: Final = 15  # and above: a number, of the kind that `NUMBER_KINDS` has at this distance
NUMBER_KINDS: Final = tuple(DocumentKind)
NUMBERS: Final = {
    "passportNumber": DocumentKind.PASSPORT,
    "idNumber": DocumentKind.NATIONAL_ID,
    "socialSecurityNumber": DocumentKind.NATIONAL_ID,
    "taxNumber": DocumentKind.TAX_ID,
    "vatCode": DocumentKind.TAX_ID,
    "innCode": DocumentKind.TAX_ID,
    "registrationNumber": DocumentKind.REGISTRATION,
    "ogrnCode": DocumentKind.REGISTRATION,
    "leiCode": DocumentKind.REGISTRATION,
    "dunsCode": DocumentKind.REGISTRATION,
    "uniqueEntityId": DocumentKind.REGISTRATION,
    "swiftBic": DocumentKind.ACCOUNT,
    "imoNumber": DocumentKind.VESSEL,
    "mmsi": DocumentKind.VESSEL,
    "serialNumber": DocumentKind.OTHER,
}
READ: Final[dict[str, int]] = {
    "name": NAME,
    "alias": ALIAS,
    "previousName": PREVIOUS,
    "weakAlias": WEAK,
    "abbreviation": SHORT,
    "firstName": GIVEN,
    "middleName": GIVEN,
    "secondName": GIVEN,
    "lastName": FAMILY,
    "birthDate": BIRTH,
    "nationality": NATIONALITY,
    "citizenship": NATIONALITY,
    "birthPlace": BIRTHPLACE,
    "address": ADDRESS,
    "addressEntity": ADDRESS_ENTITY,
    "programId": PROGRAMME,
    **{name: DOCUMENT + NUMBER_KINDS.index(kind) for name, kind in NUMBERS.items()},
}


class _Uses(dict[str, int]):
    """What each property is read as; a name met for the first time is judged once."""

    def __missing__(self, name: str) -> int:
        use = REFUSED if names_protected_trait(name) else LEFT
        if len(self) < _MOST_NAMES:
            self[name] = use
        return use


USES: Final = _Uses(READ)
