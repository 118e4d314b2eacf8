"""Documents as evidence: the same number of the same kind raises strongly; anything else says nothing.

A different number is no contradiction: people renew and hold several documents. The issuing state is
compared only to tell apart equal numbers of two states.

>>> normal_number(" AB-123 456 ")
'AB123456'
>>> document_kind("Número de pasaporte")
<DocumentKind.PASSPORT: 'passport'>
"""

import unicodedata
from typing import Final

import msgspec

from cordillera.engines.names.constants import (
    DOCUMENT_EQUAL,
    DOCUMENT_OTHER_ISSUER,
    MIN_DOCUMENT_LENGTH,
)
from cordillera.engines.names.model import Document, DocumentKind

_PASSPORT: Final = ("passport", "pasaporte", "passeport")
_NATIONAL: Final = (
    "national id",
    "national foreign",
    "identification number",
    "identity",
    "identif",
    "cedula",
    "c.u.r.p",
    "curp",
    "d.n.i",
    "dni",
    "r.u.t",
    "ssn",
    "national_id",
    "personal id",
    "identidad",
)
_CODES: Final = {
    "p": DocumentKind.PASSPORT,
    "pp": DocumentKind.PASSPORT,
    "i": DocumentKind.NATIONAL_ID,
    "id": DocumentKind.NATIONAL_ID,
    "c": DocumentKind.NATIONAL_ID,
    "a": DocumentKind.NATIONAL_ID,
}
_COUNTRIES: Final = {
    "ecu": "ecuador",
    "ec": "ecuador",
    "col": "colombia",
    "co": "colombia",
    "per": "peru",
    "pe": "peru",
    "ven": "venezuela",
    "ve": "venezuela",
    "mex": "mexico",
    "mx": "mexico",
    "usa": "united states",
    "us": "united states",
}


class DocumentEvidence(msgspec.Struct, frozen=True):
    """Two documents with equal numbers: contribution, reason, and the pair."""

    contribution: float
    reason: str
    subject: Document
    listed: Document


def normal_number(number: str) -> str:
    """Return the letters and digits of a document number in capitals; "" for one that says nothing."""
    plain = unicodedata.normalize("NFKC", number).upper()
    kept = "".join(sign for sign in plain if sign.isalnum())
    return kept if len(kept) >= MIN_DOCUMENT_LENGTH and len(set(kept)) > 1 else ""


def document_kind(text: str) -> DocumentKind:
    """Return the kind that a code of a message (P, I, ID) or the words of a list stand for."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip().lower()
    if plain in _CODES:
        return _CODES[plain]
    if any(word in plain for word in _PASSPORT):
        return DocumentKind.PASSPORT
    return DocumentKind.NATIONAL_ID if any(word in plain for word in _NATIONAL) else DocumentKind.OTHER


def document_key(document: Document) -> str:
    """Return what two equal documents share, for an index; "" for a number that says nothing."""
    number = normal_number(document.number)
    return f"{document.kind.value}:{number}" if number else ""


def weigh_documents(subject: tuple[Document, ...], listed: tuple[Document, ...]) -> DocumentEvidence | None:
    """Return the strongest agreement between documents, or None when no number is shared."""
    if not subject or not listed:
        return None
    found = [_weigh(own, other) for own in subject for other in listed if _equal(own, other)]
    return max(found, key=lambda evidence: evidence.contribution, default=None)


def _equal(own: Document, other: Document) -> bool:
    key = document_key(own)
    return bool(key) and key == document_key(other)


def _weigh(own: Document, other: Document) -> DocumentEvidence:
    if _issuers_differ(own.issuer, other.issuer):
        return DocumentEvidence(DOCUMENT_OTHER_ISSUER, "names.document_equal_other_issuer", own, other)
    return DocumentEvidence(DOCUMENT_EQUAL, "names.document_equal", own, other)


def _issuers_differ(left: str, right: str) -> bool:
    """Tell whether two issuers are surely different; a code against an unknown word is not sure."""
    first, second = _issuer(left), _issuer(right)
    comparable = bool(first and second) and (len(first) > 3) == (len(second) > 3)
    return comparable and first != second


def _issuer(text: str) -> str:
    plain = text.strip().casefold()
    return _COUNTRIES.get(plain, plain)
