"""Oblivious evaluation, against the vectors of RFC 9497 and hostile answers."""

import json
from pathlib import Path

import pytest

from cordillera.foundation.crypto.errors import BadKey, BadProof
from cordillera.foundation.crypto.oprf import Blinded, OprfKey

KEY = OprfKey(b"\x01" * 32, b"practice")
TOKENS = [b"P|EC|A1234567", b"P|CL|B7654321", b"+593991234567"]


def vectors(shared: Path) -> list[dict]:
    found = json.loads((shared / "exchange/voprf/rfc9497_vectors.json").read_text("utf-8"))
    return [one for one in found if one["identifier"] == "ristretto255-SHA512" and one["mode"] == 1]


def test_the_vectors_of_the_standard_come_out_byte_for_byte(shared: Path):
    (suite,) = vectors(shared)
    key = OprfKey(bytes.fromhex(suite["seed"]), bytes.fromhex(suite["keyInfo"]))
    assert key.public.hex() == suite["pkSm"]
    for vector in suite["vectors"]:
        blinded = [bytes.fromhex(one) for one in vector["BlindedElement"].split(",")]
        outputs = [key.evaluate(bytes.fromhex(one)).hex() for one in vector["Input"].split(",")]
        assert outputs == vector["Output"].split(",")
        answer = key.answer(blinded)
        for element in vector["EvaluationElement"].split(","):
            assert bytes.fromhex(element) in answer


def test_who_asks_gets_what_the_holder_would_compute():
    blinded = Blinded(TOKENS)
    assert blinded.finish(KEY.answer(blinded.elements), KEY.public) == [KEY.evaluate(t) for t in TOKENS]


def test_the_same_input_is_blinded_differently_every_time():
    assert not set(Blinded(TOKENS).elements) & set(Blinded(TOKENS).elements)


def test_an_answer_under_another_key_is_refused():
    blinded, other = Blinded(TOKENS), OprfKey(b"\x02" * 32, b"practice")
    with pytest.raises(BadProof):
        blinded.finish(other.answer(blinded.elements), KEY.public)


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_changed_answer_is_refused(place: int):
    blinded = Blinded(TOKENS)
    answer = bytearray(KEY.answer(blinded.elements))
    answer[place] ^= 1
    with pytest.raises(BadProof):
        blinded.finish(bytes(answer), KEY.public)


def test_an_answer_to_fewer_inputs_is_refused():
    blinded = Blinded(TOKENS)
    with pytest.raises(BadProof):
        blinded.finish(KEY.answer(blinded.elements[:2]), KEY.public)


@pytest.mark.parametrize("element", [b"", bytes(32), b"\xff" * 32, b"short"])
def test_what_is_no_element_is_refused_the_identity_included(element: bytes):
    with pytest.raises(BadProof):
        KEY.answer([element])


def test_too_many_elements_at_once_are_refused():
    with pytest.raises(BadProof):
        KEY.answer([Blinded([b"x"]).elements[0]] * 1025)


def test_a_seed_of_another_length_is_no_key():
    with pytest.raises(BadKey):
        OprfKey(b"short", b"")
