"""The supervisor's pages and API: what they show, that it verifies, and who is refused."""

import io
import zipfile
from datetime import timedelta

import msgspec
import pytest
from litestar.testing import TestClient

from cordillera.foundation.settings import Settings
from cordillera.foundation.store.database import Scope
from cordillera.trust.access.core import Lifetime
from cordillera.trust.access.logins import Attempt
from cordillera.trust.access.model import Role
from cordillera.trust.access.officers import NewOfficer
from cordillera.trust.access.service import AccessService
from cordillera.trust.access.sessions import Desk
from cordillera.trust.ledger.model import Event, LeafDecision, LeafKind
from cordillera.trust.ledger.verify import verify_entry, verify_log
from cordillera.web.app import create_app

PACKAGES = ("cordillera.trust.ledger", "cordillera.web")
EVENTS = "/ledger/events?why=security"
PASSWORD = "páramo-lluvia-42"


class LedgerNode:
    """A node with ledger and access, which is all that these pages need."""

    def __init__(self, store, clock, keyring, ledger, home):
        self.settings = Settings(home=home)
        self.store, self.clock, self.keyring, self.ledger = store, clock, keyring, ledger
        lifetime = Lifetime(timedelta(minutes=15), timedelta(hours=12))
        self.access = AccessService(ledger, clock, keyring, Desk("EC", lifetime))

    def cookie_of(self, role: Role) -> dict[str, str]:
        """Let an officer of this role in, with a purpose declared."""
        officers, login = Scope.node("access"), f"p{role.value.replace('_', '')}"
        with self.store.transaction(officers) as tx:
            once = self.access.add_officer(tx, "node", NewOfficer(login, "Ana Yépez", ("EC-PN",), (role,)))
        _, session = self.access.logins.log_in(self.store, Attempt(login, once, "127.0.0.1"))
        with self.store.transaction(officers) as tx:
            self.access.officers.replace_password(tx, session, "", PASSWORD)
        token, session = self.access.logins.log_in(self.store, Attempt(login, PASSWORD, "127.0.0.1"))
        declared = msgspec.structs.replace(session, purpose="oversight")
        with self.store.transaction(declared.scope) as tx:
            self.access.sessions.declare(tx, session, "EC-PN", "oversight")
        return {f"__Host-cordillera-{self.settings.node.id}": token}


@pytest.fixture
def node(store, clock, keyring, ledger, tmp_path):
    return LedgerNode(store, clock, keyring, ledger, tmp_path)


@pytest.fixture
def visit(node):
    """Ask for an address as an officer of a role."""
    app = create_app(node, PACKAGES)
    cookies = {}

    def get(path, role=Role.SUPERVISOR):
        if role not in cookies:
            cookies[role] = node.cookie_of(role)
        with TestClient(app, base_url="http://127.0.0.1:8700", cookies=cookies[role]) as client:
            return client.get(path, follow_redirects=False)

    return get


@pytest.fixture
def recorded(store, ledger, sequencer):
    """A refusal, a release and 100 consultations."""
    decisions = (
        LeafDecision(allow=False, articles=("US-EC/art4",), policy_hash="00"),
        LeafDecision(allow=True, articles=("US-EC/art3", "US-EC/art5.4"), policy_hash="00"),
    )
    with store.transaction(Scope.node("test")) as tx:
        for kind, decision in zip((LeafKind.REFUSAL, LeafKind.RELEASE), decisions, strict=True):
            event = Event(
                kind=kind,
                actor="officer-7",
                agency="EC-PN",
                purpose="terrorism",
                peer="us",
                direction="out",
                decision=decision,
                subject_ref="alert-1",
                detail={"case": "<script>alert(1)</script>"},
            )
            ledger.record(tx, event)
        for _ in range(100):
            ledger.record(tx, Event(kind=LeafKind.CONSULTATION, actor="officer-7", agency="EC-PN"))
    sequencer.catch_up()


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("language", ["es", "en", "qps"])
def test_every_page_renders_in_every_language(visit, language):
    for path in (
        "/ledger",
        "/ledger?before=51",
        "/ledger/leaves/0",
        "/ledger/leaves/1",
        "/ledger/events",
        EVENTS,
    ):
        first = visit(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert first.status_code in {302, 303}, first.text
        page = visit(path)
        assert page.status_code == 200, page.text
        assert "</main>" in page.text


@pytest.mark.usefixtures("recorded")
def test_the_log_lists_leaves_newest_first_with_articles_and_partner(visit):
    view = visit("/ledger.json?before=2").json()
    assert [leaf["kind"] for leaf in view["leaves"]] == ["release", "refusal"]
    assert view["leaves"][0]["decision"]["articles"] == ["US-EC/art3", "US-EC/art5.4"]
    assert view["older"] is None
    assert view["checkpoint"]["size"] == 102
    first = visit("/ledger.json").json()
    assert len(first["leaves"]) == 50
    assert first["older"] == first["leaves"][-1]["index"]
    assert "US-EC/art5.4" in visit("/ledger?before=2").text


@pytest.mark.usefixtures("recorded")
def test_what_is_downloaded_verifies_elsewhere(visit, tmp_path):
    archive = visit("/api/ledger/export")
    assert archive.headers["content-disposition"] == 'attachment; filename="ledger.zip"'
    zipfile.ZipFile(io.BytesIO(archive.content)).extractall(tmp_path / "log")
    vkey = visit("/ledger.json").json()["vkey"]
    assert verify_log(tmp_path / "log", [vkey])["ok"]
    proof, leaf = tmp_path / "leaf-1.tlog-proof", tmp_path / "leaf-1.json"
    proof.write_bytes(visit("/api/ledger/leaves/1/proof").content)
    leaf.write_bytes(visit("/api/ledger/leaves/1/entry").content)
    assert verify_entry(proof, leaf, [vkey])["ok"]
    assert visit("/api/ledger/checkpoint").content == (tmp_path / "log" / "checkpoint").read_bytes()
    for name in ("checkpoint", "tile/0/000.p/102", "tile/entries/000.p/102"):
        assert visit(f"/api/ledger/tlog/{name}").content == (tmp_path / "log" / name).read_bytes()


@pytest.mark.usefixtures("recorded")
def test_taking_the_log_away_is_recorded(visit, store, ledger):
    visit("/api/ledger/export")
    with store.transaction(Scope.node("test")) as tx:
        (event,) = ledger.events(tx, kind=LeafKind.EXPORTED)
    assert event.agency == "EC-PN"


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/ledger/leaves/100000", 404),
        ("/api/ledger/leaves/-1", 422),
        ("/api/ledger/leaves/99999999999999999999", 422),
        ("/api/ledger/leaves?limit=0", 422),
        ("/api/ledger/leaves?before=-1", 422),
        ("/api/ledger/leaves/100000/proof", 404),
        ("/api/ledger/tlog/tile/0/001", 404),
        ("/api/ledger/tlog/tile/0/000", 404),
        ("/api/ledger/tlog/tile/0/000.p/103", 404),
        ("/api/ledger/tlog/../../etc/passwd", 404),
        ("/api/ledger/tlog/x", 404),
        ("/ledger/leaves/100000", 404),
    ],
)
def test_what_is_not_there_is_answered_with_a_problem(visit, path, status):
    assert visit(path).status_code == status


