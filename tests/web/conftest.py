import pytest
from tests.web.house import ACCESS_ONLY, House


@pytest.fixture
def house(store, clock, tmp_path) -> House:
    """A node whose site has the pages of access and of the site itself."""
    return House(store, clock, tmp_path, ACCESS_ONLY)


@pytest.fixture
def whole(store, clock, tmp_path) -> House:
    """A node whose site has everything."""
    return House(store, clock, tmp_path)
