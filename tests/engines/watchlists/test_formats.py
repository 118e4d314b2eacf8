import io
from datetime import date
from pathlib import Path

import pytest
from tests.engines.watchlists.samples import CSV, EU, FTM, MAPPING, OFAC_XML

from cordillera.engines.names.model import ListedName
from cordillera.engines.watchlists.errors import ListMappingWrong, ListTooLarge
from cordillera.engines.watchlists.formats import FORMATS, Delivery, read
from cordillera.engines.watchlists.limits import MAX_BIRTHS, MAX_VALUE, Tally, within_limits
from cordillera.engines.watchlists.model import EntityKind, ListedEntity
from cordillera.engines.watchlists.source import ListFile


@pytest.mark.parametrize(
    ("form", "raw"), [("eu-xml", EU), ("ofac-xml", OFAC_XML), ("ftm", FTM), ("csv", CSV.encode())]
)
def test_every_format_is_read_by_its_name(form: str, raw: bytes) -> None:
    assert form in FORMATS
    reading = read(Delivery(ListFile.of(raw), mapping=MAPPING, list_date=date(2026, 1, 1)), form)
    entities = list(reading)
    assert "VELEZ" in entities[0].names[0].full.upper().replace("É", "E")
    stated = reading.list_date
    assert stated == (date(2026, 1, 1) if form in {"ftm", "csv"} else date(2026, 11, 20))
    assert len({entity.path for entity in entities}) == len(entities)


def test_csv_needs_a_mapping() -> None:
    with pytest.raises(ListMappingWrong):
        read(Delivery(ListFile.of(CSV.encode())), "csv")


def test_a_file_is_opened_as_often_as_needed_and_has_one_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(FTM)
    file = ListFile.at(path)
    assert file.whole() == file.whole() == FTM
    assert file.digest() == ListFile.of(FTM).digest()
    assert (file.name, file.unpacked) == ("a.json", len(FTM))
    with pytest.raises(ListTooLarge):
        file.whole(100)
    assert isinstance(file.stream(), io.BufferedReader)


def test_an_entry_within_its_limits_stays_and_one_beyond_is_cut_and_counted() -> None:
    tally = Tally()
    small = ListedEntity("a", EntityKind.PERSON, (ListedName("Ana"),))
    assert within_limits(small, tally) is small
    names = (*(ListedName(f"Ana {at}") for at in range(1_500)), ListedName("x" * (MAX_VALUE + 1)))
    large = ListedEntity("a", EntityKind.PERSON, names, nationalities=("xx",) * 100)
    cut = within_limits(large, tally)
    assert (len(cut.names), len(cut.nationalities)) == (1_000, MAX_BIRTHS)
    assert tally.capped == 501 + 68
