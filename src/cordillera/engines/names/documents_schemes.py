"""Which numbering a document follows, whether its check digits hold, and whose number it contains.

A scheme is known by the issuing state, the kind and the shape of the number. Where the state is not told,
only a shape that no other number has, with check digits that hold, is enough. A number that contains
another (a RUC with the cédula of a natural person, a CUIT with the DNI) names it as its `root`.

>>> read = identify(Document(DocumentKind.TAX_ID, "1710034065-001", "Ecuador"))
>>> read.scheme, read.root, read.verdict.value
('ec_ruc', 'ec_cedula:1710034065', 'valid')
>>> identify(Document(DocumentKind.NATIONAL_ID, "171003406-6", "ECU")).verdict.value
'doubtful'
"""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import msgspec

from cordillera.engines.names import checkdigits
from cordillera.engines.names.documents_number import normal_number
from cordillera.engines.names.model import Document, DocumentKind
from cordillera.engines.names.places_countries import country_of

_ID: Final = frozenset({DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID, DocumentKind.OTHER})
_FIRM: Final = frozenset({DocumentKind.TAX_ID, DocumentKind.REGISTRATION, DocumentKind.OTHER})
_SHIP: Final = frozenset({DocumentKind.VESSEL})
_ACCOUNT: Final = frozenset({DocumentKind.ACCOUNT, DocumentKind.OTHER})

Check = Callable[[str], bool]
Root = Callable[[str], str] | None


class Verdict(StrEnum):
    """Whether a number agrees with its own check digits."""

    VALID = "valid"
    UNCHECKED = "unchecked"
    DOUBTFUL = "doubtful"


class Identity(msgspec.Struct, frozen=True):
    """A document as read. `scheme` is "" when not known; `root` names the number of a person within."""

    document: Document
    number: str
    country: str = ""
    scheme: str = ""
    verdict: Verdict = Verdict.UNCHECKED
    root: str = ""


class Scheme(msgspec.Struct, frozen=True):
    """One numbering: who issues it, its shape, its check, and how the number of a person is cut out.

    `specific`: the shape alone tells the scheme, so that a valid number needs no issuer.
    """

    code: str
    country: str
    kinds: frozenset[DocumentKind]
    shape: re.Pattern[str]
    holds: Check | None = None
    root: Root = None
    specific: bool = False


def _itself(code: str) -> Callable[[str], str]:
    return lambda number: f"{code}:{number}"


def _cedula_in_ruc(number: str) -> str:
    return f"ec_cedula:{number[:10]}" if number[2] < "6" else ""


def _dni_in_ruc(number: str) -> str:
    return f"pe_dni:{number[2:10]}" if number[:2] == "10" else ""


def _cedula_in_rif(number: str) -> str:
    return f"ve_cedula:{number[1:9].lstrip('0')}" if number[0] in "VE" else ""


def _dni_in_cuit(number: str) -> str:
    person = number[:2] in {"20", "23", "24", "27"}
    return f"ar_dni:{number[2:10].lstrip('0')}" if person else ""


def _plain(code: str, kinds: frozenset[DocumentKind], shape: str, root: Root = None) -> Scheme:
    return Scheme(code, code[:2], kinds, re.compile(shape), None, root)


def _checked(
    code: str, shape: str, holds: Check, root: Root = None, kinds: frozenset[DocumentKind] = _ID
) -> Scheme:
    return Scheme(code, code[:2], kinds, re.compile(shape), holds, root)


def _specific(scheme: Scheme) -> Scheme:
    return msgspec.structs.replace(scheme, specific=True)


def _of_all(code: str, kinds: frozenset[DocumentKind], shape: str, holds: Check, *, specific: bool) -> Scheme:
    return Scheme(code, "", kinds, re.compile(shape), holds, None, specific)


