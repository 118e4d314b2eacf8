"""What redress works with, put together once by the composition root."""

from collections.abc import Mapping

import msgspec

from cordillera.trust.exchange.parts import ExchangeParts
from cordillera.trust.redress.ports import (
    Disputes,
    Eraser,
    Freezer,
    LinkedInventory,
    PersonInventory,
    WrongMatch,
)


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What is searched, what follows from what was found, and who acts on things of a source."""

    inventories: tuple[PersonInventory, ...] = ()
    linked: tuple[LinkedInventory, ...] = ()
    freezers: Mapping[str, Freezer] = {}
    erasers: Mapping[str, Eraser] = {}
    matches: Mapping[str, WrongMatch] = {}
    records: Disputes | None = None


class RedressParts(msgspec.Struct, frozen=True):
    """The exchange's parts (ledger, sealer, clock, policies, identity) and the means of redress."""

    exchange: ExchangeParts
    means: Means
