"""Columns in, columns out: JSON and CSV, in pieces, within limits."""

import csv
import io
from datetime import timedelta

import pytest
from httpx2 import Response
from tests.desks.people.programs import OTHERS, asked, leaves, person, program, un_list
from tests.web.house import House

from cordillera.desks.people import batch_core
from cordillera.desks.people.importing import Target
from cordillera.desks.people.lists_model import PartnerTerms
from cordillera.desks.people.match_errors import BatchTooLarge, BatchUnreadable
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import Scope

__all__ = ["asked"]

NAMES = ["Ana Lucia Velez Torres", "Nadie Parecido", "Ruperto Ejemplo Guaraca", ""]


def test_columns_come_back_row_by_row(asked: House) -> None:
    columns = {
        "id": ["a", "b", "c", "d"],
        "full_name": NAMES,
        "date_of_birth": ["1980-05-17", "", "1971", ""],
    }
    answer = program(asked).post("/match/UN/columns", json={"columns": columns}).json()
    told = answer["columns"]
    assert (answer["rows"], told["row"], told["id"]) == (4, [1, 2, 3, 4], ["a", "b", "c", "d"])
    assert told["caption"] == ["Ana Lucia Velez Torres", "", "Ruperto Ejemplo Guaraca", ""]
    assert (told["match"], told["list_date"][0]) == ([True, False, True, False], "2026-11-01")
    assert answer["lists"][0]["name"] == "UN"
    (leaf,) = leaves(asked)
    assert (leaf["by"], leaf["queries"], leaf["results"]) == ("columns", "4", "2")


def test_csv_is_read_as_it_arrives_and_answered_as_csv(asked: House) -> None:
    def pieces():
        yield b"\xef\xbb\xbfid,full_name,dat"
        yield b'e_of_birth\r\np-1,"Ana Lucia\nVelez Torr'
        yield 'es",1980-05-17\r\np-2,Nadie Ñandú,\r\n'.encode()
        for _ in range(2_500):
            yield b"p-x,Nadie Parecido,\r\n"
        yield b"=p-9,Ruperto Ejemplo Guaraca,1971-01-02"

    answer = program(asked).post(
        "/match/UN/csv", content=pieces(), headers={"content-type": "text/csv"}, params={"cutoff": "0.7"}
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 2_503
    assert [row["caption"] for row in rows if row["entity"]] == [
        "Ana Lucia Velez Torres",
        "Ruperto Ejemplo Guaraca",
    ]
    assert (rows[0]["id"], rows[-1]["row"], rows[-1]["id"]) == ("p-1", "2503", "'=p-9")
    (leaf,) = leaves(asked)
    assert leaf["queries"] == "2503"


def test_what_is_no_table_is_refused(asked: House) -> None:
    client = program(asked)
    for columns in (
        {"date_of_birth": ["1980"]},
        {"full_name": ["a", "b"], "dob": ["1"]},
        {"full_name": [3]},
        {},
    ):
        answer = client.post("/match/UN/columns", json={"columns": columns})
        assert answer.status_code == 422, columns
    for raw in (b"", b"colour\nred\n", b"\x00\xff\xfe", b'full_name\n"' + b"x" * 200_000):
        answer = client.post("/match/UN/csv", content=raw, headers={"content-type": "text/csv"})
        assert (answer.status_code, answer.json()["type"]) == (422, "people.batch_unreadable")
    assert leaves(asked) == []


def test_too_many_rows_are_refused_by_their_number() -> None:
    with pytest.raises(BatchTooLarge):
        list(batch_core.rows_of_columns({"full_name": ["x"] * (batch_core.MAX_ROWS + 1)}))
    lines = iter([b"name\n", *[b"x\n" * 50_000] * 3, b""])
    with pytest.raises(BatchTooLarge):
        for _ in batch_core.rows_of_csv(lambda: next(lines)):
            pass
    with pytest.raises(BatchUnreadable):
        list(batch_core.rows_of_columns({"full_name": []} | {"dob": ["1"]}))


def test_no_cell_of_an_answer_starts_a_formula() -> None:
    text = "".join(batch_core.as_csv([batch_core.Answer(1, "=1+1", 1, "cl-x", "@SUM(A1)")]))
    assert '"\'=1+1"' in text
    assert '"\'@SUM(A1)"' in text


def given_by_partner(house: House, tlp: str) -> None:
    """A list that a partner gave, under a marking."""
    marking = dict.fromkeys(("may_disseminate", "may_evidence", "may_act"), "false") | {"tlp": tlp}
    ends = house.clock.now() + timedelta(days=30)
    terms = PartnerTerms("us-ec-2025", "art5.4", marking, uuid7(), ends)
    target = Target("US watch", ListFormat.UN_XML, "us: list.xml", terms)
    listed = SourceFiles(un_list(person(7, "Prudencio", "Reservado Inventado", "1975-01-02"), *OTHERS))
    with house.node.store.transaction(Scope("EC-PN", "setup")) as tx:
        house.node.people.keeper.take_in(tx, listed, target, Actor("node", "EC-PN", "setup"))


def batch(house: House, name: str = "default") -> Response:
    people = ("Prudencio Reservado Inventado,1975-01-02", "Ruperto Ejemplo Guaraca,1971-01-02")
    rows = "\n".join(("full_name,date_of_birth", *people))
    client = program(house, name=uuid7().hex)
    return client.post(f"/match/{name}/csv", content=rows, headers={"content-type": "text/csv"})


def test_every_line_carries_the_marking_of_its_list(asked: House) -> None:
    given_by_partner(asked, "AMBER+STRICT")
    answer = batch(asked)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["list"] for row in rows] == ["US watch", "UN"]
    assert [row["handling"] for row in rows] == ["TLP:AMBER+STRICT", ""]
    assert "x-withheld-lists" not in answer.headers


def test_a_list_for_one_recipient_is_in_no_file_and_that_is_told(asked: House) -> None:
    given_by_partner(asked, "RED")
    answer = batch(asked)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["list"] for row in rows] == ["", "UN"]
    assert "RESERVADO" not in answer.text.upper()
    assert answer.headers["x-withheld-lists"] == "US%20watch"
    columns = {"columns": {"full_name": ["Prudencio Reservado Inventado"]}}
    told = program(asked).post("/match/default/columns", json=columns).json()
    assert (told["withheld"], told["columns"]["list"]) == (["US watch"], [""])
    refused = batch(asked, "US watch")
    assert (refused.status_code, refused.json()["type"]) == (403, "handling.export_refused")
