"""OFAC's lists in the advanced XML format (SDN_ADVANCED.XML, CONS_ADVANCED.XML), read as a stream.

Standard: the United Nations' data model for sanctions (namespace `…/sanctions/1.0`): reference value sets,
`Location`, `IDRegDocument`, `DistinctParty` (Profile, Identity, Alias, DocumentedName, Feature) and
`SanctionsEntry`, joined by ids. The file is read twice: first what parties refer to, then the parties.

>>> from cordillera.engines.watchlists.source import ListFile
>>> [entity.reference for entity in read_ofac_xml(ListFile.of(EXAMPLE))]
['7']
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from cordillera.engines.watchlists.model import ListedEntity
from cordillera.engines.watchlists.ofac_party import Tables, read_party
from cordillera.engines.watchlists.ofac_period import day_of
from cordillera.engines.watchlists.reading import Reading
from cordillera.engines.watchlists.safe_xml import child, children, elements, local, text
from cordillera.engines.watchlists.source import ListFile

_VALUES: Final = (
    *("NamePartType", "FeatureType", "IDRegDocType", "PartySubType", "PartyType", "Country", "AreaCode"),
    *("DetailReference", "SanctionsType", "LocPartType"),
)
_FIRST: Final = (*_VALUES, "DateOfIssue", "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry")
_THEN: Final = ("Location", "IDRegDocument", "DistinctParty", "SanctionsEntry", "ProfileRelationship")
EXAMPLE: Final = b"""<Sanctions xmlns="http://www.un.org/sanctions/1.0"><DistinctParties>
<DistinctParty FixedRef="7"><Profile ID="7"><Identity ID="1"><Alias Primary="true"><DocumentedName>
<DocumentedNamePart><NamePartValue>EJEMPLO</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
</Identity></Profile></DistinctParty></DistinctParties></Sanctions>"""


def read_ofac_xml(file: ListFile) -> Reading:
    """Read the advanced format; the reading raises what `safe_xml.elements` raises, and `ListEmpty`."""
    return Reading("ofac-xml", lambda reading: _entities(file, reading))


def _entities(file: ListFile, reading: Reading) -> Iterator[ListedEntity]:
    reading.encoding = "xml"
    tables = _tables(file, reading)
    place = 0
    for element in elements(file, _THEN, "ofac-xml"):
        if local(element) == "DistinctParty":
            place += 1
            yield read_party(element, f"DistinctParties/DistinctParty[{place}]", tables, reading.tally)
        elif local(element) == "ProfileRelationship":
            reading.tally.skipped += 1


def _tables(file: ListFile, reading: Reading) -> Tables:
    """Read what parties refer to."""
    tables = Tables()
    for element in elements(file, _FIRST, "ofac-xml"):
        name = local(element)
        if name in _VALUES:
            _take_value(tables, name, element)
        elif name == "Location":
            tables.locations[element.get("ID", "")] = _location(element, tables)
        elif name == "IDRegDocument":
            _take_document(tables, element)
        elif name == "SanctionsEntry":
            _take_entry(tables, element)
        elif name == "DateOfIssue":
            reading.list_date = day_of(element) or reading.list_date
    return tables


def _take_value(tables: Tables, name: str, element: etree._Element) -> None:
    key = element.get("ID", "")
    if not key:
        return
    tables.values.setdefault(name, {})[key] = element.get("Description") or text(element)
    if name == "PartySubType":
        tables.party_of_subtype[key] = element.get("PartyTypeID", "")
    if name == "AreaCode":
        tables.country_of_area[key] = element.get("CountryID", "")


def _location(element: etree._Element, tables: Tables) -> tuple[str, str]:
    """Return an address as one text, and its country."""
    parts = []
    for part in children(element, "LocationPart"):
        value = text(child(part, "LocationPartValue", "Value"))
        if value:
            parts.append(value)
    country = ""
    for one in children(element, "LocationCountry"):
        country = tables.value("Country", one.get("CountryID", "")) or country
    for area in () if country else children(element, "LocationAreaCode"):
        code = area.get("AreaCodeID", "")
        known = tables.value("Country", tables.country_of_area.get(code, ""))
        country = known or tables.value("AreaCode", code)
    return ", ".join(parts), country


def _take_document(tables: Tables, element: etree._Element) -> None:
    issuer = element.get("IssuedBy-CountryID", "")
    for one in children(element, "IssuedBy"):
        issuer = one.get("CountryID", issuer)
    label = tables.value("IDRegDocType", element.get("IDRegDocTypeID", ""))
    number = text(child(element, "IDRegistrationNo"))
    found = (label, number, tables.value("Country", issuer))
    tables.documents.setdefault(element.get("IdentityID", ""), []).append(found)


def _take_entry(tables: Tables, element: etree._Element) -> None:
    programmes, days = tables.entries.setdefault(element.get("ProfileID", ""), ([], []))
    for event in children(element, "EntryEvent"):
        when = child(event, "Date")
        day = day_of(when) if when is not None else None
        if day is not None:
            days.append(day)
    for measure in children(element, "SanctionsMeasure"):
        kind = tables.value("SanctionsType", measure.get("SanctionsTypeID", ""))
        said = text(child(measure, "Comment"))
        if said and kind in {"", "Program"} and said not in programmes:
            programmes.append(said)
