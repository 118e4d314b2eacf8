"""The one question before anything leaves: may it be disclosed, and under which articles.

What must hold, in the numbers that decisions, tests and messages carry:

 1. this node holds the agreement;
 2. the request can be read whole: every value typed, bounded and printable;
 3. the agreement is in force at that moment for that environment (a provisional one: exercises only);
 4. outside exercises no assumed term is unconfirmed;
 5. sender and recipient are its parties, in a direction that the service allows;
 6. the service is listed and has the action;
 7. the purpose is one of the service;
 8. the offence is listed and grave enough;
 9. an individual case is named;
10. a named officer with an authorised role asks, ordered by another where four eyes are required;
11. the person's category may be asked about;
12. every field that leaves is on the closed list;
13. the day's quotas of node and officer are not used up;
14. there is a listed ground, never a trait alone, and nothing excluded;
15. what only a person may do, a person does; consent and judicial authorisation are there;
16. the engine evaluated every policy against the schema without an error.

Anything else is a denial. See docs/agreements.md.
"""

from cordillera.trust.agreements.compile import NODE_PREFIX
from cordillera.trust.agreements.errors import EngineFailed
from cordillera.trust.agreements.facts import AgreementState, Facts, facts_of
from cordillera.trust.agreements.loading import NO_ENGINE, LoadedAgreement
from cordillera.trust.agreements.request import ArticleUse, DisclosureRequest, PolicyDecision

UNKNOWN_AGREEMENT = "agreements.condition.1"
NOT_READABLE = "agreements.condition.2"
ENGINE_FAILED = "agreements.condition.16"


def unknown_agreement(agreement_id: object) -> PolicyDecision:
    """Deny by condition 1."""
    use = ArticleUse(f"{NODE_PREFIX}/known_agreement", "forbids", UNKNOWN_AGREEMENT, 1)
    return PolicyDecision(
        allow=False,
        articles=(use,),
        agreement_id=agreement_id if isinstance(agreement_id, str) else "",
        agreement_hash="",
        policy_hash="",
        errors=(UNKNOWN_AGREEMENT,),
    )


def decide(loaded: LoadedAgreement, state: AgreementState, request: DisclosureRequest) -> PolicyDecision:
    """Decide conditions 2 to 16; every article that allows or forbids is in the answer."""
    facts, doubtful = facts_of(request, state)
    errors = tuple([f"{NOT_READABLE}.{name}" for name in doubtful]) if doubtful else ()
    try:
        verdict = loaded.engine.judge(facts)
    except (EngineFailed, *NO_ENGINE):
        return _decision(loaded, facts, _BY_THE_ENGINE, (*errors, ENGINE_FAILED))
    if verdict.allow and not errors:
        return _decision(loaded, facts, loaded.relied_on(facts.service, facts.action), ())
    uses = loaded.forbidding(verdict.broken) or _BY_THE_ENGINE
    return _decision(loaded, facts, uses, (*errors, ENGINE_FAILED) if uses is _BY_THE_ENGINE else errors)


_BY_THE_ENGINE = (ArticleUse(f"{NODE_PREFIX}/engine", "forbids", ENGINE_FAILED, 16),)


def _decision(
    loaded: LoadedAgreement, facts: Facts, uses: tuple[ArticleUse, ...], errors: tuple[str, ...]
) -> PolicyDecision:
    return PolicyDecision(
        allow=bool(uses) and not errors and uses[0].effect == "allows" == uses[-1].effect,
        articles=uses,
        agreement_id=loaded.agreement.id,
        agreement_hash=loaded.agreement_hash,
        policy_hash=loaded.known_policy_hash,
        errors=errors,
        duties=loaded.duties(facts.service, facts.action),
    )
