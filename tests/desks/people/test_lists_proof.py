import pytest
from tests.desks.people.lists_world import Minisign, sums_of

from cordillera.desks.people.lists_errors import ListHashMismatch, ListSignatureWrong
from cordillera.desks.people.lists_proof import MOST, check_hash, check_public, check_signature, hash_in
from cordillera.engines.watchlists.source import ListFile

RAW = b"a list of invented people"
FILE = ListFile.of(RAW, "list.xml")


def test_a_sums_file_names_the_list_or_is_one_hash_alone() -> None:
    check_hash(sums_of("other.xml", b"x") + sums_of("list.xml", RAW), FILE)
    check_hash(sums_of("folder/list.xml", RAW), FILE)
    check_hash(sums_of("*list.xml", RAW), FILE)
    check_hash(FILE.digest().hex().encode(), FILE)
    for sums in (
        sums_of("list.xml", b"other"),
        sums_of("other.xml", RAW),
        b"",
        b"not a hash",
        FILE.digest().hex().encode() * 2,
    ):
        with pytest.raises(ListHashMismatch):
            check_hash(sums, FILE)
    assert len(hash_in(b"AB" * 32, "x")) == 32


@pytest.mark.parametrize("hashed", [True, False])
def test_a_signature_holds_over_exactly_this_file_by_exactly_this_key(*, hashed: bool) -> None:
    signer, other = Minisign(), Minisign()
    signature = signer.sign(RAW, hashed=hashed)
    check_signature(signature, signer.public, FILE)
    check_signature(signature, f"untrusted comment: key\n{signer.public}\n", FILE)
    for wrong, key in (
        (signature, other.public),
        (other.sign(RAW, hashed=hashed), signer.public),
        (signer.sign(RAW + b" ", hashed=hashed), signer.public),
        (signature.replace(b"made for a test", b"made for a fest"), signer.public),
        (signature[:-5], signer.public),
        (b"", signer.public),
    ):
        with pytest.raises(ListSignatureWrong):
            check_signature(wrong, key, FILE)


def test_a_key_of_another_name_is_told_apart_before_anything_is_hashed() -> None:
    signer, other = Minisign(), Minisign()
    other.key_id = b"otherkey"
    with pytest.raises(ListSignatureWrong) as caught:
        check_signature(other.sign(RAW), signer.public, FILE)
    assert caught.value.facts["condition"] == 2


def test_the_legacy_kind_is_for_small_files_only() -> None:
    signer, large = Minisign(), b"x" * (MOST + 1)
    with pytest.raises(ListSignatureWrong):
        check_signature(signer.sign(large, hashed=False), signer.public, ListFile.of(large))
    check_signature(signer.sign(large), signer.public, ListFile.of(large))


def test_a_public_key_must_be_one() -> None:
    check_public(Minisign().public)
    for text in ("", "none", "RWQ=", "untrusted comment: only"):
        with pytest.raises(ListSignatureWrong):
            check_public(text)
