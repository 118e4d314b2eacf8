"""`cordillera list` as processes on a home of their own: officers who decide, and files that mean harm."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from tests.desks.people.lists_world import un_list
from tests.engines.watchlists.samples import CSV, FTM, MAPPING

from cordillera.desks.people.importing import Target
from cordillera.desks.people.model import Actor, ListFormat, SourceFiles
from cordillera.foundation.settings import load
from cordillera.foundation.store.database import Scope
from cordillera.foundation.store.embedded import server_of
from cordillera.runtime.node import Node, open_node
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer

pytestmark = pytest.mark.system
PASSWORD = "páramo-lluvia-42"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><CONSOLIDATED_LIST><INDIVIDUALS>&m;</INDIVIDUALS></CONSOLIDATED_LIST>"
)


@dataclass
class Home:
    """A node, and commands on its folder as an officer would type them: each a process of its own."""

    folder: Path
    node: Node

    def run(self, *words: str) -> tuple[int, list[dict], str]:
        command = [sys.executable, "-m", "cordillera", "list", *words, "--json"]
        command += ["--home", str(self.folder / "home")]
        done = subprocess.run(
            command, input=f"{PASSWORD}\n", capture_output=True, text=True, timeout=120, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def take(
        self, raw: bytes, *more: str, form: str = "un-xml", name: str = "PRUEBA"
    ) -> tuple[int, dict, str]:
        path = self.folder / f"list.{form}"
        path.write_bytes(raw)
        code, told, said = self.run("import", str(path), "--format", form, "--name", name, *more)
        return code, told[0] if told else {}, said

    def entries(self, name: str = "PRUEBA") -> int:
        with self.node.store.transaction(Scope.node("test")) as tx:
            active = {one.list_name: one.entries for one in self.node.people.active(tx)}
        return active.get(name, 0)

    def holds(self, name: str, raw: bytes, **more: bool) -> UUID:
        """Take a list in without a process, where the import is not what is tested."""
        target = Target(name, ListFormat.UN_XML)
        with self.node.store.transaction(Scope.node("test")) as tx:
            by = Actor("node", "EC-PN", "operation")
            report = self.node.watchlists.keeper.take_in(tx, SourceFiles(raw), target, by, **more)
        return report.version.version_id


def _officer(node, login: str, roles: tuple[Role, ...]) -> None:
    with node.store.transaction(Scope.node("access")) as tx:
        once = node.access.add_officer(tx, "node", NewOfficer(login, login.title(), ("EC-PN",), roles))
    _, session = node.access.logins.log_in(node.store, Attempt(login, once, "192.0.2.1"))
    with node.store.transaction(Scope.node("access")) as tx:
        node.access.officers.replace_password(tx, session, "", PASSWORD)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("lists")
    write_settings(folder / "home", NewNode("ec", "EC", "EC-PN"))
    with open_node(folder / "home") as node:  # kept open, as a running node is: commands find its server
        for login in ("ana", "luz"):
            _officer(node, login, (Role.ANALYST,))
        _officer(node, "guardia", (Role.WATCH_OFFICER,))
        yield Home(folder, node)
    server_of(folder / "home", load(folder / "home")).destroy()


def test_a_version_waits_for_an_officer_who_sees_its_difference_and_agrees(home: Home) -> None:
    home.holds("A", un_list(20))
    code, told, _ = home.take(un_list(20, first=1, day="2026-11-02"), "--hold", name="A")
    assert (code, told["waiting"], told["added"], told["removed"]) == (0, True, 1, 1)
    path = home.folder / "difference.csv"
    code, (page,), _ = home.run("diff", "A", "--officer", "ana", "--csv", str(path))
    assert (code, {row["change"] for row in page["rows"]}) == (0, {"added", "removed"})
    assert "XXi.0020" in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    code, _, said = home.run("approve", "A", "--officer", "guardia")
    assert (code, "access.not_this_officer" in said or "permission" in said.lower()) == (1, True), said
    code, (update,), _ = home.run("approve", "A", "--officer", "ana")
    assert (code, update["outcome"]) == (0, "activated")


def test_a_smaller_version_is_refused_or_waits_for_another_than_who_brought_it(home: Home) -> None:
    home.holds("B", un_list(40))
    code, _, said = home.take(un_list(30, day="2026-11-02"), name="B")
    assert (code, "people.list_shrank" in said) == (1, True), said
    assert home.take(un_list(30, day="2026-11-02"), "--accept-smaller", name="B")[1]["waiting"]
    assert home.entries("B") == 40
    code, (update,), _ = home.run("approve", "B", "--officer", "ana")
    assert (code, update["outcome"]) == (0, "activated")
    assert home.entries("B") == 30


def test_a_refused_version_is_gone_and_a_superseded_one_comes_back(home: Home) -> None:
    first = home.holds("C", un_list(20))
    home.holds("C", un_list(21, day="2026-11-02"), hold=True)
    because = ("--officer", "ana", "--reason", "Not the publisher's file")
    code, (update,), _ = home.run("refuse", "C", *because)
    assert (code, update["outcome"], home.entries("C")) == (0, "refused", 20)
    home.holds("C", un_list(21, day="2026-11-03"))
    assert home.run("rollback", str(first), *because)[0] == 0
    assert home.entries("C") == 20
    shown = home.run("versions", "C")[1][0]["versions"]
    assert [one["version_id"] for one in shown if one["entries"] == 20 and not one["superseded_at"]]


def test_a_budget_of_false_alerts_gives_a_threshold_that_an_officer_proposes(home: Home) -> None:
    home.holds("E", un_list(20))
    code, (told,), _ = home.run("budget", "E", "--officer", "guardia")
    found = told["suggestion"]
    assert (code, told["proposal"], found["from_own"], found["present"]) == (0, None, False, 4.25)
    assert found["proposed"].keys() == {"threshold", "cost", "allowed", "within", "sure"}
    assert (found["proposed"]["threshold"], found["raises"]) == (0.0, False)
    code, _, said = home.run("budget", "E", "--officer", "guardia", "--per", "day")
    assert code == 0, said
    because = ("--officer", "ana", "--propose", "--reason", "Few people are listed here")
    assert home.run("budget", "E", *because[:3], "--reason", "short")[0] == 1
    code, (told,), _ = home.run("budget", "E", *because, "--measure")
    assert (code, bool(told["proposal"]), told["suggestion"]["own_travellers"]) == (0, True, 0)
    assert "people.threshold_moved" in home.run("budget", "E", *because)[2]
    assert home.run("budget", "E", "--officer", "guardia", "--most", "0")[0] == 2


def test_a_source_is_looked_at_and_forgotten_and_its_list_stays(home: Home) -> None:
    place = home.folder / "published.xml"
    place.write_bytes(un_list(12))
    assert home.run("source", "D", str(place), "--format", "un-xml", "--every", "0")[0] == 0
    code, (state,), _ = home.run("update", "D")
    assert (code, state["outcome"], home.entries("D")) == (0, "activated", 12)
    place.write_bytes(un_list(12)[:400])
    assert home.run("update", "D")[1][0]["code"] == "watchlist.truncated"
    assert home.run("forget", "D")[0] == 0
    assert (home.run("update", "D")[0], home.entries("D")) == (1, 12)


@pytest.mark.parametrize(
    ("form", "raw", "code"),
    [
        ("un-xml", un_list(30)[:900], "watchlist.truncated"),
        ("un-xml", gzip.compress(un_list(30))[:-9], "watchlist.truncated"),
        ("un-xml", BOMB, "watchlist.forbidden_xml"),
        ("ofac-xml", BOMB, "watchlist.forbidden_xml"),
        ("un-xml", b"\x89PNG\r\n\x1a\n" + bytes(500), "watchlist.unreadable"),
        ("ftm", FTM[:-40], "watchlist.truncated"),
        ("ftm", FTM.replace(b"Ana", b"\xff\xfe"), "watchlist.unreadable"),
        ("ftm", b'{"id":"a","schema":"Person","properties":' + b'{"x":[' * 3000, "watchlist.truncated"),
        ("csv", CSV.encode("latin-1"), "watchlist.mapping_wrong"),
    ],
)
def test_a_file_that_means_harm_is_refused_by_name_and_the_old_list_stays(
    home: Home, form: str, raw: bytes, code: str
) -> None:
    name = f"H-{form}"
    if not home.entries(name) and form == "un-xml":
        home.holds(name, un_list(20))
    before = home.entries(name)
    exit_code, told, said = home.take(raw, form=form, name=name)
    assert (exit_code, told, code in said) == (1, {}, True), said
    assert home.entries(name) == before


def test_a_latin_1_file_is_read_as_what_it_is_said_to_be(home: Home) -> None:
    mapping = home.folder / "mapping.toml"
    for encoding, expected in (("iso-8859-1", 0), ("utf-8", 1)):
        mapping.write_text(f'encoding = "{encoding}"\n{MAPPING}')
        code, told, said = home.take(
            CSV.encode("latin-1"), "--mapping", str(mapping), form="csv", name=f"L-{encoding}"
        )
        assert code == expected, said
    assert "watchlist.unreadable" in said
    assert told == {}
