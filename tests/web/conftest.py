import pytest
from argon2 import PasswordHasher
from tests.web.house import House

from cordillera.trust.access import passwords


@pytest.fixture
def house(store, clock, tmp_path, monkeypatch) -> House:
    # New hashes cost little here; the cost in use is tested in tests/attacks/test_login_guessing.py.
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))
    return House(store, clock, tmp_path)
