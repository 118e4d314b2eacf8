"""Attack: a program with a valid token asks so much, or so cleverly, that it comes to hold the whole list."""

from datetime import timedelta

import pytest
from tests.desks.people.programs import asked, leaves, person, program, take_in, un_list
from tests.web.house import House

from cordillera.foundation.settings import PeopleSettings

__all__ = ["asked"]

LIMIT = 5
GIVEN = "Ambrosia Belisario Casimira Demetrio Eufemia Fabricio Genoveva Hilarion Isidora Jacinto".split()  # noqa: SIM905
FAMILY = "Zaruma Yantzaza Vilcabamba Tulcan Sangolqui Riobamba Quevedo Pujili Otavalo Naranjal".split()  # noqa: SIM905
LARGE = un_list(
    *(person(at, given, family) for at, (given, family) in enumerate(zip(GIVEN, FAMILY, strict=True)))
)


@pytest.fixture
def listed(asked: House) -> House:
    take_in(asked, LARGE, "GRANDE")
    asked.node.people.limits.settings = PeopleSettings(
        program_queries_a_minute=60, program_entries_a_day=LIMIT
    )
    return asked


def examples(*names: str) -> dict[str, object]:
    return {"queries": {name: {"schema": "Person", "properties": {"name": [name]}} for name in names}}


NAMES = [f"{given} {family}" for given, family in zip(GIVEN, FAMILY, strict=True)]


def test_one_by_one_the_list_ends_at_the_day_s_limit_and_the_supervisor_is_told(listed: House) -> None:
    client = program(listed)
    answers = [client.post("/match/GRANDE", json=examples(name)) for name in NAMES]
    assert [answer.status_code for answer in answers] == [200] * LIMIT + [429] * (len(NAMES) - LIMIT)
    assert (answers[-1].json()["type"], int(answers[-1].headers["retry-after"]) > 80_000) == (
        "people.list_enumerated",
        True,
    )
    (alarm,) = leaves(listed, "escalated")
    assert (alarm["actor"], alarm["reason"]) == ("machine:client", "people.list_enumerated")
    assert client.post("/match/GRANDE", json=examples(NAMES[0])).status_code == 200  # shown already


def test_all_at_once_nothing_is_shown(listed: House) -> None:
    client = program(listed)
    for answer in (
        client.post("/match/GRANDE", json=examples(*NAMES)),
        client.post("/match/GRANDE/columns", json={"columns": {"full_name": NAMES}}),
        client.post(
            "/match/GRANDE/csv", content="\n".join(["name", *NAMES]), headers={"content-type": "text/csv"}
        ),
    ):
        assert answer.status_code == 429
        assert "Zaruma" not in answer.text
    assert leaves(listed) == []
    assert len(leaves(listed, "escalated")) == 1


def test_beginnings_of_names_and_extensions_count_as_well(listed: House) -> None:
    key = program(listed, "reconcile", "refine").headers["authorization"].removeprefix("Bearer ")
    client = listed.visitor()
    statuses = [
        client.get(f"/reconcile/GRANDE/suggest/entity?key={key}&prefix={name[:4]}").status_code
        for name in GIVEN
    ]
    assert statuses == [200] * LIMIT + [429] * (len(GIVEN) - LIMIT)


def test_another_caller_is_not_hindered(listed: House) -> None:
    one, other = program(listed, name="one"), program(listed, name="other")
    assert one.post("/match/GRANDE", json=examples(*NAMES)).status_code == 429
    assert other.post("/match/GRANDE", json=examples(NAMES[0])).status_code == 200


def test_a_flood_of_questions_must_wait(listed: House) -> None:
    client = program(listed)
    nobody = examples(*(f"Nadie Parecido {at}" for at in range(50)))
    assert client.post("/match/GRANDE", json=nobody).status_code == 200
    answer = client.post("/match/GRANDE", json=nobody)
    assert (answer.status_code, answer.json()["type"]) == (429, "people.too_many_queries")
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    listed.clock.advance(timedelta(seconds=61))
    assert client.post("/match/GRANDE", json=nobody).status_code == 200
