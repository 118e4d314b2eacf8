from cordillera.engines.names.model import SubjectKind
from cordillera.engines.names.organisations_compare import compare_kind
from cordillera.engines.names.organisations_shares import Shares

NAMES = [f"Navieros {name} S.A." for name in ("Azul", "Rojo", "Verde", "Negro")] * 1_000


def test_a_word_that_many_names_at_hand_bear_tells_little_and_others_keep_what_they_tell() -> None:
    shares = Shares(NAMES)
    assert shares("navieros", 10.0) < 1.0
    assert shares("quetzalcoa", 10.0) == 10.0


def test_without_names_at_hand_the_table_decides() -> None:
    assert Shares()("trading", 2.0) == 2.0


def test_two_companies_that_share_only_what_is_common_at_hand_are_not_found() -> None:
    pair = "Navieros Quetzal S.A.", "Navieros Volkov S.A."
    alone, among = (
        compare_kind(SubjectKind.ORGANISATION, *pair, shares) for shares in (Shares(), Shares(NAMES))
    )
    assert among.score < alone.score < 0.0
