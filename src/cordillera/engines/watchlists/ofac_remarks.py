"""The free text of OFAC's last column: statements between semicolons, of which an allow-list is read.

Read: dates and places of birth, passports and national numbers, numbers of ships, aircraft and companies,
nationality and citizenship (shown, never scored), and quoted aliases, which OFAC itself calls weak. All else
is left; what states a protected trait is counted as refused.

>>> found = read_remarks("DOB 02 Oct 1980; Passport J287011 (Colombia); ethnicity Kurdish.")
>>> found.births[0].first.isoformat(), found.documents[0].number, found.refused
('1980-10-02', 'J287011', 1)
"""

import re
from typing import Final

import msgspec

from cordillera.engines.names.birth import birth_around, birth_between, birth_of
from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document
from cordillera.engines.watchlists.protected import states_protected_trait

_STATEMENT: Final = re.compile(r";\s*")
_ALTERNATIVE: Final = re.compile(r"^(?:\(?alt\.\)?\s*)", re.IGNORECASE)
_DAY: Final = r"(?:(\d{1,2}) )?(?:([A-Z][a-z]{2}) )?(\d{4})"
_ONE_DATE: Final = re.compile(rf"{_DAY}")
_TWO_DATES: Final = re.compile(rf"(?:between )?{_DAY} (?:to|and|-) {_DAY}")
_MONTH_NAMES: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS: Final = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_DOCUMENT: Final = re.compile(
    r"(?P<label>(?:Diplomatic |Stateless Person |Refugee )?Passport|Cedula (?:No\.|de \w+)|D\.?N\.?I\.?"
    r"|National (?:Foreign )?ID (?:No\.|Number)|Identification (?:No\.|Number)|Identity Card|"
    r"SSN|C\.?U\.?R\.?P\.?|Personal ID Card|Citizen's Card Number|Residency Number|Driver's License No\.)"
    r"\s*#?\s*(?P<number>[A-Z0-9][\w./ -]*?)\s*(?:\((?P<issuer>[^)]*)\)|$|issued|expires|Date)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?P<label>Vessel Registration Identification IMO|MMSI|NIT|RUC|RIF|R\.?F\.?C\.?|Tax ID No\.|Fiscal Code|"
    r"(?:Identification|Company) Number IMO|V\.A\.T\. Number|C\.I\.F\.|LE Number|"
    r"(?:Business )?Registration (?:Number|ID)|"
    r"(?:Company|Trade License|Chamber of Commerce|Commercial Registry|Business|Enterprise|D-U-N-S) "
    r"(?:Number|No\.)|Government Gazette Number|(?:Folio|Matricula) Mercantil No\.?|Legal Entity Number|"
    r"Aircraft Tail Number)"
    r"\s*#?\s*(?P<number>[A-Z0-9][\w./ -]*?)\s*(?:\((?P<issuer>[^)]*)\)|$|issued|expires)",
    re.IGNORECASE,
)
_ALIAS: Final = re.compile(r"^[afn]\.k\.a\.\s+'(?P<name>.+?)'?\.?$")


class Remarks(msgspec.Struct, frozen=True):
    """What was read from one remark. `weak_names` are quoted aliases."""

    births: tuple[BirthRange, ...] = ()
    documents: tuple[Document, ...] = ()
    nationalities: tuple[str, ...] = ()
    weak_names: tuple[str, ...] = ()
    refused: int = 0
    unread: int = 0
    birthplaces: tuple[str, ...] = ()


class _Read:
    """The statements of one remark, collected by kind."""

    def __init__(self) -> None:
        self.births: list[BirthRange] = []
        self.documents: list[Document] = []
        self.nationalities: list[str] = []
        self.weak_names: list[str] = []
        self.birthplaces: list[str] = []
        self.refused = 0
        self.unread = 0

    def take(self, statement: str) -> None:
        """Sort one statement into its kind; what is not on the allow-list is left."""
        if states_protected_trait(statement):
            self.refused += 1
        elif statement.startswith("DOB "):
            self._take_birth(statement.removeprefix("DOB ").strip())
        elif statement.startswith("POB "):
            self.birthplaces.append(statement.removeprefix("POB ").strip())
        elif statement.startswith(("nationality ", "citizen ")):
            self.nationalities.append(statement.split(" ", 1)[1])
        elif found := _ALIAS.match(statement):
            self.weak_names.append(found["name"].strip("' "))
        elif found := _DOCUMENT.match(statement) or _NUMBER.match(statement):
            issuer = (found["issuer"] or "").strip()
            self.documents.append(Document(document_kind(found["label"]), found["number"].strip(), issuer))

    def _take_birth(self, text: str) -> None:
        read = read_ofac_birth(text)
        if read is None:
            self.unread += 1
        else:
            self.births.append(read)


def read_remarks(text: str) -> Remarks:
    """Return what the allow-list knows of one remark."""
    read = _Read()
    for statement in _STATEMENT.split(text.strip().removesuffix(".")):
        read.take(_ALTERNATIVE.sub("", statement.strip()))
    return Remarks(
        tuple(read.births),
        tuple(read.documents),
        tuple(dict.fromkeys(read.nationalities)),
        tuple(dict.fromkeys(name for name in read.weak_names if name)),
        read.refused,
        read.unread,
        tuple(dict.fromkeys(place for place in read.birthplaces if place)),
    )


def read_ofac_birth(text: str) -> BirthRange | None:
    """Read `02 Oct 1980`, `Oct 1980`, `1980`, `circa 1980`, `1980 to 1982`; None when it is none of these."""
    about = re.match(r"(?:circa|approximately|c\.) (.*)", text, re.IGNORECASE)
    plain = about[1] if about else text
    two = _TWO_DATES.fullmatch(plain)
    if two:
        return birth_between(int(two[3]), int(two[6]))
    one = _ONE_DATE.fullmatch(plain)
    if not one:
        return None
    if about:
        return birth_around(int(one[3]))
    return birth_of(int(one[3]), _MONTHS.get(one[2] or "", 0), int(one[1] or 0))