SCHEMES: Final = (
    _checked("ec_cedula", r"\d{10}", checkdigits.cedula_ec, _itself("ec_cedula")),
    _checked("ec_ruc", r"\d{13}", checkdigits.ruc_ec, _cedula_in_ruc),
    _checked("cl_rut", r"\d{7,8}[\dK]", checkdigits.rut_cl),
    _checked("pe_dni", r"\d{8}[\dA-K]", checkdigits.dni_pe, lambda number: f"pe_dni:{number[:8]}"),
    _plain("pe_dni", _ID, r"\d{8}", _itself("pe_dni")),
    _checked("pe_ruc", r"\d{11}", checkdigits.ruc_pe, _dni_in_ruc),
    _checked("br_cpf", r"\d{11}", checkdigits.cpf_br),
    _checked("br_cnpj", r"[0-9A-Z]{12}\d\d", checkdigits.cnpj_br, kinds=_FIRM),
    _checked("ar_cuit", r"\d{11}", checkdigits.cuit_ar, _dni_in_cuit),
    _plain("ar_dni", _ID, r"[1-9]\d{6,7}", _itself("ar_dni")),
    _checked("co_nit", r"[89]\d{9}", checkdigits.nit_co, lambda number: f"co_nit:{number[:9]}", _FIRM),
    _plain("co_nit", _FIRM, r"[89]\d{8}", _itself("co_nit")),
    _plain("co_cedula", _ID, r"\d{5,8}|1\d{9}"),
    _plain("ve_cedula", _ID, r"[VE]?\d{5,8}", lambda number: f"ve_cedula:{number.lstrip('VE0')}"),
    _checked("ve_rif", r"[VEJPGC]\d{9}", checkdigits.rif_ve, _cedula_in_rif),
    _checked("py_ruc", r"\d{7,9}", checkdigits.ruc_py, kinds=_FIRM),
    _checked("nl_bsn", r"\d{9}", checkdigits.bsn_nl),
    _checked("be_register", r"\d{11}", checkdigits.rijksregister_be),
    _checked("es_dni", r"[XYZ\d]\d{7}[A-Z]", checkdigits.dni_es, lambda number: f"es_dni:{number[:8]}"),
    _plain("es_dni", _ID, r"\d{8}", _itself("es_dni")),
    _checked("us_ssn", r"\d{9}", checkdigits.ssn_us),
    _specific(_checked("mx_curp", r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d", checkdigits.curp_mx)),
    _specific(_checked("mx_rfc", r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}", checkdigits.rfc_mx, kinds=_ID | _FIRM)),
    _of_all("imo", _SHIP, r"\d{7}", checkdigits.imo, specific=False),
    _of_all("imo_company", _SHIP, r"\d{7}", checkdigits.imo_company, specific=False),
    _of_all("mmsi", _SHIP, r"\d{9}", checkdigits.mmsi, specific=False),
    _of_all("lei", _FIRM, r"[A-Z0-9]{18}\d\d", checkdigits.mod97, specific=True),
    _of_all("iban", _ACCOUNT, r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", checkdigits.iban, specific=True),
)

_OF_ALL: Final = tuple(scheme for scheme in SCHEMES if not scheme.country)
_SPECIFIC: Final = tuple(scheme for scheme in SCHEMES if scheme.specific or not scheme.country)
_OF_STATE: Final = {
    state: tuple(scheme for scheme in SCHEMES if scheme.country in {state, ""})
    for state in {scheme.country for scheme in SCHEMES}
}


def identify(document: Document) -> Identity:
    """Return what a document's number is: its scheme, whether it is valid, and whose it contains."""
    number, country = normal_number(document.number), country_of(document.issuer)
    if document.kind is DocumentKind.VESSEL:
        number, country = number.removeprefix("IMO").removeprefix("MMSI"), ""
    fitting = [
        _under(scheme, document, number, country)
        for scheme in (_OF_STATE.get(country, _OF_ALL) if country else _SPECIFIC)
        if document.kind in scheme.kinds and scheme.shape.fullmatch(number)
    ]
    known = [identity for identity in fitting if identity is not None]
    order = list(Verdict)
    return min(
        known,
        key=lambda identity: order.index(identity.verdict),
        default=Identity(document, number, country),
    )


def _under(scheme: Scheme, document: Document, number: str, country: str) -> Identity | None:
    """Return the document under a scheme; None when the issuer speaks against it or is needed.

    1. A scheme of all states needs a number that holds, unless the document says that it is a ship's.
    2. A scheme of one state needs that state as the issuer, or a shape of its own and a number that holds.
    3. A document of no known kind needs a number that holds.
    """
    verdict = _verdict(scheme, number)
    valid = verdict is Verdict.VALID
    if not scheme.country and not valid and document.kind is not DocumentKind.VESSEL:
        return None
    if scheme.country and scheme.country != country and (country or not (scheme.specific and valid)):
        return None
    if document.kind is DocumentKind.OTHER and not valid:
        return None
    root = scheme.root(number) if scheme.root and verdict is not Verdict.DOUBTFUL else ""
    return Identity(document, number, scheme.country, scheme.code, verdict, root)


def _verdict(scheme: Scheme, number: str) -> Verdict:
    if scheme.holds is None:
        return Verdict.UNCHECKED
    return Verdict.VALID if scheme.holds(number) else Verdict.DOUBTFUL
