"""Data keys in a real database."""

from datetime import timedelta

import pytest

from cordillera.foundation.clock import FixedClock
from cordillera.foundation.crypto.errors import KeyUnavailable, SealBroken
from cordillera.foundation.crypto.keyring import KeyRing, month_label
from cordillera.foundation.store.database import Scope, Store
from cordillera.foundation.store.sealing import FieldSealer, KeyDestroyed, Place

SCOPE = Scope.node("test")
PLACE = Place("traveller", "name", "1")


def test_a_field_opens_in_its_own_place_until_its_key_is_destroyed(
    store: Store, sealer: FieldSealer, clock: FixedClock
) -> None:
    with store.transaction(SCOPE) as tx:
        key = sealer.new_key(tx, "message", clock.now() + timedelta(days=30))
        blob = sealer.seal(key, PLACE, b"Quispe")
    with store.transaction(SCOPE) as tx:
        again = sealer.load_key(tx, key.key_id)
        assert sealer.open(again, PLACE, blob) == b"Quispe"
        with pytest.raises(SealBroken):
            sealer.open(again, Place("traveller", "name", "2"), blob)
        sealer.destroy_key(tx, key.key_id)
        sealer.destroy_key(tx, key.key_id)
        with pytest.raises(KeyDestroyed):
            sealer.load_key(tx, key.key_id)


def test_a_destroyed_month_closes_every_key_of_that_month(
    store: Store, sealer: FieldSealer, keyring: KeyRing, clock: FixedClock
) -> None:
    due = clock.now() + timedelta(days=30)
    with store.transaction(SCOPE) as tx:
        key = sealer.new_key(tx, "message", due)
    keyring.destroy_kek(month_label(due))
    with store.transaction(SCOPE) as tx, pytest.raises(KeyUnavailable):
        sealer.load_key(tx, key.key_id)


def test_a_blind_index_ignores_case_and_spaces_but_not_the_column(sealer: FieldSealer) -> None:
    assert sealer.blind("document", "ab 123") == sealer.blind("document", "AB123")
    assert sealer.blind("document", "AB123") != sealer.blind("name", "AB123")
    assert len(sealer.blind("document", "AB123")) == 16
