"""The main path on real input: carriers' sample messages against the real UN and OFAC lists.

Everything is a process of its own, as an operator would run it: commands for setting up, a node process,
uploads over HTTP with a token, an officer's session, and the stand-alone verifier on the exported ledger.
"""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lxml import etree

from cordillera.engines.edifact.paxlst_writer import LegDraft, PaxlstDraft, TravellerDraft, write_paxlst
from cordillera.foundation.settings import load
from cordillera.runtime.demo.officer import OfficerClient
from cordillera.runtime.demo.processes import node_process, wait_until_it_answers
from cordillera.runtime.ports import free_port

pytestmark = pytest.mark.system

SAMPLES = (
    "apisMessage.txt",
    "gtas_loader_Test1.txt",
    "gtas_loader_Test3.txt",
    "tamr_flight1.txt",
    "tamr_flight2.txt",
)
REASON = "Comparados nombre y fecha de nacimiento con la ficha."


def cordillera(*arguments: str, home: Path) -> Any:
    """Run a command of the product and return the JSON of its last line."""
    command = [sys.executable, "-m", "cordillera", *arguments, "--home", str(home), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """A node with the two real lists."""
    folder = tmp_path_factory.mktemp("node")
    ports = ("--web-port", str(free_port()), "--exchange-port", str(free_port()))
    cordillera("node", "init", "ec", "EC", "EC-PN", *ports, home=folder)
    lists = shared / "screening"
    un = cordillera(
        "list",
        "import",
        str(lists / "un_sc_consolidated_2026-02-27.xml.gz"),
        "--format",
        "un-xml",
        "--name",
        "UN",
        home=folder,
    )
    assert un["entries"] == 1003
    ofac = cordillera(
        "list",
        "import",
        str(lists / "ofac_sdn_2021-07.csv.gz"),
        "--format",
        "ofac-csv",
        "--name",
        "OFAC",
        home=folder,
    )
    assert ofac["entries"] == 8976
    return folder


@pytest.fixture(scope="module")
def access(home: Path) -> dict[str, str]:
    """One-time passwords by login, and the upload token."""
    officer = cordillera(
        "admin", "officer", "add", "oficial.ec", "Oficial", "--role", "watch_officer", home=home
    )
    token = cordillera("admin", "token", "add", "carrier", home=home)
    return {
        "oficial.ec": officer["one_time_password"],
        "token": token["token"],
    }


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    """The node, running."""
    address = f"http://127.0.0.1:{load(home).web.port}"
    with node_process(home) as process:
        wait_until_it_answers(process, address, home)
        yield address


def listed_person(shared: Path) -> tuple[str, str, str]:
    """A person on the UN list with three names and an exact date of birth: names and date as listed."""
    raw = gzip.decompress((shared / "screening" / "un_sc_consolidated_2026-02-27.xml.gz").read_bytes())
    for person in etree.fromstring(raw).iter("INDIVIDUAL"):
        parts = [person.findtext(f"{place}_NAME", "").strip() for place in ("FIRST", "SECOND", "THIRD")]
        born = person.findtext("INDIVIDUAL_DATE_OF_BIRTH/DATE", "")
        if all(parts) and all(part.isascii() for part in parts) and born:
            return " ".join(parts[:-1]), parts[-1], born
    pytest.fail("no such person on the list")


def message_with(given: str, surname: str, born: str) -> bytes:
    return write_paxlst(
        PaxlstDraft(
            sender="XA",
            recipient="ECAPI",
            prepared="2026-11-21T06:00",
            reference="REAL1",
            legs=(LegDraft("XA412", "BOG", "2026-11-21T09:40", "UIO", "2026-11-21T11:10"),),
            travellers=(
                TravellerDraft(surname=surname.upper(), given=given.upper(), date_of_birth=born),
                TravellerDraft(surname="LLUMIQUINGA", given="NAYELI", date_of_birth="1994-04-02"),
            ),
        )
    )


def test_from_a_carriers_file_to_a_decision_to_the_ledger(
    home: Path, site: str, access: dict[str, str], shared: Path, tmp_path: Path
) -> None:
    headers = {"authorization": f"Bearer {access['token']}", "content-type": "application/octet-stream"}
    with httpx2.Client(base_url=site, headers=headers, timeout=60) as carrier:
        taken = [
            carrier.post(
                "/api/messages",
                params={"name": name},
                content=(shared / "borders" / "paxlst" / name).read_bytes(),
            ).json()
            for name in SAMPLES
        ]
        assert [one["status"] for one in taken] == ["accepted"] * 5
        assert [one["travellers"] for one in taken] == [2, 0, 260, 10, 10]
        given, surname, born = listed_person(shared)
        planted = carrier.post("/api/messages", content=message_with(given, surname, born)).json()
        assert planted["travellers"] == 2
        again = carrier.post("/api/messages", content=message_with(given, surname, born)).json()
        assert again["duplicate"]

    with OfficerClient(site) as officer:
        officer.log_in("oficial.ec", access["oficial.ec"], "EC-PN", "border_control")
        alerts = officer.get("/api/alerts", status="pending", limit=500)["rows"]
        (alert,) = [one for one in alerts if surname.upper() in one["label"].upper()]
        assert any(one["list_name"] == "UN" for one in alert["lists"])
        opened = officer.get(f"/api/alerts/{alert['id']}")
        for finding in opened["findings"]:
            assert sum(term["contribution"] for term in finding["terms"]) == pytest.approx(
                finding["score"], abs=1e-9
            )
            assert any(term["evidence"] for term in finding["terms"])
        officer.post(f"/api/alerts/{alert['id']}/decision", {"outcome": "confirmed", "reason": REASON})
        left = officer.get("/api/alerts", status="pending", limit=500)["rows"]
        assert alert["id"] not in [one["id"] for one in left]

    verified = cordillera("ledger", "verify", home=home)
    assert verified["ok"]
    exported = tmp_path / "ledger"
    cordillera("ledger", "export", str(exported), home=home)
    command = [sys.executable, "-m", "cordillera.trust.ledger.verify", str(exported)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    entries = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    assert b'"kind":"decision"' in entries
    for word in (surname, given.split()[0]):
        assert word.encode() not in entries
        assert word.upper().encode() not in entries
