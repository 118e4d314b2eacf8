from datetime import date

import pytest
from tests.engines.watchlists.samples import OFAC_XML

from cordillera.engines.names.model import Document, DocumentKind, Precision
from cordillera.engines.watchlists.errors import ListEmpty, ListTruncated
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.ofac_xml import read_ofac_xml
from cordillera.engines.watchlists.source import ListFile


def test_a_party_is_joined_from_all_parts_of_the_file() -> None:
    reading = read_ofac_xml(ListFile.of(OFAC_XML))
    person, house, ship = reading
    assert reading.list_date == date(2026, 11, 20)
    assert [entity.kind for entity in (person, house, ship)] == [
        EntityKind.PERSON,
        EntityKind.ORGANISATION,
        EntityKind.VESSEL,
    ]
    assert [(name.full, name.weak) for name in person.names] == [
        ("VELEZ TORRES, Ana", False),
        ("LA PROFE", True),
    ]
    assert (person.names[0].given, person.names[0].family) == ("Ana", "VELEZ TORRES")
    assert person.documents == (Document(DocumentKind.PASSPORT, "AB123456", "Nowhere"),)
    assert [birth.precision for birth in person.births] == [Precision.DAY, Precision.YEAR]
    assert (person.birthplaces, person.nationalities) == (("Invented Town",), ("Nowhere",))
    assert person.addresses == ("Calle 5, Nowhere",)
    assert (person.programme, person.listed_on) == ("TEST", date(2020, 3, 1))
    assert person.path == "DistinctParties/DistinctParty[1]"
    assert (ship.names[0].full, ship.documents[0].number) == ("DOÑA PRUEBA", "IMO 9074729")


def test_a_protected_feature_is_refused_and_others_are_left() -> None:
    reading = read_ofac_xml(ListFile.of(OFAC_XML))
    assert "Invented" not in repr([entity.birthplaces for entity in list(reading)[1:]])
    assert (reading.tally.refused, reading.tally.left, reading.tally.unread) == (1, 1, 1)
    assert reading.tally.skipped == 1  # the relationship between two profiles


def test_a_cut_file_is_truncated_wherever_it_is_cut() -> None:
    for share in (0.1, 0.4, 0.6, 0.8, 0.99):
        with pytest.raises(ListTruncated):
            list(read_ofac_xml(ListFile.of(OFAC_XML[: int(len(OFAC_XML) * share)])))


def test_a_file_without_parties_is_empty() -> None:
    with pytest.raises(ListEmpty):
        list(read_ofac_xml(ListFile.of(b"<Sanctions/>")))
