"""Every rule of the tables of culture is seen at work once."""

import pytest

from cordillera.engines.names.culture.chains import SERVANT, SONS, compound_stem, faith_stem
from cordillera.engines.names.culture.common import commonness, is_common
from cordillera.engines.names.culture.hispanic import NICKNAMES, WRITTEN_SHORT
from cordillera.engines.names.culture.nicknames import FAMILIAR, names_for
from cordillera.engines.names.culture.scripts import latin_words
from cordillera.engines.names.culture.variants import GROUPS, names_by_consonants, names_of, same_name
from cordillera.engines.names.likeness import Reason, word_likeness
from cordillera.engines.names.normalise import normal_form


def test_there_are_more_than_a_hundred_hispanic_nicknames() -> None:
    assert len(NICKNAMES) > 100
    assert len(WRITTEN_SHORT) > 50


@pytest.mark.parametrize("short", sorted(FAMILIAR))
def test_a_familiar_form_fits_each_name_it_stands_for(short: str) -> None:
    assert normal_form(short) == short
    for name in names_for(short):
        assert normal_form(name) == name != short
        assert word_likeness(short, name).code is Reason.SHORT_FORM


@pytest.mark.parametrize("group", GROUPS)
def test_the_forms_of_one_name_fit_each_other(group: str) -> None:
    words = group.split()
    assert words == list(dict.fromkeys(words))
    for word in words:
        assert normal_form(word) == word
        assert same_name(words[0], word)
        assert word_likeness(words[0], word).units >= 940


def test_different_names_are_not_forms_of_one() -> None:
    assert not same_name("hasan", "husayn")
    assert not same_name("salim", "salman")
    assert names_of("zurbaran") == frozenset()


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("abdurrahman", "rahman"),
        ("abdelkader", "kader"),
        ("abdushakur", "shakur"),
        ("abdullah", ""),
        ("abdi", ""),
    ],
)
def test_the_stem_of_a_name_with_abd(word: str, stem: str) -> None:
    assert compound_stem(word) == stem


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("jamaleddine", "jamal"),
        ("safieddine", "safi"),
        ("nasraldine", "nasr"),
        ("kamarudin", "kamar"),
        ("badrudeen", "badr"),
        ("geraldine", ""),
        ("claudine", ""),
        ("saladin", ""),
        ("uddin", ""),
    ],
)
def test_the_stem_of_a_name_of_the_faith(word: str, stem: str) -> None:
    assert faith_stem(word) == stem


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("petrovich", "petrovych"),
        ("sergeevich", "serhiyovych"),
        ("volodymyrovych", "vladimirovich"),
        ("mykolayovych", "nikolaevich"),
        ("ivanovits", "iwanowitsch"),
        ("andreevna", "andriivna"),
    ],
)
def test_patronymics_are_one_when_the_fathers_names_are(left: str, right: str) -> None:
    assert word_likeness(left, right).units >= 900


def test_a_son_has_another_patronymic_than_a_daughter_or_another_mans_son() -> None:
    assert word_likeness("petrovich", "pavlovich").units == 0
    assert word_likeness("ivanovich", "ivanovna").code is not Reason.OTHER_SPELLING


def test_words_of_a_chain_are_normalised() -> None:
    assert {"bin", "ben", "ibn", "ould", "bn_"} <= SONS
    assert {"abd", "abdul", "abdel"} <= SERVANT


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("习近平", ["xi", "jinping"]),
        ("欧阳修", ["ouyang", "xiu"]),
        ("블라디미르", ["blladimil"]),
        ("김승은", ["gim", "seungeun"]),
        ("이승만", ["yi", "seungman"]),
        ("Ντίμα", ["dima"]),
        ("김정은", ["gim", "jeongeun"]),
        ("بوتين", ["butin_"]),
        ("الرحمن", ["rahman"]),
        ("محمد", ["muhammad"]),
        ("فؤاد", ["fuad"]),
        ("البدوي", ["bdui_"]),
        ("박근혜", ["bak", "geunhye"]),
        ("류석열", ["ryu", "seokyeol"]),
        ("עזרא", ["azra_"]),
        ("Путин", ["putin"]),
        ("Παπαδόπουλος", ["papadopoulos"]),
        ("Պուտին", ["powtin"]),
        ("პუტინი", ["p'ut'ini"]),
        ("पुतिन", ["putin"]),
    ],
)
def test_other_scripts_become_latin_words(written: str, words: list[str]) -> None:
    assert latin_words(written) == words


def test_common_names_tell_less_than_rare_ones() -> None:
    assert commonness("garcia") > commonness("zambrano") > commonness("zurbaran")
    assert is_common("garcia")
    assert not is_common("zurbaran")


def test_consonants_find_a_name_only_when_there_are_enough() -> None:
    assert names_by_consonants("bltmr") & names_of("vladimir")
    assert names_by_consonants("l") == frozenset()


def test_common_english_names_tell_less_than_names_nobody_knows() -> None:
    assert min(commonness(name) for name in ("adam", "troy", "nicole")) > 4 * commonness("zurbaran")
    assert not is_common("troy")  # how common it is says nothing of spellings near it


def test_a_korean_surname_written_apart_is_no_initial() -> None:
    assert [latin_words(sign)[0] for sign in ("이", "오", "우")] == ["yi", "oh", "woo"]


def test_korean_syllables_hold_no_particle() -> None:
    assert word_likeness("sanghun", "gon").code is Reason.DIFFERENT
    assert word_likeness("dohyeon", "hyon").code is not Reason.PACKED
    assert word_likeness("sanmartin", "martin").code is Reason.PACKED
