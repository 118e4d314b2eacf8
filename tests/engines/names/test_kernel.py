"""The compiled comparison gives the score and similarity of the readable one, to the last bit."""

import csv
import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.engines.names.assignment import best_pairs
from cordillera.engines.names.core import compare_names, side_of
from cordillera.engines.names.core_similarity import matched_share_needed
from cordillera.engines.names.encoding import encode, score_encoded
from cordillera.engines.names.likeness import FULL
from cordillera.engines.names.pairs import NamePair, score_pairs
from cordillera.engines.names.parts import read_parts

_WORDS = (
    "jose jhon pepe maria de la cruz delacruz velez belez garcia lopez macias villamar bin ben "
    "al abdul rahman abdurrahman mohammed muhammad ahmad hassan husayn ali kim jong un jongun "
    "chol man li xi jinping v petr sergeevich ivanov ivanova putin a j klaus peter klauspeter "
    "wang gen wanggen محمد 김정은 习近平 о'neil "
)
WORDS = _WORDS.split()
NAMES = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
COMMA = st.tuples(NAMES, NAMES).map(", ".join)
ROW = np.array([[0, 1]])


@settings(deadline=None, max_examples=300)
@given(NAMES | COMMA, NAMES | COMMA)
def test_kernel_and_reference_agree(left: str, right: str) -> None:
    sides = [side_of(read_parts(name)) for name in (left, right)]
    expected = compare_names(*sides)
    found = score_encoded(encode(sides, ROW), ROW)
    assert found.tolist() == [[expected.score, expected.similarity]]


def test_kernel_and_reference_agree_on_real_aliases(shared: Path) -> None:
    with gzip.open(shared / "screening" / "ofac_alias_pairs.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::9]
    sides = [side_of(read_parts(row[name])) for row in rows for name in ("name1", "name2")]
    pairs = np.arange(len(sides)).reshape(-1, 2)
    found = score_encoded(encode(sides, pairs), pairs)
    for (left, right), row in zip(pairs.tolist(), found.tolist(), strict=True):
        expected = compare_names(sides[left], sides[right])
        assert row == [expected.score, expected.similarity]


@settings(deadline=None)
@given(NAMES | COMMA, NAMES | COMMA)
def test_similar_names_share_the_weight_that_an_index_may_rely_on(left: str, right: str) -> None:
    found = compare_names(*(side_of(read_parts(name)) for name in (left, right)))
    paired = [
        line for line in found.lines if line.left >= 0 and line.right >= 0 and "contra" not in line.reason
    ]
    shares = []
    for side, numbers in (
        (found.left, {line.left for line in paired}),
        (found.right, {line.right for line in paired}),
    ):
        weights = side.weights
        shares.append(sum(weights[i] for i in numbers) / sum(weights) if sum(weights) else 1.0)
    assert max(shares) >= matched_share_needed(found.similarity / FULL) - 1e-9


def test_the_best_pairing_is_found_when_words_fit_several() -> None:
    assert best_pairs({(0, 0): 9, (0, 1): 10, (1, 1): 8}, 2, 2) == [(0, 0), (1, 1)]


def test_a_table_without_people_has_no_speed_of_people() -> None:
    scores, speed = score_pairs([NamePair("Sea Star", "SEA STAR", "Vessel")])
    assert len(scores) == 1
    assert speed == 0.0
    assert score_pairs([])[0].tolist() == []


def test_compiled_code_is_renewed_when_what_it_was_compiled_with_changes() -> None:
    script = Path(__file__).parents[3] / "scripts" / "stamp_kernels.py"
    command = [sys.executable, str(script), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
