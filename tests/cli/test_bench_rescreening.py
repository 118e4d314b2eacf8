"""`cordillera bench rescreening`, small: the figures have their names and are for all travellers."""

import json

from cordillera.cli.bench import app


def test_the_figures_are_reckoned_from_the_sample_for_all_travellers(capsysbinary):
    app(
        ["rescreening", "--entries", "50", "--travellers", "2000", "--sample", "40", "--json"],
        exit_on_error=False,
        result_action="return_value",
    )
    figures = json.loads(capsysbinary.readouterr().out)
    names = ["travellers_per_second", "seconds", "index_seconds", "alerts", "rss_mb"]
    assert list(figures) == names
    assert figures["seconds"] > 0
