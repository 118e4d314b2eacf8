"""`cordillera bench day`: every traveller of a small day is read, asked, judged and stored, exactly once."""

from cordillera.cli.bench_day import measure


def test_a_small_day_is_taken_the_whole_way_by_two_processes(tmp_path):
    tmp_path.chmod(0o711)  # the server's account passes through
    figures = measure(tmp_path, (400, 50, 5), 2)
    assert (figures.travellers, figures.flights, figures.processes) == (400, 3, 2)
    assert figures.candidates >= 1  # the first traveller of the day is on the list
    assert figures.stored_mb > 0
    assert figures.filed_mb > 0
    assert figures.screened_per_second > 0
    assert len(list((tmp_path / "archive").iterdir())) == 2
