"""Settings of a node: `cordillera.toml` in its home, overridden by the environment.

Every setting has a default, so a node starts with an empty file. `CORDILLERA_WEB_PORT=8443` overrides
`port` in the section `[web]`. Nothing else in Cordillera reads the environment or the settings file.

>>> from pathlib import Path
>>> read_settings(Path("/nowhere"), {}, {"CORDILLERA_WEB_PORT": "8443"}).web.port
8443
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from cordillera.foundation import shapes
from cordillera.foundation.errors import BadInput

FILE_NAME = "cordillera.toml"
_PREFIX = "CORDILLERA_"
Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3_653)]
"""A term: nothing is kept for no time at all, and nothing for longer than ten years."""


class WrongSettings(BadInput):
    """The settings file or an environment variable cannot be used; the reason names the setting."""

    code = "settings.wrong"


class NodeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who this node is. `environment` "exercise" works with invented data only."""

    id: str = "node"
    country: str = "EC"
    agency: str = "EC-PN"
    name: str = "Cordillera node"
    environment: Literal["exercise", "production"] = "exercise"
    language: Literal["es", "en"] = "es"
    timezone: str = "America/Guayaquil"


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where PostgreSQL is. Without URLs the node runs an embedded server of its own.

    `owner_url`, `app_url` and `auditor_url` belong together: three roles of one database. `binaries`
    is the folder of `postgres` and `initdb` for the embedded server; empty means: look for them.
    """

    owner_url: str = ""
    app_url: str = ""
    auditor_url: str = ""
    binaries: str = ""
    pool_size: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 10


class WebSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The site for people. Without a certificate it may listen on loopback only."""

    host: str = "127.0.0.1"
    port: Port = 8700
    tls_certificate: str = ""
    tls_key: str = ""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    idle_minutes: Annotated[int, msgspec.Meta(ge=1, le=480)] = 15
    absolute_hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 12


class ExchangeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The listener for partner nodes. `public_url` is what partners call; empty means host and port.

    `fishing_*`: from how many questions in one case, cases of one officer and numbers in a row within a day
    an alarm is raised; `consents_a_day` and `redress_searches_a_day`: how often a partner may ask.
    """

    host: str = "127.0.0.1"
    port: Port = 8701
    public_url: str = ""
    message_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 72
    answer_bucket_ms: Annotated[int, msgspec.Meta(ge=10, le=60_000)] = 50
    queue_limit: Annotated[int, msgspec.Meta(ge=100, le=10_000_000)] = 100_000
    fishing_questions: Annotated[int, msgspec.Meta(ge=2, le=1_000_000)] = 500
    fishing_cases: Annotated[int, msgspec.Meta(ge=2, le=100_000)] = 60
    fishing_numbers: Annotated[int, msgspec.Meta(ge=2, le=1_000)] = 5
    consents_a_day: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 50
    redress_searches_a_day: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 50


class PeopleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The people desk: how much an officer and a program with a token may ask of the lists.

    `*_queries_a_minute`: more are refused; `*_entries_a_day`: from so many different entries shown on the
    next is refused and the supervisor told; `*_share_of_list`: the same from such a percentage of one list
    on, but not below `entries_always`.
    """

    officer_queries_a_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 120
    officer_entries_a_day: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 10_000
    program_queries_a_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 6_000
    program_entries_a_day: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 2_000
    officer_share_of_list: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    program_share_of_list: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    entries_always: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 50


class TokenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PKCS#11 token that keeps the signing keys. `module` is its library; empty means: keys are files.

    `pin_file` holds the user's PIN on its first line and is readable by the node only.
    """

    module: str = ""
    label: str = ""
    pin_file: str = ""


class LedgerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The transparency log. `max_lag_seconds`: leaves waiting longer stop every release.

    `witness_policy`: file that names the witnesses (empty: `witness.policy` in the home);
    `witness_minutes`: a log not cosigned for longer stops every release.
    """

    origin: str = ""
    max_lag_seconds: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 60
    witness_policy: str = ""
    witness_minutes: Annotated[int, msgspec.Meta(ge=5, le=1_440)] = 240


class TravellerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The traveller desk: the watched folder, and how long things are kept (days).

    `advice_seconds`: an interactive list is answered so long after it came, whatever was found;
    `advice_share`: the share of its travellers that is checked at random.
    """

    inbox: str = ""
    advice_seconds: Annotated[float, msgspec.Meta(ge=0.2, le=30)] = 2.0
    advice_share: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.02
    traveller_days: Days = 180
    alert_days: Days = 365
    review_days: Days = 90


class ComputeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where heavy computation runs. `cluster`: host:port of a Ray cluster's head; empty: in this process.

    `workers`: threads of this process; 0 is two per core.
    """

    cluster: str = ""
    workers: Annotated[int, msgspec.Meta(ge=0, le=1_024)] = 0


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of one node, with the home they belong to."""

    home: Path
    node: NodeSettings = NodeSettings()
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    exchange: ExchangeSettings = ExchangeSettings()
    token: TokenSettings = TokenSettings()
    ledger: LedgerSettings = LedgerSettings()
    travellers: TravellerSettings = TravellerSettings()
    people: PeopleSettings = PeopleSettings()
    compute: ComputeSettings = ComputeSettings()

    @property
    def keys(self) -> Path:
        """The directory of the key ring."""
        return self.home / "keys"

    @property
    def ledger_origin(self) -> str:
        """The name of this node's log in checkpoints."""
        return self.ledger.origin or f"cordillera/{self.node.id}"


def default_home(environ: Mapping[str, str] | None = None) -> Path:
    """Return `$CORDILLERA_HOME`, else the user's data folder."""
    known = os.environ if environ is None else environ
    if known.get("CORDILLERA_HOME"):
        return Path(known["CORDILLERA_HOME"]).expanduser()
    return user_home(known)


def user_home(environ: Mapping[str, str] | None = None) -> Path:
    """Return the home in the user's data folder, the one place where a node is made without being asked."""
    known = os.environ if environ is None else environ
    data = known.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "cordillera"


def holds_node(home: Path) -> bool:
    """Whether a node lives in `home`: its settings, its keys or its database are there."""
    return any((home / name).exists() for name in (FILE_NAME, "keys", "database"))


def load(home: Path) -> Settings:
    """Read the settings of the node that lives in `home`; raise `WrongSettings`."""
    path = home / FILE_NAME
    try:
        written = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSettings(file=FILE_NAME, reason=str(error)) from error
    return read_settings(home, written, os.environ)


def read_settings(home: Path, written: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """Join file and environment to `Settings`; raise `WrongSettings` for unknown names or wrong values."""
    values: dict[str, object] = {name: _section(name, part) for name, part in written.items()}
    for section in Settings.__struct_fields__[1:]:
        part = dict(_section(section, values.get(section, {})))
        kind = Settings.__annotations__[section]
        for name in kind.__struct_fields__:
            override = environ.get(f"{_PREFIX}{section.upper()}_{name.upper()}")
            if override is not None:
                part[name] = override.split(",") if name == "allowed_hosts" else override
        values[section] = _convert(section, part, kind)
    return _build(home, values)


def _section(name: str, part: object) -> Mapping[str, object]:
    if not isinstance(part, Mapping):
        raise WrongSettings(section=name, reason="must be a table")
    return part


def _convert(section: str, part: Mapping[str, object], kind: type[msgspec.Struct]) -> msgspec.Struct:
    try:
        return shapes.convert(part, kind, strict=False)
    except msgspec.ValidationError as error:
        raise WrongSettings(section=section, reason=str(error)) from error


def tell_nobody(name: str) -> None:
    """Switch off what a library would tell its makers, unless somebody has chosen otherwise."""
    os.environ.setdefault(name, "0")


def _build(home: Path, values: Mapping[str, object]) -> Settings:
    unknown = sorted(set(values) - set(Settings.__struct_fields__[1:]))
    if unknown:
        raise WrongSettings(section=unknown[0], reason="unknown section")
    return shapes.convert({"home": home, **values}, Settings, strict=True, dec_hook=_as_is)


def _as_is(kind: type, value: object) -> object:
    return Path(str(value)) if kind is Path else value
