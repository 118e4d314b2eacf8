"""Backups: whole or not at all, sealed by the home, and what was erased stays erased."""

import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.errors import KeyUnavailable
from cordillera.foundation.crypto.keyring import KeyRing, month_label
from cordillera.foundation.settings import DatabaseSettings, Settings
from cordillera.foundation.store.backup import (
    BackupExists,
    BackupFailed,
    NothingToBackUp,
    RestoreFailed,
    backup,
    restore,
)
from cordillera.foundation.store.backup_file import BackupBroken, Manifest, read_manifest
from cordillera.foundation.store.database import Scope, Store, migrate
from cordillera.foundation.store.embedded import ensure_running, server_of
from cordillera.foundation.store.embedded_errors import DatabaseInUse, NotOurDatabase
from cordillera.foundation.store.sealing import DataKey, FieldSealer, KeyDestroyed, Place

WORK = Scope.node("test")
MARCH = datetime(2027, 3, 10, tzinfo=UTC)
PLACE = Place("person", "name", "1")


class Home:
    """A node's home; each test seals a field of its own in it, due in a month of its own."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(folder)
        self.clock = FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))
        self.keyring = KeyRing(self.settings.keys)
        self.sealer = FieldSealer(self.keyring, self.clock)
        self.due = datetime(2027, 1, 10, tzinfo=UTC)
        with self.opened() as store:
            migrate(store.urls.owner)

    def seal(self) -> None:
        self.due += timedelta(days=31)
        self.key = self.new_key()
        self.blob = self.sealer.seal(self.key, PLACE, b"Canario Quispe")

    def new_key(self) -> DataKey:
        with self.opened() as store, store.transaction(WORK) as tx:
            return self.sealer.new_key(tx, "case", self.due)

    def opened(self) -> "Opened":
        return Opened(self.settings)

    def read(self) -> bytes:
        with self.opened() as store, store.transaction(WORK) as tx:
            key: DataKey = self.sealer.load_key(tx, self.key.key_id)
        return self.sealer.open(key, PLACE, self.blob)


class Opened:
    """The store of a home, for a `with`."""

    def __init__(self, settings: Settings) -> None:
        self._use = ensure_running(settings.home, settings)

    def __enter__(self) -> Store:
        self._store = Store(self._use.__enter__())
        return self._store

    def __exit__(self, *error: object) -> None:
        self._store.close()
        self._use.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="cord-test-"))
    yield Home(folder)
    server_of(folder, Settings(folder)).destroy()
    shutil.rmtree(folder)


@pytest.fixture
def home(shared_home: Home) -> Home:
    shared_home.seal()
    return shared_home


def test_a_restored_backup_holds_what_was_there_and_nothing_later(home: Home, tmp_path: Path) -> None:
    told = backup(home.settings, tmp_path / "b.tar", home.clock)
    later = home.new_key()
    assert restore(home.settings, tmp_path / "b.tar") == told
    assert home.read() == b"Canario Quispe"
    with home.opened() as store, store.transaction(WORK) as tx, pytest.raises(KeyDestroyed):
        home.sealer.load_key(tx, later.key_id)


def test_a_backup_is_made_while_the_node_works(home: Home, tmp_path: Path) -> None:
    with home.opened() as store:
        backup(home.settings, tmp_path / "b.tar", home.clock)
        with store.transaction(WORK) as tx:
            assert tx.execute(sa.text("SELECT count(*) FROM data_key")).scalar_one() >= 1


def test_the_roles_have_the_same_rights_after_a_restore(home: Home, tmp_path: Path) -> None:
    rights = sa.text(
        "SELECT grantee::text, table_name::text, privilege_type::text"
        " FROM information_schema.role_table_grants WHERE grantee LIKE 'cordillera_a%' ORDER BY 1, 2, 3"
    )
    backup(home.settings, tmp_path / "b.tar", home.clock)
    with home.opened() as store, store.transaction(WORK) as tx:
        before = tx.execute(rights).all()
    restore(home.settings, tmp_path / "b.tar")
    with home.opened() as store, store.transaction(WORK) as tx:
        assert tx.execute(rights).all() == before
        assert before


def test_a_backup_holds_no_key_and_no_readable_person(home: Home, tmp_path: Path) -> None:
    backup(home.settings, tmp_path / "b.tar", home.clock)
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert archive.getnames() == ["manifest.json", "manifest.hmac", "database.dump"]
    content = (tmp_path / "b.tar").read_bytes()
    keys = [one.read_bytes() for one in home.settings.keys.iterdir()]
    live = [key for key in keys if key != b"destroyed"]  # what is left where other tests destroyed one
    assert live
    assert not [key for key in live if key in content]
    assert b"Canario" not in content
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600


def test_after_the_month_key_is_destroyed_no_backup_can_be_read(home: Home, tmp_path: Path) -> None:
    backup(home.settings, tmp_path / "b.tar", home.clock)
    home.keyring.destroy_kek(month_label(home.due))
    restore(home.settings, tmp_path / "b.tar")
    with pytest.raises(KeyUnavailable):
        home.read()


def test_what_was_erased_after_the_backup_stays_erased(home: Home, tmp_path: Path) -> None:
    backup(home.settings, tmp_path / "b.tar", home.clock)
    with home.opened() as store, store.transaction(WORK) as tx:
        home.sealer.destroy_key(tx, home.key.key_id)
    restore(home.settings, tmp_path / "b.tar")
    with pytest.raises(KeyDestroyed):
        home.read()


def test_a_node_that_runs_is_not_restored(home: Home, tmp_path: Path) -> None:
    backup(home.settings, tmp_path / "b.tar", home.clock)
    with home.opened(), pytest.raises(DatabaseInUse):
        restore(home.settings, tmp_path / "b.tar")
    assert home.read() == b"Canario Quispe"


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("dear")
    with pytest.raises(BackupExists):
        backup(home.settings, tmp_path / "b.tar", home.clock)
    assert (tmp_path / "b.tar").read_text() == "dear"
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_a_folder_that_is_not_there_is_a_typed_error(home: Home, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        backup(home.settings, tmp_path / "nowhere/b.tar", home.clock)


def test_a_home_without_a_database_is_left_alone(tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(NothingToBackUp):
        backup(Settings(tmp_path / "new"), tmp_path / "b.tar", clock)
    assert list(tmp_path.iterdir()) == []


def test_a_database_run_by_others_is_left_to_their_tools(tmp_path: Path, clock: FixedClock) -> None:
    external = DatabaseSettings(
        owner_url="postgresql://a@/x", app_url="postgresql://a@/x", auditor_url="postgresql://a@/x"
    )
    with pytest.raises(NotOurDatabase):
        backup(Settings(tmp_path, database=external), tmp_path / "b.tar", clock)


# One sealed file serves all the tests of damage: they never reach the database.
DUMP = b"PGDMP" + bytes(range(256)) * 40


def packed(folder: Path, manifest: dict[str, object], keyring: KeyRing, dump: bytes = DUMP) -> Path:
    from cordillera.foundation.crypto.digest import hmac_sha256

    written = msgspec.json.encode(manifest)
    path = folder / "b.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in (
            ("manifest.json", written),
            ("manifest.hmac", hmac_sha256(keyring.secret("backup"), written)),
            ("database.dump", dump),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return path


def manifest_of(dump: bytes = DUMP, **other: object) -> dict[str, object]:
    from cordillera.foundation.crypto.digest import sha256

    told = Manifest(MARCH, "ec", "0001", "18.4", len(dump), sha256(dump).hex())
    return msgspec.to_builtins(told) | other


def test_a_whole_file_is_accepted(tmp_path: Path, keyring: KeyRing) -> None:
    assert read_manifest(keyring, packed(tmp_path, manifest_of(), keyring)).node == "ec"


@pytest.mark.parametrize("content", [b"", b"not a tar", bytes(10_240)])
def test_condition_1_another_kind_of_file_is_refused(
    tmp_path: Path, keyring: KeyRing, content: bytes
) -> None:
    (tmp_path / "b.tar").write_bytes(content)
    with pytest.raises(BackupBroken) as refusal:
        read_manifest(keyring, tmp_path / "b.tar")
    assert refusal.value.facts["condition"] == 1


def test_condition_1_a_later_format_is_refused(tmp_path: Path, keyring: KeyRing) -> None:
    with pytest.raises(BackupBroken) as refusal:
        read_manifest(keyring, packed(tmp_path, manifest_of(format=2), keyring))
    assert refusal.value.facts == {"condition": 1, "format": 2}


def test_condition_2_a_backup_of_a_stranger_is_refused(tmp_path: Path, keyring: KeyRing) -> None:
    stranger = KeyRing(tmp_path / "stranger")
    with pytest.raises(BackupBroken) as refusal:
        read_manifest(keyring, packed(tmp_path, manifest_of(), stranger))
    assert refusal.value.facts["condition"] == 2


def test_condition_3_another_dump_is_refused(tmp_path: Path, keyring: KeyRing) -> None:
    with pytest.raises(BackupBroken) as refusal:
        read_manifest(keyring, packed(tmp_path, manifest_of(), keyring, DUMP[:-1] + b"!"))
    assert refusal.value.facts["condition"] == 3


def test_condition_4_a_schema_of_the_future_is_refused(tmp_path: Path, keyring: KeyRing) -> None:
    with pytest.raises(BackupBroken) as refusal:
        read_manifest(keyring, packed(tmp_path, manifest_of(revision="9999"), keyring))
    assert refusal.value.facts == {"condition": 4, "revision": "9999"}


@pytest.mark.parametrize("kept", [0.1, 0.4, 0.6])
def test_a_file_cut_short_is_refused(tmp_path: Path, keyring: KeyRing, kept: float) -> None:
    path = packed(tmp_path, manifest_of(), keyring)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(BackupBroken):
        read_manifest(keyring, path)


def test_a_dump_that_postgresql_refuses_leaves_the_database_as_it_was(home: Home, tmp_path: Path) -> None:
    path = packed(tmp_path, manifest_of(), home.keyring)
    with pytest.raises(RestoreFailed):
        restore(home.settings, path)
    assert home.read() == b"Canario Quispe"
