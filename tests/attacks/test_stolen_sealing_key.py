"""Attack: traffic was recorded for weeks; then the machine, its disk and its backups are taken."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.sim.federation import KNOWN, NODE, Pair

from cordillera.foundation.crypto.errors import BadKey, KeyUnavailable
from cordillera.foundation.crypto.hpke import HpkePrivateKey
from cordillera.trust.exchange.envelope import open_envelope
from cordillera.trust.exchange.errors import EnvelopeRefused

pytest_plugins = ["tests.sim.fixtures"]


def _every_secret(folder: Path) -> list[bytes]:
    """All 32-byte windows at the start of every file that is left."""
    return [path.read_bytes()[:32] for path in sorted(folder.rglob("*")) if path.is_file()]


def test_nothing_that_is_left_opens_what_was_recorded_after_the_key_was_destroyed(pair: Pair):
    recorded = pair.ec.craft(pair.us, 1)
    kid = recorded.header.enc_kid
    assert KNOWN.encode() in open_envelope(recorded, "us", pair.us.identity.sealing_keys).token.payload
    for _ in range(38):
        pair.us.clock.advance(timedelta(days=1))
        pair.us.keys.tick()
    tried = 0
    for secret in _every_secret(pair.us.identity.keyring.directory):
        try:
            key = HpkePrivateKey(secret)
        except BadKey:
            continue
        tried += 1
        with pytest.raises(EnvelopeRefused):
            open_envelope(recorded, "us", {kid: key})
    assert tried >= 3
    assert kid not in pair.us.identity.sealing_keys


def test_a_revoked_sealing_key_is_destroyed_at_once(pair: Pair):
    with pair.us.store.transaction(NODE) as tx:
        (row,) = [row for row in pair.us.keys.all(tx) if row.use == "sealing"]
        pair.us.keys.revoke(tx, "operator", [row.kid], "stolen")
    assert pair.us.keys.destroy_due() == (row.kid,)
    with pytest.raises(KeyUnavailable):
        pair.us.identity.keyring.kept(row.place)
