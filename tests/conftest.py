"""Fixtures: a real PostgreSQL with a fresh migrated database per test, a clock that waits, shared data."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from tests.web.house import APPLICATIONS

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.keyring import KeyRing
from cordillera.foundation.ids import uuid7
from cordillera.foundation.store.database import DatabaseUrls, Store, migrate
from cordillera.foundation.store.embedded import EmbeddedPostgres
from cordillera.foundation.store.embedded_roles import create_over, drop_over
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.access import passwords

# A noisy machine must not fail a property; in CI the same examples are tried every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "cordillera_template"
MEMORY, MEMORY_NEEDED = Path("/dev/shm"), 4 << 30
REAL_HASHES = {"test_passwords", "test_login_guessing"}


def pytest_collection_finish() -> None:
    """Keep what is loaded by now from the garbage collector, which would look through it again and again."""
    gc.freeze()


def shared_folder() -> Path | None:
    """The folder of shared test data: `$CORDILLERA_SHARED`, else beside the checkout."""
    named = os.environ.get("CORDILLERA_SHARED")
    candidates = [Path(named)] if named else [ROOT.parent / "shared"]
    return next((folder / "data" for folder in candidates if (folder / "data").is_dir()), None)


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Hash passwords quickly, but not where how they are hashed is what is tested."""
    if request.path.stem not in REAL_HASHES:
        monkeypatch.setattr(passwords, "_HASHER", QUICK_HASHER)


@pytest.fixture(autouse=True)
def _applications() -> Iterator[None]:
    """Let the next test use the applications that this one made."""
    yield
    APPLICATIONS.give_back()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data of ../shared; a test that needs it is skipped without it, and fails in CI."""
    folder = shared_folder()
    if folder is None:
        reason = "shared test data not found: set CORDILLERA_SHARED"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return folder


class OneSuperuser(EmbeddedPostgres):
    """A server whose databases come and go over one connection: to log in costs as much as to copy one."""

    @cached_property
    def superuser_connection(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def create_database(self, name: str, template: str | None = None) -> DatabaseUrls:
        create_over(self.superuser_connection, name, template)
        return self.urls(name)

    def drop_database(self, name: str) -> None:
        drop_over(self.superuser_connection, name)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One real PostgreSQL server for the session (fsync off: the fault tests start their own).

    In memory where there is room: a database for each test is a thousand files made and removed.
    """
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    folder = Path(mkdtemp(dir=MEMORY, prefix="cord-test-")) if roomy else tmp_path_factory.mktemp("postgres")
    folder.chmod(0o711)  # the server's account passes through
    server = OneSuperuser(folder / "data", durable=False)
    server.start()
    server.create_database(TEMPLATE)
    migrate(server.urls(TEMPLATE).owner)
    yield server
    server.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_urls(cluster: EmbeddedPostgres) -> Iterator[DatabaseUrls]:
    """A fresh, migrated database of this test alone."""
    name = f"test_{uuid7().hex[-16:]}"
    cluster.create_database(name, template=TEMPLATE)
    yield cluster.urls(name)
    cluster.drop_database(name)


@pytest.fixture
def store(database_urls: DatabaseUrls) -> Iterator[Store]:
    """The store of a fresh node."""
    opened = Store(database_urls, pool_size=5)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FixedClock:
    """Noon UTC of a day on which the shipped agreements are in force."""
    return FixedClock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def keyring(tmp_path: Path) -> KeyRing:
    """A fresh key ring."""
    return KeyRing(tmp_path / "keys")


@pytest.fixture
def sealer(keyring: KeyRing, clock: FixedClock) -> FieldSealer:
    """A sealer of fields under the fresh key ring."""
    return FieldSealer(keyring, clock)
