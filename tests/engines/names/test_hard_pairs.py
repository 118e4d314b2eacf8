"""Pairs that an examiner would try: one person written in two ways, two people who look alike on paper.

Written by the authors from the rules of each culture; none comes from a file that is measured.
"""

import pytest

from cordillera.engines.names.pairs import NamePair, compare_pair, score_pairs
from cordillera.engines.names.weights import LIST_THRESHOLD, PAIR_THRESHOLD
from cordillera.foundation.explain import total

ONE = (
    ("José Macías", "José Adolfo Macías Villamar"),
    ("María Fernanda Loor Cedeño", "Ma. Fernanda Loor"),
    ("Mª del Carmen Ruiz", "María del Carmen Ruiz Soto"),
    ("Rosa Vera de Loor", "Rosa Vera Zambrano"),
    ("Rosa Vera vda. de Loor", "Rosa Vera Zambrano"),
    ("Marcela Alejandra Gómez de Rivera", "Marcela Alejandra Gómez Salas"),
    ("Fco. Javier Núñez", "Francisco Javier Nuñez"),
    ("Pepe Vélez Torres", "José Vélez Torres"),
    ("Lucho Quispe", "Luis Quispe Mamani"),
    ("Jhon Yeferson Villa", "John Jefferson Villa"),
    ("Wilmer Chávez", "Vílmer Chaves"),
    ("Hugo Valdés", "Ugo Baldez"),
    ("Yessica Llerena", "Jessica Yerena"),
    ("Guillermo Yánez", "Guiyermo Llanez"),
    ("Delacruz Ana", "Ana de la Cruz"),
    ("De los Ríos, Pedro", "Pedro Delosrios"),
    ("Concepción Ibáñez", "Concha Ibañes"),
    ("Guadalupe Hdez.", "Gpe. Hernández"),
    ("Xavier Mejía", "Javier Mexía"),
    ("Ximena Zuazo", "Jimena Suaso"),
    ("Carlos Eduardo de la Torre y Guzmán", "Carlos De La Torre"),
    ("Begoña Núñez", "BEGONXXA NUNXXEZ"),
    ("Müller Ana", "MUXXLLER ANA"),
    ("Anabelén Ruiz", "Ana Belén Ruiz"),
    ("Rosalía Paz", "Rosa Lía Paz"),
    ("Edison Wladimir Páez", "Edinson Bladimir Paes"),
    ("Byron Cueva", "Bairon Cueba"),
    ("Stalin Vera", "Estalin Vera"),
    ("Wendy Choez", "Güendy Choes"),
    ("Joffre Pazmiño", "Yofre Pasmiño"),
    ("LORENZANA CORDON, Haroldo Geremias", "LORENZANA CORDON, Haroldo Jeremias"),
    ("Abdurrahman Alkadi", "Abdul Rahman al Qadhi"),
    ("Abu Bakr Salim", "Abubakr Salem"),
    ("Nur al-Din Mahmud", "Nureddin Mahmoud"),
    ("Usama ibn Ladin", "Osama bin Laden"),
    ("عبد الرحمن القاضي", "Abdulrahman Al-Qadi"),
    ("محمد حسن", "Muhammad Hasan"),
    ("أحمد حسين", "Ahmed Hussein"),
    ("عمر عثمان", "Omar Osman"),
    ("فاطمة ناصر", "Fatima Nasser"),
    ("RAJAN S/O KUMAR", "RAJAN KUMAR"),
    ("Petr Ivanov", "Иванов Пётр Сергеевич"),
    ("Анна Иванова", "Anna Ivanov"),
    ("Volodymyr Zelenskyy", "Владимир Зеленский"),
    ("Ekaterina Smirnova", "Katya Smirnova"),
    ("Xi Jinping", "习近平"),
    ("Kim Jong Un", "김정은"),
    ("Park Geun-hye", "박근혜"),
    ("Baek Sunyeop", "백선엽"),
    ("Lee Myung-bak", "Yi Myeong-bak"),
    ("Mao Tse-tung", "Mao Zedong"),
    ("斌 周", "Zhou Bin"),
    ("周斌", "ZHOU, Bin"),
    ("Chiang Kai-shek", "Jiang Jieshi"),
    ("Oluwole Adebayo", "Wole Adebayo"),
    ("J. A. Macías", "José Adolfo Macías"),
    ("\u0421arlos Gomez", "Carlos Gómez"),
    ("Car\u200blos Gómez", "Carlos G0mez"),
    ("Giorgos Papadopoulos", "Γιώργος Παπαδόπουλος"),
    ("Luiz Inácio Lula da Silva", "Luis Ignacio da Silva"),
)
TWO = (
    ("José Adolfo Macías Villamar", "José Adolfo Villamar Macías"),
    ("García López, Juan", "García Gómez, Juan"),
    ("Juan Carlos Pérez Ruiz", "Luis Alberto Pérez Ruiz"),
    ("Mª José García", "José María García"),
    ("Josefa Gómez", "José Gómez"),
    ("Ahmed bin Hassan bin Ali", "Ahmed bin Ali bin Hassan"),
    ("Сергей Петрович Иванов", "Сергей Иванович Иванов"),
    ("Kim Jong Il", "Kim Jong Un"),
    ("Wang Li", "Wang Lin"),
    ("斌 周", "WANG, Wen Chou"),
    ("Kimberly Mann", "KIM, Man Chun"),
    ("Ng Wei Ming", "Huang Weiming"),
    ("J. A. Macías", "Pedro Luis Macías"),
    ("Pelé", "Edson Arantes do Nascimento"),
    ("CABELLO RONDON, Jose David", "CABELLO RONDON, Diosdado"),
)


def scores(pairs: tuple[tuple[str, str], ...]) -> list[float]:
    """Score every pair as `screen pairs` does, and check what explains it."""
    for left, right in pairs:
        found, turned = compare_pair(left, right), compare_pair(right, left)
        assert found.score == total(found.terms) == turned.score, (left, right)
    return score_pairs([NamePair(*pair) for pair in pairs])[0].tolist()


def test_one_person_written_in_two_ways_is_one_person() -> None:
    assert [pair for pair, score in zip(ONE, scores(ONE), strict=True) if score < PAIR_THRESHOLD] == []


def test_two_people_who_look_alike_are_two() -> None:
    assert [pair for pair, score in zip(TWO, scores(TWO), strict=True) if score >= PAIR_THRESHOLD] == []


@pytest.mark.parametrize("pair", [("José María García Pérez", "María José García Pérez")])
def test_given_names_exchanged_raise_no_alert_by_name_alone(pair: tuple[str, str]) -> None:
    found = compare_pair(*pair)
    assert "names.given_names_exchanged" in {term.name for term in found.terms}
    assert found.score < LIST_THRESHOLD


def test_surnames_exchanged_are_told_as_what_they_are() -> None:
    found = compare_pair("José Adolfo Macías Villamar", "José Adolfo Villamar Macías")
    told = [term.detail for term in found.terms if term.name == "names.surnames_swapped"]
    assert told == ["Macías ~ Villamar", "Villamar ~ Macías"]


def test_a_paternal_surname_that_is_the_other_ones_maternal_does_not_contradict_itself() -> None:
    found = compare_pair("Juan Torres Vera", "Juan Vera Loor")
    assert not [term for term in found.terms if term.name == "names.word_contradicts"]


def test_surnames_of_which_parent_is_not_known_contradict_no_maternal_one() -> None:
    known, unknown = "LORENZANA CORDON, Haroldo Jeremias", "LORENZANA CORDON, Haroldo Geremias"
    assert compare_pair(known, unknown).score > LIST_THRESHOLD
