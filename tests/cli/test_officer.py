"""`cordillera admin officer` and `admin token`, on a home of their own."""

import json

import pytest

from cordillera.cli import officer
from cordillera.trust.access.errors import LoginTaken


def run(app, capsys, *words: str, home) -> object:
    app([*words, "--home", str(home), "--json"], result_action="return_value")
    return json.loads(capsys.readouterr().out)


def test_officers_and_tokens_come_and_go(tmp_path, capsys):
    (tmp_path / "cordillera.toml").touch()
    added = run(officer.app, capsys, "add", "mquishpe", "María Quishpe", "--role", "analyst", home=tmp_path)
    assert len(added["one_time_password"]) == 23
    with pytest.raises(LoginTaken):
        run(officer.app, capsys, "add", "mquishpe", "Otra", "--role", "analyst", home=tmp_path)
    (row,) = run(officer.app, capsys, "list", home=tmp_path)
    assert (row["login"], row["active"], row["must_change_password"]) == ("mquishpe", True, True)
    again = run(officer.app, capsys, "reset", "mquishpe", home=tmp_path)
    assert again["one_time_password"] != added["one_time_password"]
    assert run(officer.app, capsys, "revoke", "mquishpe", home=tmp_path)["revoked"] is True
    token = run(officer.token, capsys, "add", "carrier", home=tmp_path)["token"]
    assert token.startswith("cord_")
    (listed,) = run(officer.token, capsys, "list", home=tmp_path)
    assert token not in str(listed)
    assert run(officer.token, capsys, "revoke", "carrier", home=tmp_path)["revoked"] is True