def test_a_leaf_after_the_last_checkpoint_has_no_proof_yet(visit, sequencer):
    visit("/ledger")
    sequencer.catch_up()
    visit("/api/ledger/export")
    sequencer.drain()
    last = visit("/ledger.json").json()["size"] - 1
    assert visit(f"/api/ledger/leaves/{last}/proof").status_code == 409
    assert visit(f"/ledger/leaves/{last}").status_code == 200


def test_an_empty_log_has_pages_and_a_checkpoint(visit):
    assert visit("/ledger").status_code == 200
    assert visit("/api/ledger/checkpoint").text.splitlines()[1] == "0"
    assert visit("/api/ledger/leaves").json() == {"size": 0, "leaves": [], "older": None}


@pytest.mark.usefixtures("recorded")
def test_who_has_seen_a_record_is_shown_escaped_and_asking_is_recorded(visit, store, ledger):
    page = visit(f"{EVENTS}&subject=alert-1")
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text
    rows = visit("/ledger/events.json?why=lawfulness&subject=alert-1").json()["rows"]
    assert [row["kind"] for row in rows] == ["consultation", "release", "refusal"]
    with store.transaction(Scope.node("test")) as tx:
        seen = ledger.events(tx, subject_ref="alert-1", kind=LeafKind.CONSULTATION)
    assert len(seen) == 2


@pytest.mark.usefixtures("recorded")
def test_logs_are_read_for_the_four_purposes_of_the_directive_only(visit, store, ledger):
    """LED 25(2): without a purpose nothing is read, and another one is refused."""
    asking = visit("/ledger/events?subject=alert-1")
    assert asking.status_code == 200
    assert "release" not in asking.text.split("<main")[1]
    assert visit("/ledger/events.json?subject=alert-1").json()["rows"] == []
    for why in ("statistics", "curiosity", "lawfulness%20"):
        assert visit(f"/ledger/events?subject=alert-1&why={why}").status_code == 403
        assert visit(f"/ledger/events.json?subject=alert-1&why={why}").status_code == 403
    with store.transaction(Scope.node("test")) as tx:
        assert ledger.events(tx, subject_ref="alert-1", kind=LeafKind.CONSULTATION) == []
    for why in ("lawfulness", "self-check", "security", "criminal-proceedings"):
        assert visit(f"/ledger/events.json?subject=alert-1&why={why}").json()["rows"]
    with store.transaction(Scope.node("test")) as tx:
        seen = ledger.events(tx, subject_ref="alert-1", kind=LeafKind.CONSULTATION)
    assert {event.detail["why"] for event in seen if event.detail} == {
        "lawfulness", "self-check", "security", "criminal-proceedings",
    }  # fmt: skip


def test_oversight_sees_what_the_node_did_for_itself_and_nothing_of_another_agency(visit, store, ledger):
    with store.transaction(Scope.node("test")) as tx:
        ledger.record(tx, Event(kind=LeafKind.ERASED, actor="node", agency="node", subject_ref="r-1"))
        ledger.record(tx, Event(kind=LeafKind.DECISION, actor="of-9", agency="EC-SENAE", subject_ref="r-1"))
    rows = visit("/ledger/events.json?why=self-check").json()["rows"]
    assert {"erased", "officer.changed", "login"} <= {row["kind"] for row in rows}
    assert "decision" not in {row["kind"] for row in rows}
    with store.transaction(Scope("EC-PN", "border_control")) as tx:
        assert ledger.events(tx, subject_ref="r-1") == []


@pytest.mark.parametrize("path", ["/ledger", "/ledger/events", "/api/ledger/export", "/api/ledger/leaves"])
def test_a_watch_officer_is_refused(visit, path):
    assert visit(path, Role.WATCH_OFFICER).status_code == 403


def test_a_stranger_is_sent_to_log_in(node):
    with TestClient(create_app(node, PACKAGES), base_url="http://127.0.0.1:8700") as client:
        assert client.get("/ledger", follow_redirects=False).status_code == 303
        assert client.get("/api/ledger/leaves").status_code == 401
