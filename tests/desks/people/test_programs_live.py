"""The same over real sockets: a client by its address alone, and a table that is sent piece by piece."""

import csv
import io
from collections.abc import Iterator

import httpx2
from tests.desks.people.programs import asked, program
from tests.desks.people.refine_client import Refine
from tests.web.house import House, listening

__all__ = ["asked"]

ROWS = 6_000


def table() -> Iterator[bytes]:
    """A table in pieces that cut rows and letters anywhere."""
    text = "full_name,date_of_birth\n" + "Nadie Ñandú Parecido,1980-01-01\n" * (ROWS - 1)
    raw = (text + "Ruperto Ejemplo Guaraca,1971-01-02\n").encode()
    yield from (raw[at : at + 4_093] for at in range(0, len(raw), 4_093))


def test_programs_are_answered_over_real_sockets(asked: House) -> None:
    key = program(asked, "reconcile", "refine").headers["authorization"].removeprefix("Bearer ")
    token = program(asked).headers["authorization"]
    with (
        listening(asked.app) as port,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as http,
    ):
        refine = Refine(http, f"http://127.0.0.1:{port}/reconcile/UN?key={key}")
        assert refine.manifest["preview"]["url"].startswith(f"http://127.0.0.1:{port}/reconcile/UN/preview/")
        found = refine.reconcile({"q0": {"query": "Ruperto Ejemplo Guaraca", "type": "Person"}})
        assert found["q0"]["result"][0]["match"]
        answer = http.post(
            "/match/UN/csv", content=table(), headers={"authorization": token, "content-type": "text/csv"}
        )
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert (len(rows), [row["row"] for row in rows if row["entity"]]) == (ROWS, [str(ROWS)])
        small = http.post("/match/UN/csv", content=b"x" * 70_000_000, headers={"authorization": token})
        assert small.status_code == 413
