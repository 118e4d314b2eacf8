import pytest

from cordillera.engines.names.documents import document_keys, document_kind, normal_number
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
        ("C.U.R.P.", DocumentKind.NATIONAL_ID),
        ("Personal ID Card", DocumentKind.NATIONAL_ID),
        ("RUC #", DocumentKind.TAX_ID),
        ("Tax ID No.", DocumentKind.TAX_ID),
        ("Vessel Registration Identification IMO", DocumentKind.VESSEL),
        ("imoNumber", DocumentKind.VESSEL),
        ("Company Number IMO", DocumentKind.REGISTRATION),
        ("Matrícula Mercantil No", DocumentKind.REGISTRATION),
        ("Driver's License No.", DocumentKind.OTHER),
        ("tax_id", DocumentKind.TAX_ID),
    ],
)
def test_words_and_codes_name_a_kind(text: str, kind: DocumentKind) -> None:
    assert document_kind(text) is kind


@pytest.mark.parametrize("number", ["", "000000", "123", "XXXXXX", "-0-"])
def test_a_number_that_says_nothing_never_matches(number: str) -> None:
    assert normal_number(number) == ""
    assert document_keys(Document(PASSPORT, number)) == frozenset()


def test_spaces_and_signs_do_not_hide_an_equal_number() -> None:
    assert document_keys(Document(PASSPORT, "ab-123 456")) == document_keys(Document(PASSPORT, "AB123456"))


def test_a_tax_number_and_the_national_number_within_share_a_key() -> None:
    tax = Document(DocumentKind.TAX_ID, "1710034065001", "ECU")
    cedula = Document(DocumentKind.NATIONAL_ID, "171003406-5", "Ecuador")
    assert document_keys(tax) & document_keys(cedula) == {"ec_cedula:1710034065"}
    assert document_keys(Document(PASSPORT, "000000")) == frozenset()


def test_national_and_tax_numbers_share_their_keys_and_passports_do_not() -> None:
    number = "A1234567"
    national, tax = (
        document_keys(Document(kind, number)) for kind in (DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID)
    )
    assert national == tax
    assert not national & document_keys(Document(PASSPORT, number))
