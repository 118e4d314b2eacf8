"""Signed agreements: both parties, both halves, exactly these bytes."""

import json

import msgspec
import pytest
from tests.trust.agreements.signing import root, roots, second, signed, text

from cordillera.foundation.canonical import dumps, loads
from cordillera.trust.agreements.errors import (
    AgreementEdited,
    NotAParty,
    NotSigned,
    SignatureMissing,
    SignerUnknown,
)
from cordillera.trust.agreements.loading import read_agreement
from cordillera.trust.agreements.signatures import prepare, read_signed, sign, verify


def test_what_both_parties_signed_is_read_with_the_hash_that_messages_carry():
    file = read_signed(signed(second()))
    agreement = verify(file, roots())
    assert (agreement.id, agreement.version) == ("us-ec-2025", 2)
    assert file.hash == read_agreement(second())[1]


def test_condition_1_a_text_that_is_not_canonical_is_refused():
    file = prepare(text())
    loose = msgspec.structs.replace(file, agreement=json.dumps(json.loads(file.agreement), indent=1))
    for party in ("EC", "US"):
        with pytest.raises(AgreementEdited):
            sign(loose, party, root(party))
    with pytest.raises(AgreementEdited):
        verify(msgspec.structs.replace(loose, signatures=read_signed(signed(text())).signatures), roots())


@pytest.mark.parametrize("parties", [("EC",), ("US",), ()])
def test_condition_2_each_party_signs(parties):
    file = prepare(second())
    for party in parties:
        file = sign(file, party, root(party))
    with pytest.raises(SignatureMissing):
        verify(file, roots())


def test_condition_2_a_party_signs_once():
    file = read_signed(signed(second()))
    twice = msgspec.structs.replace(file, signatures=(*file.signatures, file.signatures[0]))
    with pytest.raises(SignatureMissing):
        verify(twice, roots())


def test_condition_3_the_root_is_one_that_speaks_for_the_party():
    with pytest.raises(SignerUnknown):
        verify(read_signed(signed(second(), {"EC": "EC", "US": "CL"})), roots())
    with pytest.raises(SignerUnknown):
        verify(read_signed(signed(second(), {"EC": "US", "US": "EC"})), roots())
    both = {"EC": (root("EC").public,), "US": (root("EC").public,)}
    with pytest.raises(SignerUnknown):
        verify(read_signed(signed(second(), {"EC": "EC", "US": "EC"})), both)


@pytest.mark.parametrize("half", ["ed25519", "ml_dsa_65"])
def test_condition_4_both_halves_must_hold(half):
    value = loads(signed(second()))
    other = loads(signed(text()))
    value["signatures"][0]["signature"][half] = other["signatures"][0]["signature"][half]
    with pytest.raises(AgreementEdited):
        verify(read_signed(dumps(value)), roots())


def test_a_stranger_cannot_sign_as_a_party_and_other_files_are_not_signed():
    with pytest.raises(NotAParty):
        sign(prepare(text()), "CL", root("CL"))
    for raw in (text(), b"# treaty", b"[]", b""):
        with pytest.raises(NotSigned):
            read_signed(raw)
