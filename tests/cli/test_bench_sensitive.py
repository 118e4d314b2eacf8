"""`cordillera bench sensitive`: nothing that PNR law forbids is stored, nothing that it allows is lost."""

import random

from cordillera.cli.bench_sensitive import labelled, listed, measure, unread, would_be_stored


def test_every_label_is_in_the_message_as_it_came() -> None:
    chance = random.Random(1)
    for number in range(20):
        one = labelled(chance, number)
        words = [word for place, word in (*one.sensitive, *one.lawful) if not place.startswith("code")]
        assert all(word in one.raw.upper() for word in words)
        assert len({place for place, _ in one.sensitive}) >= 9


def test_lists_and_unreadable_files_hold_their_labels_as_they_came() -> None:
    chance = random.Random(1)
    places = set()
    for number in range(60):
        for one in (listed(chance, number), unread(chance, number)):
            assert all(word in one.raw.upper() for _, word in (*one.sensitive, *one.lawful))
            places |= {place for place, _ in one.sensitive if not place.startswith("words")}
    assert len(places) == 27


def test_no_sensitive_label_would_be_stored_and_no_lawful_one_is_lost() -> None:
    figures = measure(250, seed=13)
    assert figures.sensitive > 2_000
    assert (figures.leaked, figures.recall) == ({}, 1.0)
    assert (figures.lost, figures.precision) == ({}, 1.0)


def test_a_tier_stays_where_it_is_a_tier() -> None:
    one = labelled(random.Random(1), 1).raw
    said = b"FTI+XA:0012345:::%s'TIF"
    for tier, stays in ((b"GOLD", True), (b"STAR GOLD", True), (b"OS1", True), (b"NO PORK PLEASE", False)):
        assert (tier in would_be_stored(one.replace(b"TIF", said % tier, 1))) is stays
