r"""Verifiable oblivious pseudorandom functions: RFC 9497, VOPRF mode, ristretto255-SHA512.

Whoever asks learns the function of its input and that the holder used the key it published; the holder
learns nothing of the input. The blinding stays in memory: it cannot be written down, and need not be.

>>> key = OprfKey(b"\x01" * 32, b"us-ec-2025|1")
>>> blinded = Blinded([b"P|EC|A1234567"])
>>> blinded.finish(key.answer(blinded.elements), key.public) == [key.evaluate(b"P|EC|A1234567")]
True
"""

from collections.abc import Sequence
from typing import Final

from voprf import ristretto

from cordillera.foundation.crypto.errors import BadKey, BadProof

ELEMENT: Final = 32
OUTPUT: Final = 96
"""A proof (64) and the evaluated element (32). One proof each: the library's batch aborts on a false one."""
MAX_BATCH: Final = 1024


class OprfKey:
    """The key of a holder, derived from a 32-byte seed and public information (RFC 9497, DeriveKeyPair)."""

    def __init__(self, seed: bytes, info: bytes) -> None:
        if len(seed) != ELEMENT:
            raise BadKey(kind="OPRF seed", size=len(seed))
        self._evaluator = ristretto.Evaluator.from_seed(seed, info)
        self.public: bytes = self._evaluator.public_key.serialize()

    def evaluate(self, token: bytes) -> bytes:
        """Return the function of an input that the holder knows itself, 64 bytes."""
        return self._evaluator.evaluate_known_input(token)

    def answer(self, elements: Sequence[bytes]) -> bytes:
        """Evaluate blinded elements, each with its proof, one after the other; raise `BadProof`."""
        if not 1 <= len(elements) <= MAX_BATCH:
            raise BadProof(reason="number of elements")
        try:
            inputs = [ristretto.BlindedInput.deserialize(element) for element in elements]
            return b"".join(self._evaluator.evaluate(one).serialize() for one in inputs)
        except ValueError as error:
            raise BadProof(reason="element") from error


class Blinded:
    """Inputs of one question, blinded; what undoes it is kept in this object only."""

    def __init__(self, tokens: Sequence[bytes]) -> None:
        pairs = [ristretto.Client.blind(token) for token in tokens]
        self._clients = [client for client, _ in pairs]
        self.elements: tuple[bytes, ...] = tuple(element.serialize() for _, element in pairs)

    def finish(self, answer: bytes, public: bytes) -> list[bytes]:
        """Return the function of each input; raise `BadProof` unless the published key made the answer."""
        if len(answer) != OUTPUT * len(self._clients):
            raise BadProof(reason="length")
        parts = [answer[at : at + OUTPUT] for at in range(0, len(answer), OUTPUT)]
        try:
            key = ristretto.PublicKey.deserialize(public)
            outputs = [ristretto.VerifiableOutput.deserialize(part) for part in parts]
            pairs = zip(self._clients, outputs, strict=True)
            return [client.finalize(output, key) for client, output in pairs]
        except ValueError as error:
            raise BadProof(reason="answer") from error
