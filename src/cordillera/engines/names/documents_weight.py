"""What documents say together, in bits.

1. A number that says nothing (too short, one sign repeated) is never compared.
2. The same number of the same state and kind speaks strongly for one person, more when its check digits
   hold; also when one number contains the other (RUC and cédula, CUIT and DNI), or is the other with the
   check digit of its machine-readable line. Short numbers speak less.
3. The same number where the issuer of one side is not told, or whose check digits fail on both sides,
   speaks less; of another state or kind, little.
4. A number one misread digit or one exchange away from a valid one, and itself failing its check digits,
   speaks a little for one person, and that is said.
5. Different numbers of one kind and state: a renewed passport hardly speaks against; a national number, a
   tax number or a ship's IMO number, of which a holder has one, speaks clearly against, less when unchecked.
6. One agreement and one contradiction count at most: two documents of one person are not independent.

>>> own = (identify(Document(DocumentKind.NATIONAL_ID, "1710034065", "ECU")),)
>>> [(finding.reason, finding.contribution) for finding in weigh_numbers(own, own)]
[('names.document_equal', 22.0)]
"""

from collections.abc import Sequence
from itertools import product
from typing import Final

import msgspec
from rapidfuzz.distance import OSA

from cordillera.engines.names import evidence_table as table
from cordillera.engines.names.checkdigits import mrz
from cordillera.engines.names.documents_schemes import Identity, Verdict, identify
from cordillera.engines.names.evidence_table import bits
from cordillera.engines.names.model import Document, DocumentKind

__all__ = ["Document", "DocumentFinding", "DocumentKind", "comparable", "identify", "weigh_numbers"]

_PERSONAL: Final = frozenset({DocumentKind.NATIONAL_ID, DocumentKind.TAX_ID})
_DIGIT_BITS: Final = 3.321928
_LETTER_BITS: Final = 4.70044
_RENEWED: Final = frozenset({"mmsi"})
_MANY: Final = frozenset({DocumentKind.ACCOUNT, DocumentKind.OTHER, DocumentKind.REGISTRATION})


class DocumentFinding(msgspec.Struct, frozen=True):
    """What two documents say: bits, the reason's message id, and the two."""

    contribution: float
    reason: str
    subject: Identity
    listed: Identity


def weigh_numbers(subject: Sequence[Identity], listed: Sequence[Identity]) -> tuple[DocumentFinding, ...]:
    """Return the strongest agreement and, of other numberings, the strongest contradiction."""
    best: dict[tuple[str, str], DocumentFinding] = {}
    for own, other in product(subject, listed):
        finding = _weigh(own, other)
        if finding and (
            _numbering(other) not in best or finding.contribution > best[_numbering(other)].contribution
        ):
            best[_numbering(other)] = finding
    order = sorted(best.values(), key=lambda finding: finding.contribution)
    agreement = [finding for finding in order[-1:] if finding.contribution >= 0.0]
    against = [finding for finding in order[:1] if finding.contribution < 0.0]
    return (*agreement, *against)


def comparable(subject: Sequence[Identity], listed: Sequence[Identity]) -> bool:
    """Tell whether any two documents could confirm or refute each other: one kind, states not different."""
    return any(
        own.number and other.number and _one_kind(own, other) and not _issuers_differ(own, other)
        for own in subject
        for other in listed
    )


def _weigh(own: Identity, other: Identity) -> DocumentFinding | None:
    """Return what two documents say; None when nothing (condition 1)."""
    if not own.number or not other.number:
        return None
    said = _agree(own, other) if _same(own, other) else _differ(own, other)
    return DocumentFinding(said[0], said[1], own, other) if said else None


def _same(own: Identity, other: Identity) -> bool:
    if own.number == other.number or (own.root and own.root == other.root):
        return True
    passports = own.document.kind is other.document.kind is DocumentKind.PASSPORT
    short, long = sorted((own.number, other.number), key=len)
    return passports and long[:-1] == short and short.isascii() and mrz(short, long[-1])


def _agree(own: Identity, other: Identity) -> tuple[float, str]:
    """Return what an equal number says (conditions 2 and 3)."""
    if own.root and own.root == other.root:
        return _at_most(table.DOCUMENT_CHECKED, own), "names.document_equal"
    if _issuers_differ(own, other):
        return _at_most(table.DOCUMENT_OTHER_ISSUER, own), "names.document_equal_other_issuer"
    if not _one_kind(own, other):
        return _at_most(table.DOCUMENT_OTHER_KIND, own), "names.document_equal_other_kind"
    if Verdict.DOUBTFUL in {own.verdict, other.verdict}:
        return _at_most(table.DOCUMENT_UNPLACED, own), "names.document_equal_doubtful"
    if own.verdict is other.verdict is Verdict.VALID:
        return _at_most(table.DOCUMENT_CHECKED, own), "names.document_equal"
    placed = bool(own.country and other.country)
    return _at_most(table.DOCUMENT_EQUAL if placed else table.DOCUMENT_UNPLACED, own), "names.document_equal"


def _differ(own: Identity, other: Identity) -> tuple[float, str] | None:
    """Return what different numbers of one kind and state say (conditions 4 and 5); None for nothing."""
    if not _one_numbering(own, other):
        return None
    doubtful = Verdict.DOUBTFUL in {own.verdict, other.verdict}
    if len(own.number) == len(other.number) and OSA.distance(own.number, other.number) == 1:
        if doubtful:
            return table.DOCUMENT_NEAR_DOUBTFUL, "names.document_near_doubtful"
        if own.verdict is Verdict.UNCHECKED:
            return table.DOCUMENT_NEAR, "names.document_near"
    return _contradict(own, other, doubtful=doubtful)


def _contradict(own: Identity, other: Identity, *, doubtful: bool) -> tuple[float, str]:
    if own.document.kind is DocumentKind.PASSPORT or own.scheme in _RENEWED:
        return table.RENEWED_DIFFERS, "names.document_other_number"
    if doubtful:
        return table.NUMBER_DIFFERS_DOUBTFUL, "names.document_differs_doubtful"
    if own.verdict is other.verdict is Verdict.VALID:
        return table.NUMBER_DIFFERS, "names.document_differs"
    return table.NUMBER_DIFFERS_UNCHECKED, "names.document_differs"


def _one_numbering(own: Identity, other: Identity) -> bool:
    """Tell whether a holder has one number of this kind at a time, and both sides name that kind."""
    if own.scheme or other.scheme:
        return own.scheme == other.scheme and own.document.kind is not DocumentKind.ACCOUNT
    kinds = own.document.kind is other.document.kind and own.document.kind not in _MANY
    return kinds and bool(own.country) and own.country == other.country


def _one_kind(own: Identity, other: Identity) -> bool:
    kinds = {own.document.kind, other.document.kind}
    return len(kinds) == 1 or kinds <= _PERSONAL or DocumentKind.OTHER in kinds


def _issuers_differ(own: Identity, other: Identity) -> bool:
    return bool(own.country and other.country) and own.country != other.country


def _at_most(most: float, identity: Identity) -> float:
    """Return `most`, or less for a number too short to tell as much."""
    letters = sum(sign.isalpha() for sign in identity.number)
    told = letters * _LETTER_BITS + (len(identity.number) - letters) * _DIGIT_BITS - table.NOT_RANDOM
    return bits(max(0.0, min(most, told)))


def _numbering(identity: Identity) -> tuple[str, str]:
    return identity.country, identity.scheme or identity.document.kind.value
