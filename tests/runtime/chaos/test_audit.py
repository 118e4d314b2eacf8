from uuid import UUID

from cordillera.foundation.ids import uuid7
from cordillera.runtime.chaos.audit import Books, doubled, lost
from cordillera.runtime.chaos.run import plan_of

QUERY, MESSAGE = uuid7(), uuid7()


def a_book(
    queries: dict[UUID, str] | None = None,
    sent: dict[UUID, tuple[str, str]] | None = None,
    taken: tuple[UUID, ...] = (),
    repeated: int = 0,
    drift: int = 0,
) -> Books:
    return Books(queries or {}, sent or {}, frozenset(taken), repeated, drift)


SOUND = {
    "EC": a_book(queries={QUERY: "answered"}, sent={MESSAGE: ("delivered", "us")}),
    "US": a_book(taken=(MESSAGE,)),
}
ACKNOWLEDGED: dict[str, list[object]] = {"EC": [QUERY], "US": []}


def test_sound_books_have_lost_and_doubled_nothing():
    assert lost(SOUND, ACKNOWLEDGED) == 0
    assert doubled(SOUND, ACKNOWLEDGED) == 0


def test_condition_1_a_query_that_was_acknowledged_and_is_gone_is_lost():
    assert lost(SOUND, {"EC": [QUERY, uuid7()], "US": []}) == 1


def test_condition_2_a_query_without_an_answer_is_lost():
    waiting = SOUND | {"EC": a_book(queries={QUERY: "waiting"}, sent={MESSAGE: ("delivered", "us")})}
    assert lost(waiting, ACKNOWLEDGED) == 1


def test_condition_3_a_message_without_a_receipt_is_lost():
    staged = SOUND | {"EC": a_book(queries={QUERY: "answered"}, sent={MESSAGE: ("staged", "us")})}
    assert lost(staged, ACKNOWLEDGED) == 1


def test_condition_4_a_receipt_for_what_the_partner_does_not_have_is_a_loss():
    assert lost(SOUND | {"US": a_book()}, ACKNOWLEDGED) == 1


def test_conditions_5_and_6_a_second_leaf_and_a_wrong_quota_are_double_effects():
    assert doubled(SOUND | {"US": a_book(taken=(MESSAGE,), repeated=2, drift=1)}, ACKNOWLEDGED) == 3


def test_condition_7_a_message_that_nobody_sent_is_a_double_effect():
    assert doubled(SOUND | {"US": a_book(taken=(MESSAGE, uuid7()))}, ACKNOWLEDGED) == 1


def test_a_seed_repeats_its_plan_and_another_does_not():
    assert plan_of(30, "a") == plan_of(30, "a")
    assert plan_of(30, "a") != plan_of(30, "b")
