"""Setting up the two nodes: settings, officers, upload token, lists, and each other's identity.

Setting up again changes nothing but the one-time passwords, which are new at every start.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from datetime import date
from pathlib import Path

import msgspec

from cordillera.desks.people.model import Actor, ListFormat
from cordillera.foundation.settings import FILE_NAME
from cordillera.foundation.store.database import NODE, Scope
from cordillera.runtime.demo_day.day import DemoDay, make_day
from cordillera.runtime.demo_day.lists import ListFiles
from cordillera.runtime.node import Node
from cordillera.runtime.ports import free_port
from cordillera.runtime.setup import NewNode, write_settings
from cordillera.trust.access.model import MachineSession, Role
from cordillera.trust.access.officers import NewOfficer

SEED = 20261121
SETUP = Scope.node("setup")
KEPT_FOR_THE_FEED = "demo-feed.txt"
_DESKS = ("travellers", "people")


class Post(msgspec.Struct, frozen=True):
    """An officer of the demonstration."""

    login: str
    name: str
    roles: tuple[Role, ...]


class Member(msgspec.Struct, frozen=True):
    """One node of the demonstration."""

    settings: NewNode
    list_name: str
    posts: tuple[Post, ...]


ECUADOR = Member(
    NewNode("ec", "EC", "EC-PN", "Policía Nacional del Ecuador", "es", "America/Guayaquil", 8700, 8701),
    "EC-BUSCADOS",
    (
        Post("oficial.ec", "Oficial de guardia", (Role.WATCH_OFFICER, Role.ANALYST)),
        Post("segunda.ec", "Segunda oficial", (Role.WATCH_OFFICER, Role.ANALYST)),
        Post("legal.ec", "Asesora legal", (Role.AGREEMENT_OFFICER,)),
        Post("legal2.ec", "Segundo asesor legal", (Role.AGREEMENT_OFFICER,)),
        Post("supervisora.ec", "Supervisora de datos", (Role.SUPERVISOR,)),
        Post("operador.ec", "Operador del nodo", (Role.OPERATOR,)),
        Post("operadora2.ec", "Segunda operadora", (Role.OPERATOR,)),
    ),
)
UNITED_STATES = Member(
    NewNode("us", "US", "US-CBP", "CBP National Targeting Center", "en", "America/New_York", 8710, 8711),
    "US-WANTED",
    (
        Post("officer.us", "Watch officer", (Role.WATCH_OFFICER, Role.ANALYST, Role.LIAISON)),
        Post("legal.us", "Agreement officer", (Role.AGREEMENT_OFFICER,)),
        Post("legal2.us", "Second agreement officer", (Role.AGREEMENT_OFFICER,)),
        Post("supervisor.us", "Data supervisor", (Role.SUPERVISOR,)),
        Post("operator.us", "Node operator", (Role.OPERATOR,)),
    ),
)
MEMBERS = (ECUADOR, UNITED_STATES)


class Ready(msgspec.Struct, frozen=True):
    """A node that is set up: its home, its site, and what people log in with."""

    member: Member
    home: Path
    site: str
    passwords: Mapping[str, str]
    upload_token: str


def demo_day(day: date) -> DemoDay:
    """Return the seeded day of arrivals."""
    return make_day(SEED, day)


def lay_out(home: Path) -> dict[str, Path]:
    """Write the settings of both nodes below `home`, where there are none; return their homes by id."""
    homes = {member.settings.id: home / member.settings.id for member in MEMBERS}
    for member in MEMBERS:
        folder = homes[member.settings.id]
        if not (folder / FILE_NAME).exists():
            write_settings(folder, _with_free_ports(member.settings))
    return homes


def set_up(nodes: Mapping[str, Node], day: Callable[[], DemoDay], pool: Executor) -> dict[str, Ready]:
    """Give the opened nodes their officers, token and list, and introduce them to each other.

    `day` is asked for its lists only by a node that has none yet.
    """
    _introduce(nodes)

    def prepare(member: Member) -> Ready:
        return _prepare(nodes[member.settings.id], member, day)

    return {ready.member.settings.id: ready for ready in pool.map(prepare, MEMBERS)}


def _prepare(node: Node, member: Member, day: Callable[[], DemoDay]) -> Ready:
    token_file = node.settings.home / KEPT_FOR_THE_FEED
    if not token_file.exists():
        lists = {"ec": day().list_ec, "us": day().list_us}
        _import_list(node, member.list_name, lists[member.settings.id], day().day)
        token_file.write_text(_upload_token(node), "utf-8")
        token_file.chmod(0o600)
    web = node.settings.web
    return Ready(
        member,
        node.settings.home,
        f"http://{web.host}:{web.port}",
        _passwords(node, member.posts),
        token_file.read_text("utf-8"),
    )


def _passwords(node: Node, posts: Iterable[Post]) -> dict[str, str]:
    with node.store.transaction(SETUP) as tx:
        known = {officer.login for officer in node.access.officers.all(tx)}
        return {
            post.login: (
                node.access.reset_officer(tx, NODE, post.login)
                if post.login in known
                else node.access.add_officer(tx, NODE, _new_officer(node, post))
            )
            for post in posts
        }


def _new_officer(node: Node, post: Post) -> NewOfficer:
    return NewOfficer(post.login, post.name, (node.settings.node.agency,), post.roles, _DESKS)


def _upload_token(node: Node) -> str:
    with node.store.transaction(SETUP) as tx:
        machine = MachineSession("demo-feed", node.settings.node.agency, "ingest")
        return node.access.tokens.add(tx, NODE, machine)


def _import_list(node: Node, name: str, files: ListFiles, dated: date) -> None:
    folder = node.settings.home / "lists"
    folder.mkdir(exist_ok=True, mode=0o700)
    for part, content in (("sdn", files.sdn), ("alt", files.alt), ("add", files.add)):
        (folder / f"{part}-{dated}.csv").write_bytes(content)
    by = Actor(NODE, node.settings.node.agency, SETUP.purpose)
    with node.store.transaction(SETUP) as tx:
        node.people.import_file(tx, folder / f"sdn-{dated}.csv", (name, ListFormat.OFAC_CSV), by)


def _introduce(nodes: Mapping[str, Node]) -> None:
    for own, node in nodes.items():
        with node.store.transaction(SETUP) as tx:
            known = {partner.id for partner in node.exchange.directory.all(tx)}
            for other in nodes.keys() - known - {own}:
                bundle = nodes[other].exchange_parts.identity.signed_bundle()
                node.exchange.directory.add(tx, bundle, NODE)


def _with_free_ports(new: NewNode) -> NewNode:
    return msgspec.structs.replace(
        new, web_port=free_port(new.web_port), exchange_port=free_port(new.exchange_port)
    )
