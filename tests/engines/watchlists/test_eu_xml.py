import gzip
from datetime import date

import pytest
from tests.engines.watchlists.samples import EU

from cordillera.engines.names.model import Document, DocumentKind, Precision
from cordillera.engines.watchlists.errors import ListEmpty, ListTruncated, ListUnreadable
from cordillera.engines.watchlists.eu_xml import read_eu
from cordillera.engines.watchlists.model import EntityKind
from cordillera.engines.watchlists.source import ListFile


def test_a_person_is_read_whole() -> None:
    reading = read_eu(ListFile.of(EU))
    person, house = reading
    assert reading.list_date == date(2026, 11, 20)
    assert (person.reference, person.kind, house.kind) == (
        "EU.1.10",
        EntityKind.PERSON,
        EntityKind.ORGANISATION,
    )
    assert [(name.full, name.weak) for name in person.names] == [
        ("Ana Rosa Velez Torres", False),
        ("La Profe", True),
    ]
    assert (person.names[0].given, person.names[0].family) == ("Ana Rosa", "Velez Torres")
    assert person.documents == (Document(DocumentKind.PASSPORT, "AB 123456", "Nowhere"),)
    assert (person.nationalities, person.programme) == (("Nowhere",), "TST")
    assert person.listed_on == date(2019, 2, 3)
    assert person.birthplaces == ("Invented Town, Nowhere",)
    assert person.addresses == ("Calle 5, Invented Town",)
    assert person.path == "sanctionEntity[1]"


def test_dates_keep_how_well_they_are_known_and_another_calendar_is_unread() -> None:
    reading = read_eu(ListFile.of(EU))
    person = next(iter(reading))
    assert [birth.precision for birth in person.births] == [
        Precision.DAY,
        Precision.APPROXIMATE,
        Precision.RANGE,
        Precision.MONTH,
    ]
    assert reading.tally.unread == 2  # the other calendar, and the passport known to be false


def test_what_states_a_protected_trait_is_counted_and_not_kept() -> None:
    reading = read_eu(ListFile.of(EU))
    assert "Religion" not in repr(list(reading))
    assert reading.tally.refused == 2
    assert reading.tally.left >= 1


def test_a_cut_file_is_truncated_and_an_empty_one_empty() -> None:
    for share in (0.3, 0.7, 0.95):
        with pytest.raises(ListTruncated):
            list(read_eu(ListFile.of(EU[: int(len(EU) * share)])))
    with pytest.raises(ListTruncated):
        list(read_eu(ListFile.of(gzip.compress(EU)[:-40])))
    with pytest.raises(ListEmpty):
        list(read_eu(ListFile.of(b"<export/>")))
    with pytest.raises(ListUnreadable):
        list(read_eu(ListFile.of(EU.replace(b"</sanctionEntity>", b"</sanction>"))))
