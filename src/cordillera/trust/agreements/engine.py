"""The policy engine behind one agreement: Cedar with prepared handles, read strictly.

Two policy sets per agreement, parsed once. The "frame" judges what recurs (purpose, offence, fields,
standing, day ...) and its answers are kept: they depend on nothing but the facts and policies that never
change. The "counts" judge the quotas on a context of two numbers, which differ for most queries and are
the same for all answers; those answers are kept as well. The schema is always passed;
whatever is not a clean decision is a failure, and the caller denies.
"""

from functools import lru_cache

import cedarpy
import msgspec

from cordillera.trust.agreements.cedar import COUNT_TYPES, FRAME_TYPES
from cordillera.trust.agreements.compile import COUNTS_SCHEMA, FRAME_SCHEMA, CompiledAgreement
from cordillera.trust.agreements.errors import EngineFailed
from cordillera.trust.agreements.facts import Facts

KEPT_ANSWERS = 4096


class Verdict(msgspec.Struct, frozen=True):
    """What the engine said: allowed or not, and the articles of the policies that decided it."""

    allow: bool
    articles: frozenset[str]


class Engine:
    """The prepared policies of one agreement; safe to share between threads, since handles never change."""

    def __init__(self, compiled: CompiledAgreement) -> None:
        self._frame = _Prepared(compiled.frame, FRAME_SCHEMA)
        self._counts = _Prepared(compiled.counts, COUNTS_SCHEMA)
        self._kept = lru_cache(maxsize=KEPT_ANSWERS)(self._judge_frame)
        self._kept_counts = lru_cache(maxsize=KEPT_ANSWERS)(self._judge_counts)

    def judge(self, facts: Facts) -> Verdict:
        """Evaluate every policy on `facts`; raise `EngineFailed` unless Cedar decided without any error."""
        frame = self._kept(facts.action, facts.service, tuple(getattr(facts, name) for name in FRAME_TYPES))
        counts = self._kept_counts(facts.action, facts.service, tuple(getattr(facts, n) for n in COUNT_TYPES))
        if frame.allow and counts.allow:
            return Verdict(allow=True, articles=frame.articles)
        forbidding = (verdict.articles for verdict in (frame, counts) if not verdict.allow)
        return Verdict(allow=False, articles=frozenset().union(*forbidding))

    def _judge_frame(self, action: str, service: str, values: tuple[object, ...]) -> Verdict:
        return self._frame.judge(action, service, dict(zip(FRAME_TYPES, values, strict=True)))

    def _judge_counts(self, action: str, service: str, values: tuple[object, ...]) -> Verdict:
        return self._counts.judge(action, service, dict(zip(COUNT_TYPES, values, strict=True)))


class _Prepared:
    """One parsed policy set with its schema."""

    def __init__(self, text: str, schema_text: str) -> None:
        self._policies = cedarpy.PolicySet.from_str(text)
        self._schema = cedarpy.Schema.from_str(schema_text)
        self._entities = cedarpy.Entities.from_json_str("[]")

    def judge(self, action: str, service: str, context: dict[str, object]) -> Verdict:
        result = self._ask(action, service, context)
        diagnostics = result.diagnostics
        named = diagnostics.id_annotations_by_reason
        undecided = result.decision is cedarpy.Decision.NoDecision or len(named) != len(diagnostics.reasons)
        if diagnostics.errors or undecided:
            raise EngineFailed(errors=len(diagnostics.errors))
        return Verdict(result.decision is cedarpy.Decision.Allow, frozenset(named.values()))

    def _ask(self, action: str, service: str, context: dict[str, object]) -> cedarpy.AuthzResult:
        try:
            request = {
                "principal": {"type": "Party", "id": "asking"},
                "action": {"type": "Action", "id": action},
                "resource": {"type": "Service", "id": service},
                "context": msgspec.json.encode(context).decode(),
            }
            return cedarpy.is_authorized(request, self._policies, self._entities, self._schema)
        except (ValueError, TypeError) as error:  # what Cedar or the encoder cannot take
            raise EngineFailed(errors=1) from error
