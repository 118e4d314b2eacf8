"""Which connection gives way: conditions 1 to 3 of `web.crowding`."""

from cordillera.web.crowding import Line, LineState, gives_way

HUB, OTHER = "10.0.0.1", "10.0.0.2"
COMES = Line(OTHER, LineState.RESTING, 100.0)


def lines(*told: tuple[str, LineState, float]) -> list[Line]:
    return [Line(*one) for one in told]


def test_the_address_with_most_connections_gives_way_and_its_longest_resting_one_first():  # 1, 2
    found = lines(
        (OTHER, LineState.RESTING, 1.0),
        (HUB, LineState.RESTING, 9.0),
        (HUB, LineState.WAITED_FOR, 2.0),
        (HUB, LineState.RESTING, 3.0),
    )
    assert gives_way(found, COMES) == 3


def test_where_none_rests_the_newest_that_keeps_the_node_waiting_gives_way():  # 3
    found = lines(
        (HUB, LineState.WAITED_FOR, 2.0), (HUB, LineState.WAITED_FOR, 7.0), (HUB, LineState.ANSWERED, 8.0)
    )
    assert gives_way(found, COMES) == 1


def test_who_has_as_many_gives_way_to_nobody_unless_it_rests():  # 3
    assert gives_way(lines((HUB, LineState.WAITED_FOR, 2.0)), COMES) is None
    assert gives_way(lines((HUB, LineState.RESTING, 2.0)), COMES) == 0


def test_an_address_makes_no_room_for_itself_by_what_it_began():  # 3
    assert gives_way(lines((OTHER, LineState.WAITED_FOR, 2.0)), COMES) is None


def test_what_waits_for_an_answer_never_gives_way():
    assert gives_way(lines(*[(HUB, LineState.ANSWERED, 2.0)] * 3), COMES) is None
