"""What nobody could read tells of somebody by its words alone: whole, near each other, however written."""

import pytest

from cordillera.desks.travellers.unread_core import NEAR, Sought, tells_of

ANA = Sought("Muñoz Loor", "Ana María", ("AB-123 456", "X9"))


@pytest.mark.parametrize(
    "raw",
    [
        b"NAD+FL+++MUNOZ LOOR:ANA:MARIA'",
        "NAD+FL+++muñoz  loor:ana'".encode(),
        "1MUÑOZ LOOR/ANAMRS".encode("latin-1"),
        b"ANA MUNOZ LOOR",
        b"NAD+FL+++MUNOZ LO\r\nOR:ANA'",  # a hard line wrap in a name
        b"MUNOZ LOOR" + b"+" * 40 + b"1234567" + b"ANA".rjust(20),
        b"DOC+P+AB123456'",
        b"DOC+P+ab 123\n456'",
    ],
)
def test_it_tells_of_her(raw):
    assert tells_of(raw, ANA)


@pytest.mark.parametrize(
    "raw",
    [
        b"MUNOZ/ANA",
        b"MUNOZ LOORO/ANA",
        b"MUNOZ LOOR/DIANA",
        b"MUNOZ LOOR" + b" x" * NEAR + b" ANA",
        b"DOC+P+X9'",  # too short to be told from other words
        b"DOC+P+AB12345'",
        b"",
        bytes(range(256)),
    ],
)
def test_it_tells_of_others(raw):
    assert not tells_of(raw, ANA)


def test_nothing_tells_of_a_person_without_name_and_document():
    assert not tells_of(b"MUNOZ LOOR ANA", Sought("", "", ()))
    assert not tells_of(b"MUNOZ LOOR ANA", Sought("Muñoz Loor", "", ("12",)))
