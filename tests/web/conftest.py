import pytest
from argon2 import PasswordHasher
from tests.web.house import ACCESS_ONLY, House

from cordillera.trust.access import passwords


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    """New hashes cost little here; the cost in use is tested in tests/attacks/test_login_guessing.py."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    """A node whose site has the pages of access and of the site itself."""
    return House(store, clock, tmp_path, ACCESS_ONLY)


@pytest.fixture
def whole(store, clock, tmp_path) -> House:
    """A node whose site has everything."""
    return House(store, clock, tmp_path)
