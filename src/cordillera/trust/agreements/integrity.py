"""Whether the adopted agreements are the ones that two officers adopted; a node starts with no others.

For every adopted version, and for every adoption in the ledger, it must hold:

1. the stored file is a signed agreement, and its text has the hash, id, version and first day of its row;
2. a leaf of the ledger with the row's hash says that this version with this text was adopted;
3. no adoption in the ledger lacks its row: nobody rolled back to an older file;
4. a version ends where its file says, or the day before the version that names it as superseded;
5. each party's root signed exactly that text, as far as the node still knows that root.

See tests/attacks/test_agreement_rollback.py and tests/attacks/test_agreement_unsigned_edit.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec
import sqlalchemy as sa

from cordillera.foundation.errors import BadInput
from cordillera.trust.agreements import version_store
from cordillera.trust.agreements.errors import AgreementTampered, SignerUnknown
from cordillera.trust.agreements.leaves import ADOPTED
from cordillera.trust.agreements.model import Agreement
from cordillera.trust.agreements.ports import Roots
from cordillera.trust.agreements.signatures import SignedAgreement, read_signed, verify_one
from cordillera.trust.agreements.version_store import VersionRow
from cordillera.trust.ledger.leaf import LeafText
from cordillera.trust.ledger.service import Ledger


class _Adopted(msgspec.Struct, frozen=True):
    row: VersionRow
    signed: SignedAgreement
    agreement: Agreement


def check_adopted(tx: sa.Connection, ledger: Ledger, roots: Roots) -> int:
    """Return how many adopted versions hold; raise `AgreementTampered` for the first that does not."""
    rows = version_store.versions(tx)
    leaves = dict(ledger.of_message(tx, ADOPTED))
    adopted = [_read(row) for row in rows if row.signed]
    for one in adopted:
        _check_leaf(one, leaves)
        _check_signatures(one, roots)
    _check_none_missing(adopted, leaves)
    _check_ends(adopted)
    return len(adopted)


def _read(row: VersionRow) -> _Adopted:
    """Condition 1."""
    try:
        signed = read_signed(row.file)
        agreement = signed.read()
    except BadInput as error:
        raise _tampered(row, error.code) from error
    told = (row.agreement_hash, row.agreement_id, row.version, row.valid_from)
    if told != (signed.hash, agreement.id, agreement.version, agreement.valid.from_):
        raise _tampered(row, "file")
    return _Adopted(row, signed, agreement)


def _check_leaf(one: _Adopted, leaves: Mapping[str, LeafText]) -> None:
    """Condition 2."""
    leaf = leaves.get(one.row.leaf)
    articles = leaf.decision.articles if leaf and leaf.decision else ()
    if leaf is None or leaf.agr_hash != one.row.agreement_hash or articles != (one.agreement.name,):
        raise _tampered(one.row, "ledger")


def _check_none_missing(adopted: Sequence[_Adopted], leaves: Mapping[str, LeafText]) -> None:
    """Condition 3."""
    held = {one.row.leaf for one in adopted}
    for leaf_hash, leaf in leaves.items():
        if leaf_hash not in held:
            raise AgreementTampered(agreement_id=leaf.agr, agreement_hash=leaf.agr_hash, part="rolled back")


def _check_ends(adopted: Sequence[_Adopted]) -> None:
    """Condition 4."""
    followers = {
        one.agreement.supersedes: one.agreement.valid.from_ - timedelta(days=1)
        for one in adopted
        if one.agreement.supersedes
    }
    for one in adopted:
        if one.row.valid_to != _last_day(one.agreement, followers):
            raise _tampered(one.row, "validity")


def _last_day(agreement: Agreement, followers: Mapping[str, date]) -> date | None:
    ends, followed = agreement.valid.to, followers.get(agreement.name)
    if followed is None or (ends is not None and ends < followed):
        return ends
    return followed


def _check_signatures(one: _Adopted, roots: Roots) -> None:
    """Condition 5: a root that is no longer known was known when the file was adopted."""
    if one.signed.parties != one.agreement.countries:
        raise _tampered(one.row, "signatures")
    for signature in one.signed.signatures:
        try:
            verify_one(one.signed, signature, roots)
        except SignerUnknown:
            continue
        except BadInput as error:
            raise _tampered(one.row, "signatures") from error


def _tampered(row: VersionRow, part: str) -> AgreementTampered:
    return AgreementTampered(agreement_id=row.agreement_id, agreement_hash=row.agreement_hash, part=part)
