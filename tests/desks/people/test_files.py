"""A list's files are found beside each other, under the names that OFAC gives them."""

from pathlib import Path

import pytest

from cordillera.desks.people.errors import ListFileMissing
from cordillera.desks.people.files import read_source
from cordillera.desks.people.model import ListFormat


@pytest.mark.parametrize(
    "names",
    [
        ("SDN.CSV", "ALT.CSV", "ADD.CSV"),
        ("ofac_sdn_2026-02.csv", "ofac_alt_2026-02.csv", "ofac_add_2026-02.csv"),
        ("cons_prim.csv", "cons_alt.csv", "cons_add.csv"),
    ],
)
@pytest.mark.parametrize("named", ["file", "folder"])
def test_companions_stand_beside_the_list(tmp_path: Path, names: tuple[str, str, str], named: str) -> None:
    for name in names:
        (tmp_path / name).write_bytes(name.encode())
    path = tmp_path / names[0] if named == "file" else tmp_path
    found = read_source(path, ListFormat.OFAC_CSV)
    assert [file.whole() for file in found.files] == [name.encode() for name in names]


def test_two_lists_in_one_folder_are_not_guessed_between(tmp_path: Path) -> None:
    for name in ("sdn.csv", "cons_prim.csv"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ListFileMissing):
        read_source(tmp_path, ListFormat.OFAC_CSV)


def test_a_list_alone_has_no_companions(tmp_path: Path) -> None:
    (tmp_path / "national.csv").write_bytes(b"x")
    found = read_source(tmp_path / "national.csv", ListFormat.OFAC_CSV)
    assert (found.alt, found.add) == (None, None)


def test_an_add_file_without_an_alt_file_is_no_alt_file(tmp_path: Path) -> None:
    for name in ("sdn.csv", "add.csv"):
        (tmp_path / name).write_bytes(name.encode())
    found = read_source(tmp_path / "sdn.csv", ListFormat.OFAC_CSV)
    assert [file.whole() for file in found.files] == [b"sdn.csv", b"", b"add.csv"]
