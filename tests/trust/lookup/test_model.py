import pytest

from cordillera.trust.lookup.errors import KeyNotExact
from cordillera.trust.lookup.model import ExactKey, container_check


@pytest.mark.parametrize("value", ["A1234567", " a 123-4567 ", "a123.4567"])
def test_a_document_has_one_token_however_it_is_written(value: str):
    assert ExactKey(kind="document", issuer="ec", type="p", value=value).token == b"document|EC|P|A1234567"


def test_the_issuer_and_the_kind_of_a_document_are_part_of_its_token():
    tokens = {
        ExactKey(kind="document", issuer=issuer, type=kind, value="A1234567").token
        for issuer in ("EC", "PE") for kind in ("P", "ID")
    }  # fmt: skip
    assert len(tokens) == 4


def test_a_phone_number_is_written_as_e164():
    assert ExactKey(kind="phone", value="+593 (99) 123-4567").token == b"phone|||+593991234567"


@pytest.mark.parametrize(("number", "digit"), [("CSQU305438", 3), ("TOLU473478", 7)])
def test_a_container_number_carries_its_check_digit(number: str, digit: int):
    assert container_check(number) == digit
    assert ExactKey(kind="container", value=f"{number}{digit}").is_exact
    assert not ExactKey(kind="container", value=f"{number}{(digit + 1) % 10}").is_exact


@pytest.mark.parametrize(
    "key",
    [
        ExactKey(kind="document", value="A1234567"),
        ExactKey(kind="document", issuer="EC", type="P", value="-"),
        ExactKey(kind="phone", value="099 123 4567"),
        ExactKey(kind="person", value="Núñez, María"),
        ExactKey(kind="container", value="A1"),
    ],
)
def test_what_can_be_written_in_more_than_one_way_is_no_key(key: ExactKey):
    with pytest.raises(KeyNotExact):
        _ = key.token
