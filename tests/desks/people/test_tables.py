import gzip
import io
from pathlib import Path

import pytest

from cordillera.desks.people.errors import ListFileMissing, TableUnreadable
from cordillera.desks.people.tables import open_table, read_people
from cordillera.engines.names.model import Subject


def read(text: str) -> list[Subject]:
    return list(read_people(io.StringIO(text, newline="")))


def test_rows_are_numbered_from_one_after_the_header() -> None:
    subjects = read("full_name,date_of_birth,nationality\nAna Velez,1980-05-04,ec\nRosa Quispe,,pe\n")
    assert [(s.ref, s.full_name, s.date_of_birth) for s in subjects] == [
        ("1", "Ana Velez", "1980-05-04"),
        ("2", "Rosa Quispe", ""),
    ]


def test_nationality_and_sex_are_not_read() -> None:
    (subject,) = read("full_name,nationality,gender\nAna Velez,Nowhere,female\n")
    assert "Nowhere" not in repr(subject)
    assert "female" not in repr(subject)


def test_other_names_of_columns_and_parts_of_names_are_understood() -> None:
    (subject,) = read("first_name,middle_name,last_name,dob\nAna,María,Velez,1980\n")
    assert (subject.full_name, subject.given_names, subject.family_names) == (
        "Ana María Velez",
        "Ana María",
        "Velez",
    )
    assert read("treated_name;x\nVELEZ, Ana;1\n")[0].full_name == "VELEZ, Ana"


def test_short_and_long_rows_do_not_stop_the_table() -> None:
    subjects = read('full_name,date_of_birth\nAna\n\n"Rosa\nQuispe",1980,more,columns\n')
    assert [subject.full_name for subject in subjects] == ["Ana", "Rosa\nQuispe"]


def test_a_table_without_a_name_is_refused() -> None:
    with pytest.raises(TableUnreadable):
        read("date_of_birth,nationality\n1980,ec\n")
    with pytest.raises(TableUnreadable):
        read("")


def test_plain_and_packed_files_read_the_same(tmp_path: Path) -> None:
    text = "\ufefffull_name\nÑusta Quispe\n".encode()
    (tmp_path / "a.csv").write_bytes(text)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    for name in ("a.csv", "a.csv.gz"):
        with open_table(tmp_path / name) as table:
            assert [subject.full_name for subject in read_people(table)] == ["Ñusta Quispe"]


def test_a_packed_table_cut_short_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(("full_name\n" + "Ana Velez\n" * 5000).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(TableUnreadable), open_table(tmp_path / "a.csv.gz") as table:
        list(read_people(table))
    with pytest.raises(ListFileMissing), open_table(tmp_path / "b.csv"):
        pass
