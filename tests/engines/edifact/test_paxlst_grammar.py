"""The PAXLST tables against the published directories, and how the walk places segments."""

from pathlib import Path

import pytest
from tests.engines.edifact.published import assert_covers, published

from cordillera.engines.edifact.paxlst_grammar import directory_of, grammar_for, is_known


@pytest.mark.parametrize("directory", ["D00B", "D02B", "D05B", "D12B", "D15B", "D16A", "D20A"])
def test_our_tables_cover_the_published_directories(shared: Path, directory: str) -> None:
    assert_covers(grammar_for(f"D:{directory[1:]}"), published(shared, directory, "paxlst"))


def test_the_nearest_earlier_table_is_used() -> None:
    versions = ["D:97B", "D:01A", "D:02B", "D:08A", "D:24A", "D:31A", "", "rubbish", "D:90A"]
    assert [directory_of(version) for version in versions] == [
        "96B", "00B", "00B", "05B", "12B", "12B", "05B", "05B", "05B",
    ]  # fmt: skip


def test_only_directories_this_reader_was_written_for_are_known() -> None:
    assert [is_known(version) for version in ["D:97B", "D:24A", "D:96B", "D:24B", "S:05B", "D:5", ""]] == [
        True, True, False, False, False, False, False,
    ]  # fmt: skip
