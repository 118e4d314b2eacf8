"""The tables of CONTRL and CUSRES are those of the published directories, segment by segment."""

from pathlib import Path

import pytest
from tests.engines.edifact.published import assert_same, published

from cordillera.engines.edifact.answer_grammar import CONTRL, CUSRES


@pytest.mark.parametrize("directory", ["Service_V3", "Service_V4"])
def test_contrl_is_the_published_one(shared: Path, directory: str) -> None:
    assert_same(CONTRL, published(shared, directory, "contrl"))


@pytest.mark.parametrize("directory", ["D12B", "D15B", "D16A", "D20A"])
def test_cusres_is_the_published_one(shared: Path, directory: str) -> None:
    assert_same(CUSRES, published(shared, directory, "cusres"))


@pytest.mark.parametrize("directory", ["D00B", "D02B", "D05B"])
def test_older_directories_differ_in_how_often_errors_are_told(shared: Path, directory: str) -> None:
    older = published(shared, directory, "cusres")
    told = next(child for child in older if child.get("id") == "SG4")
    assert told.get("maxrepeat") == "99"
