"""Documents of people, organisations and vessels: their kinds and their keys.

A kind is what a code of a message or the words of a list stand for. Keys are what two equal documents
share, for an index. What two documents say in bits stands in `documents_weight`.

>>> document_kind("Número de pasaporte")
<DocumentKind.PASSPORT: 'passport'>
>>> sorted(document_keys(Document(DocumentKind.TAX_ID, "1710034065001", "ECU")))
['ec_cedula:1710034065', 'national_id:1710034065001', 'tax_id:1710034065001']
"""

import re
import unicodedata
from typing import Final

from cordillera.engines.names.documents_number import normal_number
from cordillera.engines.names.documents_schemes import identify
from cordillera.engines.names.model import Document, DocumentKind

__all__ = ["document_key", "document_keys", "document_kind", "normal_number"]

_WORDS: Final = (
    (DocumentKind.VESSEL, "vessel ship imo mmsi callsign"),
    (DocumentKind.PASSPORT, "passport pasaporte passeport paspoort passaporte"),
    (DocumentKind.ACCOUNT, "iban bban"),
    (
        DocumentKind.TAX_ID,
        "tax ruc nit rfc cuit cuil cnpj cpf rif inn vat fiscal tributaria nif fein ein rsin",
    ),
    (DocumentKind.NATIONAL_ID, "cedula curp dni rut run ssn identity identidad identificacion identif bsn"),
    (DocumentKind.NATIONAL_ID, "rijksregisternummer nie ssid id identification nationalid national_id ci"),
    (DocumentKind.REGISTRATION, "lei registration registro matricula mercantil company commercial commerce"),
    (DocumentKind.REGISTRATION, "ogrn kvk incorporation gazette uei duns licence license folio chamber"),
)
_KIND_OF: Final = {word: kind for kind, words in _WORDS for word in words.split()}
_PHRASES: Final = (
    ("company number imo", DocumentKind.REGISTRATION),
    ("driver", DocumentKind.OTHER),
    ("tax id", DocumentKind.TAX_ID),
    ("tax identification", DocumentKind.TAX_ID),
    ("vessel registration", DocumentKind.VESSEL),
    ("call sign", DocumentKind.VESSEL),
    ("business registration", DocumentKind.REGISTRATION),
    ("legal entity identifier", DocumentKind.REGISTRATION),
    ("registration id", DocumentKind.REGISTRATION),
    ("trade license", DocumentKind.REGISTRATION),
    ("citizen s card", DocumentKind.NATIONAL_ID),
    ("electoral", DocumentKind.OTHER),
)
_CODES: Final = {
    "p": DocumentKind.PASSPORT,
    "pp": DocumentKind.PASSPORT,
    "i": DocumentKind.NATIONAL_ID,
    "c": DocumentKind.NATIONAL_ID,
    "a": DocumentKind.NATIONAL_ID,
}
_LONGEST: Final = 200
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VALUES: Final = {kind.value: kind for kind in DocumentKind}


def document_kind(text: str) -> DocumentKind:
    """Return the kind that a code of a message (P, I, ID) or the words of a list stand for."""
    words = _plain(text)
    joined = " ".join(words)
    if text in _VALUES or joined in _CODES:
        return _VALUES.get(text) or _CODES[joined]
    for phrase, kind in _PHRASES:
        if phrase in joined:
            return kind
    found = [_KIND_OF[word] for word in (*words, "".join(words)) if word in _KIND_OF]
    order = list(dict(_WORDS))
    return min(found, key=order.index, default=DocumentKind.OTHER)


def document_key(document: Document) -> str:
    """Return what two equal documents share as written; "" for a number that says nothing."""
    number = normal_number(document.number)
    return f"{document.kind.value}:{number}" if number else ""


def document_keys(document: Document) -> frozenset[str]:
    """Return every key under which an equal document may be found, the person's number within included.

    National and tax numbers are mixed up by those who type them and share their keys.
    """
    number = normal_number(document.number)
    if not number:
        return frozenset()
    kinds = {document.kind}
    if document.kind in {DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID}:
        kinds = {DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID}
    found = identify(document)
    return frozenset({f"{kind.value}:{found.number}" for kind in kinds} | ({found.root} - {""}))


def _plain(text: str) -> list[str]:
    apart = _CAMEL.sub(" ", text[:_LONGEST])
    folded = unicodedata.normalize("NFKD", apart).encode("ascii", "ignore").decode().lower()
    return _runs("".join(sign if sign.isalpha() or sign == "_" else " " for sign in folded.replace(".", "")))


def _runs(text: str) -> list[str]:
    """Return the words; single letters apart (`C U R P`) become one word."""
    found: list[str] = []
    run = ""
    for word in (*text.split(), ""):
        if len(word) == 1:
            run += word
            continue
        found.extend(filter(None, (run, word)))
        run = ""
    return found
