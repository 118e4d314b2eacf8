"""What the exchange works with, put together once by the composition root."""

from collections.abc import Mapping

import msgspec

from cordillera.foundation.clock import Clock
from cordillera.foundation.settings import ExchangeSettings
from cordillera.foundation.store.database import Store
from cordillera.foundation.store.sealing import FieldSealer
from cordillera.trust.exchange.bell import Bell
from cordillera.trust.exchange.effects import Ending
from cordillera.trust.exchange.identity import NodeIdentity
from cordillera.trust.exchange.ports import (
    AskWatcher,
    OfficerRegister,
    OnwardRule,
    PersonMatcher,
    PolicySource,
    SentFollower,
)
from cordillera.trust.ledger.service import Ledger


class ExchangeParts(msgspec.Struct, frozen=True, kw_only=True):
    """The node's own services and the ports that others fill."""

    identity: NodeIdentity
    settings: ExchangeSettings
    store: Store
    ledger: Ledger
    sealer: FieldSealer
    clock: Clock
    policies: PolicySource
    officers: OfficerRegister
    matcher: PersonMatcher
    endings: Mapping[str, Ending] = {}
    watchers: tuple[AskWatcher, ...] = ()
    onward: tuple[OnwardRule, ...] = ()
    followers: tuple[SentFollower, ...] = ()
    bell: Bell = msgspec.field(default_factory=Bell)
