"""Settings: file, environment, refusals."""

from pathlib import Path

import pytest

from cordillera.foundation.settings import Settings, WrongSettings, default_home, load, read_settings

ROOT = Path(__file__).resolve().parents[2]


def test_a_node_starts_with_an_empty_home(tmp_path: Path) -> None:
    assert load(tmp_path).node.environment == "exercise"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"web": {"port": 1000}}, {"CORDILLERA_WEB_PORT": "2000"})
    assert settings.web.port == 2000


@pytest.mark.parametrize(
    "written",
    [
        {"web": {"prot": 1}},
        {"wbe": {}},
        {"web": 3},
        {"node": {"environment": "test"}},
        {"web": {"port": "many"}},
    ],
)
def test_an_unknown_name_or_wrong_value_is_refused_by_name(
    tmp_path: Path, written: dict[str, object]
) -> None:
    with pytest.raises(WrongSettings):
        read_settings(tmp_path, written, {})


@pytest.mark.parametrize(
    "written",
    [
        {"travellers": {"traveller_days": 0}},
        {"travellers": {"alert_days": 1_000_000}},
        {"exchange": {"answer_bucket_ms": 0}},
        {"exchange": {"message_hours": -1}},
        {"ledger": {"max_lag_seconds": 10**9}},
        {"web": {"idle_minutes": 0}},
        {"web": {"absolute_hours": 24 * 365}},
        {"web": {"port": 70_000}},
    ],
)
def test_no_setting_switches_a_safeguard_off(tmp_path: Path, written: dict[str, object]) -> None:
    """Terms without end, sessions without end, a ledger that may stand still: refused, not obeyed."""
    with pytest.raises(WrongSettings):
        read_settings(tmp_path, written, {})


def test_a_broken_file_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "cordillera.toml").write_text("[node", "utf-8")
    with pytest.raises(WrongSettings):
        load(tmp_path)


def test_the_home_is_named_by_the_environment_or_the_users_data_folder() -> None:
    assert default_home({"CORDILLERA_HOME": "/srv/node"}) == Path("/srv/node")
    assert default_home({"XDG_DATA_HOME": "/data"}) == Path("/data/cordillera")


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for section in Settings.__struct_fields__[1:]:
        assert f"## [{section}]" in page
        for name in Settings.__annotations__[section].__struct_fields__:
            assert f"`{name}`" in page, f"{section}.{name}"
