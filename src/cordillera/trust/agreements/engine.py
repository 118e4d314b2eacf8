"""The policy engine behind one agreement: a fast judge that finds all reasons, and Cedar, who must agree.

1. The policies, translated from Cedar's own parse (`translation.py`), are tried on the facts. What any of
   them forbids is denied, with every policy that forbids.
2. What they allow is put to Cedar, whole, with the schema. Unless Cedar allows it without any error, the
   engine failed, and the caller denies.

So a request is allowed only when both judges allow it, and a mistake in the translation can only deny.

What both allowed is kept, part by part (`known.py`), so a new request made of known parts is allowed at once.
See docs/adr/0022.
"""

from typing import Final

import cedarpy
import msgspec

from cordillera.trust.agreements.cedar import ATTRIBUTES, SCHEMA
from cordillera.trust.agreements.compile import CompiledAgreement
from cordillera.trust.agreements.errors import EngineFailed
from cordillera.trust.agreements.facts import Facts
from cordillera.trust.agreements.known import Known, KnownPart, knowing
from cordillera.trust.agreements.translation import translate


class Verdict(msgspec.Struct, frozen=True):
    """What the engine said: allowed or not, and the policies that forbid, by their place in the agreement."""

    allow: bool
    broken: tuple[int, ...]


_ALLOWED: Final = Verdict(allow=True, broken=())


class Engine:
    """The prepared policies of one agreement; safe to share between threads: keys are only ever added."""

    def __init__(self, compiled: CompiledAgreement) -> None:
        self._translated = translate(compiled.text)
        self._cedar = _Cedar(compiled)
        self._parts = tuple(KnownPart(part) for part in compiled.parts)
        self._known: dict[tuple[str, str], Known] = {}

    def judge(self, facts: Facts) -> Verdict:
        """Try every policy; raise `EngineFailed` when one cannot be tried or Cedar does not agree.

        A request whose parts were all allowed before, in this use, by both judges, is allowed.
        """
        try:
            is_known = self._known.get((facts.action, facts.service))
            if is_known is not None and is_known(facts):
                return _ALLOWED
            permitted, broken = self._translated(facts)
        except TypeError as error:
            raise EngineFailed(errors=1) from error
        if broken or not permitted:
            return Verdict(allow=False, broken=broken)
        self._confirm(facts)
        return _ALLOWED

    def _confirm(self, facts: Facts) -> None:
        """Ask Cedar about the whole request and keep its parts; raise `EngineFailed` unless it allows."""
        if not self._cedar.allows(facts):
            raise EngineFailed(errors=0)
        use = (facts.action, facts.service)
        unknown = [part for part in self._parts if not knowing((part,), facts)(facts)]
        for part in unknown:
            part.keep(next(filter(self._cedar.allows, part.narrowed(facts)), facts))
        if use not in self._known:
            self._known[use] = knowing(self._parts, facts)

    @property
    def kept(self) -> int:
        """How many parts Cedar allowed and are kept."""
        return sum(part.kept for part in self._parts)


class _Cedar:
    """All policies of an agreement, parsed once, with the schema of a whole request."""

    def __init__(self, compiled: CompiledAgreement) -> None:
        self._policies = cedarpy.PolicySet.from_str(compiled.text)
        self._schema = cedarpy.Schema.from_str(SCHEMA)
        self._entities = cedarpy.Entities.from_json_str("[]", self._schema)

    def allows(self, facts: Facts) -> bool:
        """Whether Cedar allows; raise `EngineFailed` for any error or an answer that is none."""
        result = self.ask(facts)
        if result.diagnostics.errors or result.decision is cedarpy.Decision.NoDecision:
            raise EngineFailed(errors=len(result.diagnostics.errors))
        return result.decision is cedarpy.Decision.Allow

    def ask(self, facts: Facts) -> cedarpy.AuthzResult:
        """Return Cedar's answer about a whole request; raise `EngineFailed` for what it cannot take."""
        context = {name: getattr(facts, name) for name in ATTRIBUTES}
        try:
            request = {
                "principal": {"type": "Party", "id": "asking"},
                "action": {"type": "Action", "id": facts.action},
                "resource": {"type": "Service", "id": facts.service},
                "context": msgspec.json.encode(context).decode(),
            }
            return cedarpy.is_authorized(request, self._policies, self._entities, self._schema)
        except (ValueError, TypeError) as error:  # what Cedar or the encoder cannot take
            raise EngineFailed(errors=1) from error
