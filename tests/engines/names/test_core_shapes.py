"""What a name is asked once, of itself or of the index that holds it."""

from cordillera.engines.names.core import writes_any_as_one
from cordillera.engines.names.core_shapes import Framed, Words
from cordillera.engines.names.live import ListedName, ListedPerson, LiveNames


def test_an_index_knows_the_neighbours_that_a_word_may_stand_for():
    names = ["Maria de la Cruz Vega", "J. Ana Li", "Rosa Maria del Carmen Paz", "Pele"]
    live = LiveNames([ListedPerson(str(number), (ListedName(name),)) for number, name in enumerate(names)])
    segment = live.parts[0].segment
    halves = []
    for row in range(len(names)):
        span = slice(segment.starts[row], segment.starts[row + 1])
        texts = tuple(live.tokens.text(number) for number in segment.tokens[span].tolist())
        framed = Framed(texts, tuple(segment.joins[span].tolist()))
        assert framed.halves == Words(texts).halves
        halves += framed.halves
    assert halves


def test_two_words_are_one_word_whichever_name_divides_them():
    divided, whole, other = Words(("maria", "jose", "vega")), Words(("mariajose", "vega")), Words(("jose",))
    assert writes_any_as_one(divided, whole)
    assert writes_any_as_one(whole, divided)
    assert not writes_any_as_one(divided, divided)
    assert not writes_any_as_one(divided, other)
