"""`cordillera bench screening`, small: the figures have their names and nothing is missed."""

import json

import pytest

from cordillera.cli.bench import app


@pytest.mark.parametrize("size", [["--travellers", "20"], ["--travellers", "200", "--sample", "20"]])
def test_the_figures_have_their_names_and_blocking_misses_nothing(capsysbinary, size):
    app(
        ["screening", "--list-size", "200", *size, "--json"],
        exit_on_error=False,
        result_action="return_value",
    )
    figures = json.loads(capsysbinary.readouterr().out)
    assert list(figures) == [
        "travellers_per_second",
        "p99_single_ms",
        "blocking_recall",
        "rss_mb",
        "minutes",
        "explanations_per_second",
    ]
    assert figures["explanations_per_second"] > 0
    assert figures["travellers_per_second"] > 0
    assert figures["blocking_recall"] == 1.0
