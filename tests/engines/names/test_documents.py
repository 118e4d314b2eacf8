import pytest

from cordillera.engines.names.documents import document_kind, normal_number, weigh_documents
from cordillera.engines.names.model import Document, DocumentKind

PASSPORT = DocumentKind.PASSPORT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("P", PASSPORT),
        ("Número de pasaporte", PASSPORT),
        ("Diplomatic Passport", PASSPORT),
        ("Cédula No.", DocumentKind.NATIONAL_ID),
        ("National Identification Number", DocumentKind.NATIONAL_ID),
        ("I", DocumentKind.NATIONAL_ID),
        ("Visa", DocumentKind.OTHER),
    ],
)
def test_words_and_codes_name_a_kind(text: str, kind: DocumentKind) -> None:
    assert document_kind(text) is kind


@pytest.mark.parametrize("number", ["", "000000", "123", "XXXXXX", "-0-"])
def test_a_number_that_says_nothing_never_matches(number: str) -> None:
    assert normal_number(number) == ""
    same = (Document(PASSPORT, number),)
    assert weigh_documents(same, same) is None


def test_spaces_and_signs_do_not_hide_an_equal_number() -> None:
    found = weigh_documents((Document(PASSPORT, "ab-123 456"),), (Document(PASSPORT, "AB123456"),))
    assert found is not None
    assert found.reason == "names.document_equal"


def test_another_kind_is_another_document() -> None:
    own, other = Document(PASSPORT, "12345678"), Document(DocumentKind.NATIONAL_ID, "12345678")
    assert weigh_documents((own,), (other,)) is None


def test_an_equal_number_of_another_state_raises_less() -> None:
    own = Document(PASSPORT, "12345678", "ECU")
    same = weigh_documents((own,), (Document(PASSPORT, "12345678", "Ecuador"),))
    other = weigh_documents((own,), (Document(PASSPORT, "12345678", "Colombia"),))
    assert same is not None
    assert other is not None
    assert same.contribution > other.contribution > 0
