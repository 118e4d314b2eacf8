"""Which cosignatures make a quorum (c2sp.org/tlog-policy)."""

import pytest

from cordillera.foundation.crypto.signing import SigningKey
from cordillera.trust.ledger.cosignature import Cosignature, witness_key
from cordillera.trust.ledger.errors import PolicyMalformed
from cordillera.trust.ledger.note import NoteKey
from cordillera.trust.ledger.policy import Witness, parse_policy, write_policy

NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")
KEYS = {name: witness_key(name, SigningKey(bytes([at]) * 32).public_bytes) for at, name in enumerate(NAMES)}
LOG = NoteKey.of("example.org/log", SigningKey(b"\x20" * 32).public_bytes)
WITNESSES = "".join(f"witness {name}\t {key.vkey} https://{name}.example\n" for name, key in KEYS.items())
TWO_LEVELS = f"""\
# two organisations
log {LOG.vkey} https://log.example

{WITNESSES}group X 2 X1 X2 X3
group Y any Y1 Y2 Y3
group both all X Y
quorum both
"""


def satisfied(text, *names):
    return parse_policy(text).satisfied_by([KEYS[name] for name in names])


def test_a_quorum_of_two_levels_asks_for_both_organisations():
    assert satisfied(TWO_LEVELS, "X1", "X3", "Y2")
    assert not satisfied(TWO_LEVELS, "X1", "X2", "X3")
    assert not satisfied(TWO_LEVELS, "X1", "Y1", "Y2", "Y3")
    policy = parse_policy(TWO_LEVELS)
    assert policy.asks_for_witnesses
    assert [log.key for log in policy.logs] == [LOG]
    assert policy.witnesses[0].url == "https://X1.example"


def test_a_single_witness_or_none_can_be_the_quorum():
    assert satisfied(WITNESSES + "quorum X1\n", "X1")
    assert not satisfied(WITNESSES + "quorum X1\n", "X2")
    none = parse_policy("quorum none\n")
    assert none.satisfied_by([])
    assert not none.asks_for_witnesses


def test_freshness_is_that_of_the_quorum_not_of_its_newest_member():
    policy = parse_policy(TWO_LEVELS)
    at = {"X1": 500, "X2": 300, "X3": 100, "Y1": 900}
    assert policy.moment([Cosignature(KEYS[name], second) for name, second in at.items()]) == 300
    assert policy.moment([Cosignature(KEYS["X1"], 500)]) is None


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("quorum none", 1),
        ("quorum\x00none\n", 1),
        ("", 6),
        ("quorum none\nquorum none\n", 6),
        ("quorum X1\n", 3),
        ("nonsense\n", 2),
        ("log\n", 2),
        (f"log {KEYS['X1'].vkey}\nquorum none\n", 4),
        (f"witness X1 {LOG.vkey}\nquorum X1\n", 4),
        (f"witness X1 {KEYS['X1'].vkey}\nwitness X2 {KEYS['X1'].vkey}\nquorum X1\n", 4),
        (f"witness none {KEYS['X1'].vkey}\nquorum none\n", 3),
        (WITNESSES + f"witness X1 {LOG.vkey}\nquorum X1\n", 3),
        (WITNESSES + "group g 2 X1 Z1\nquorum g\n", 3),
        (WITNESSES + "group g 0 X1\nquorum g\n", 5),
        (WITNESSES + "group g 2 X1\nquorum g\n", 5),
        (WITNESSES + "group g any X1 X1\nquorum g\n", 5),
        (WITNESSES + "group g any X1\ngroup h any X1\nquorum g\n", 5),
        (WITNESSES + "group g some X1\nquorum g\n", 5),
        (WITNESSES + "group g any none\nquorum g\n", 3),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused_with_its_condition(text, condition):
    with pytest.raises(PolicyMalformed) as raised:
        parse_policy(text)
    assert raised.value.facts["condition"] == condition


def test_a_written_policy_reads_back():
    held = [Witness("us", KEYS["X1"], "node:us"), Witness("supervisor", KEYS["Y1"], "http://127.0.0.1:8790")]
    policy = parse_policy(write_policy(held, 2))
    assert list(policy.witnesses) == held
    assert policy.satisfied_by([KEYS["X1"], KEYS["Y1"]])
    assert not policy.satisfied_by([KEYS["X1"]])
    with pytest.raises(PolicyMalformed):
        write_policy(held, 3)
