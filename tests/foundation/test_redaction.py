"""No secret and no person in what is written down."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from cordillera.foundation.errors import BadInput
from cordillera.foundation.redaction import LIMIT, REMOVED, clean, clean_text, describe, is_denied


@pytest.mark.parametrize(
    "name",
    [
        "password", "new_password", "csrf_token", "X-Authorization", "sessionCookie", "kek", "private_key",
        "full_name", "given_names", "family_name", "dateOfBirth", "date_of_birth", "document_number",
        "nationality", "traveller", "listed_name", "payload", "session_id",
    ],
)  # fmt: skip
def test_fields_with_such_names_are_removed(name: str) -> None:
    assert is_denied(name)
    assert clean({name: "canary"})[name] == REMOVED


@pytest.mark.parametrize(
    "name", ["list_name", "login", "query_id", "document_id", "traveller_count", "event", "worker", "bytes"]
)
def test_fields_that_tell_nothing_of_a_person_stay(name: str) -> None:
    assert clean({name: "known"}) == {name: "known"}


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://cordillera_app:canary@/cordillera",
        "Authorization: Bearer canary-canary",
        "GET /people?name=canary&born=1980 200",
        "password=canary",
        "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\ncanary",
    ],
)
def test_secrets_inside_a_text_are_cut_out(text: str) -> None:
    assert "canary" not in clean_text(text)
    assert REMOVED in clean_text(text)


def test_control_and_direction_characters_are_removed() -> None:
    assert clean_text("a\x1b]0;title\x07\r\u202eb\x00\u2066c\x9b") == "a]0;titlebc"


def test_a_lone_surrogate_does_not_stop_the_log() -> None:
    assert clean_text("a\ud800b") == "a?b"


def test_nested_fields_are_cleaned_too() -> None:
    told = clean({"request": {"headers": [{"cookie": "canary"}], "path": "/x?name=canary"}})
    assert "canary" not in str(told)


def test_a_record_is_named_by_its_type_alone() -> None:
    class Traveller:
        def __repr__(self) -> str:
            return "canary"

    assert clean({"found": Traveller(), "blob": b"canary"}) == {"found": "[Traveller]", "blob": "[6 bytes]"}


def test_simple_values_are_shown() -> None:
    moment, number = datetime(2026, 11, 21, tzinfo=UTC), UUID(int=7)
    assert clean({"at": moment, "id": number}) == {"at": str(moment), "id": str(number)}


def test_long_texts_and_lists_are_cut() -> None:
    assert len(clean_text("x" * 100_000)) == LIMIT + 3
    kept = clean({"rows": list(range(10_000))})["rows"]
    assert isinstance(kept, list)
    assert len(kept) == 100


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_the_message_of_a_foreign_exception_is_not_told() -> None:
    told = describe(raised(BadInput(line=3, full_name="canary"), raised(ValueError("canary"))))
    assert "canary" not in str(told)
    assert told["code"] == "error.bad_input"
    assert told["facts"] == {"line": 3, "full_name": REMOVED}
    assert "test_redaction.py" in str(told["at"])
    assert told["cause"]["type"] == "builtins.ValueError"  # type: ignore[index]  # a nested description
