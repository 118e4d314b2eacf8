"""One party of OFAC's advanced XML: its names by part, and its features of an allow-list.

Read: dates and places of birth, nationality, citizenship, addresses, documents. A feature whose type stands
for a protected trait is refused and counted; every other one is left and counted.

>>> Tables().value("Country", "1")
''
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from cordillera.engines.names.documents import document_kind
from cordillera.engines.names.model import BirthRange, Document, ListedName
from cordillera.engines.watchlists.limits import Tally
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.ofac_period import birth_in
from cordillera.engines.watchlists.protected import names_protected_trait, states_protected_trait
from cordillera.engines.watchlists.safe_xml import child, children, text

_KINDS: Final = {
    "individual": EntityKind.PERSON,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}
_GIVEN: Final = frozenset({"First Name", "Middle Name", "Patronymic"})
_FAMILY: Final = frozenset({"Last Name", "Maiden Name", "Matronymic"})
_NATIONAL: Final = frozenset({"Nationality Country", "Citizenship Country", "Nationality of Registration"})


class Tables:
    """What parties refer to, by id; lives as long as one file is read."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, str]] = {}
        self.party_of_subtype: dict[str, str] = {}
        self.country_of_area: dict[str, str] = {}
        self.locations: dict[str, tuple[str, str]] = {}
        self.documents: dict[str, list[tuple[str, str, str]]] = {}
        self.entries: dict[str, tuple[list[str], list[date]]] = {}

    def value(self, name: str, key: str) -> str:
        """Return what an id of a reference value set stands for, "" when it is not there."""
        return self.values.get(name, {}).get(key, "")


class _Features:
    """The features of one party."""

    def __init__(self) -> None:
        self.births: list[BirthRange] = []
        self.nationalities: list[str] = []
        self.birthplaces: list[str] = []
        self.addresses: list[str] = []


def read_party(element: etree._Element, path: str, tables: Tables, tally: Tally) -> ListedEntity:
    """Return the entry that a DistinctParty states, its names in the order of the file, the primary first."""
    profile = child(element, "Profile")
    if profile is None:
        return ListedEntity(element.get("FixedRef", path), EntityKind.ORGANISATION, ())
    identities = list(children(profile, "Identity"))
    names = sorted(_names(identities, tables), key=lambda found: not found[0])
    unique = {name.full: name for _, name in reversed(names)}
    features = _features(profile, tables, tally)
    programmes, days = tables.entries.get(profile.get("ID", ""), ([], []))
    return ListedEntity(
        reference=element.get("FixedRef") or profile.get("ID") or path,
        kind=_kind(profile, tables),
        names=tuple(reversed(unique.values())),
        births=tuple(features.births),
        documents=tuple(_documents(identities, tables, tally)),
        nationalities=tuple(dict.fromkeys(features.nationalities)),
        programme=", ".join(programmes),
        listed_on=min(days) if days else None,
        path=path,
        birthplaces=tuple(dict.fromkeys(features.birthplaces)),
        addresses=tuple(dict.fromkeys(features.addresses)),
    )


def _kind(profile: etree._Element, tables: Tables) -> EntityKind:
    """Vessel and aircraft are subtypes of one type; persons and entities are types."""
    subtype = profile.get("PartySubTypeID", "")
    party = tables.value("PartyType", tables.party_of_subtype.get(subtype, ""))
    for word in (tables.value("PartySubType", subtype), party):
        if word.casefold() in _KINDS:
            return _KINDS[word.casefold()]
    return EntityKind.ORGANISATION


def _names(identities: list[etree._Element], tables: Tables) -> Iterator[tuple[bool, ListedName]]:
    """Yield each documented name, and whether it is the primary one."""
    for at, identity in enumerate(identities, 1):
        parts = {
            group.get("ID", ""): tables.value("NamePartType", group.get("NamePartTypeID", ""))
            for group in identity.iterdescendants("{*}NamePartGroup")
        }
        for place, alias in enumerate(children(identity, "Alias"), 1):
            weak = alias.get("LowQuality") == "true"
            primary = alias.get("Primary") == "true" and identity.get("Primary", "true") == "true"
            for written in children(alias, "DocumentedName"):
                name = _name(written, parts, f"Identity[{at}]/Alias[{place}]", weak=weak)
                if name.full:
                    yield primary, name


def _name(written: etree._Element, parts: dict[str, str], path: str, *, weak: bool) -> ListedName:
    given: list[str] = []
    family: list[str] = []
    other: list[str] = []
    for value in written.iterdescendants("{*}NamePartValue"):
        kind = parts.get(value.get("NamePartGroupID", ""), "")
        said = text(value)
        if said:
            (given if kind in _GIVEN else family if kind in _FAMILY else other).append(said)
    if given and family and not other:
        whole = f"{' '.join(family)}, {' '.join(given)}"
        return ListedName(whole, " ".join(given), " ".join(family), weak, path)
    return ListedName(" ".join((*given, *family, *other)), weak=weak, path=path)


def _features(profile: etree._Element, tables: Tables, tally: Tally) -> _Features:
    found = _Features()
    for feature in children(profile, "Feature"):
        kind = tables.value("FeatureType", feature.get("FeatureTypeID", ""))
        if names_protected_trait(kind):
            tally.refused += 1
            continue
        for version in children(feature, "FeatureVersion"):
            _take(found, kind, version, (tables, tally))
    return found


def _take(found: _Features, kind: str, version: etree._Element, context: tuple[Tables, Tally]) -> None:
    """Sort one version of a feature by its type."""
    tables, tally = context
    if kind == "Birthdate":
        births = [birth_in(period) for period in children(version, "DatePeriod")]
        tally.unread += births.count(None)
        found.births += [birth for birth in births if birth is not None]
    elif kind == "Place of Birth":
        found.birthplaces += [said for said in _said(version, tables) if said]
    elif kind in _NATIONAL:
        found.nationalities += [country for _, country in _located(version, tables) if country]
    elif kind == "Location":
        found.addresses += [_address(*place) for place in _located(version, tables) if any(place)]
    else:
        tally.left += 1
        said = [text(child(version, "Comment")), *(text(one) for one in children(version, "VersionDetail"))]
        tally.refused += sum(states_protected_trait(one) for one in said)


def _said(version: etree._Element, tables: Tables) -> Iterator[str]:
    for detail in children(version, "VersionDetail"):
        yield text(detail) or tables.value("DetailReference", detail.get("DetailReferenceID", ""))
    for place in _located(version, tables):
        yield _address(*place)


def _located(version: etree._Element, tables: Tables) -> Iterator[tuple[str, str]]:
    for place in children(version, "VersionLocation"):
        yield tables.locations.get(place.get("LocationID", ""), ("", ""))


def _address(parts: str, country: str) -> str:
    return ", ".join(part for part in (parts, country) if part)


def _documents(identities: list[etree._Element], tables: Tables, tally: Tally) -> Iterator[Document]:
    for identity in identities:
        for label, number, issuer in tables.documents.get(identity.get("ID", ""), ()):
            if number:
                yield Document(document_kind(label), number, issuer)
            else:
                tally.unread += 1
