"""The compiler: every clause becomes one `forbid ... unless`, every service one broad `permit`.

A request is let through only when its service permits it and no clause forbids; because each clause is
a policy of its own, a denial names every article it would break. A clause marked `assumed` also forbids
whatever is not an exercise until it is confirmed. Rules of the house which no clause claims for every
use are added and cited as "cordillera/<rule>", so an agreement cannot forget one.

Cedar policy language, https://docs.cedarpolicy.com (see docs/adr/0007).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import cedarpy
import msgspec

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.agreements.cedar import (
    COUNT_TYPES,
    FRAME_TYPES,
    action_is,
    expression,
    quote,
    schema,
    service_is,
)
from cordillera.trust.agreements.check import problems_of
from cordillera.trust.agreements.errors import AgreementDoesNotCompile, AgreementRejected
from cordillera.trust.agreements.model import Agreement, Clause, Scope, Service
from cordillera.trust.agreements.rules import HOUSE_RULES, QuotaLeft, Rule, ServiceListed, kind_of

NODE_PREFIX = "cordillera"
ASSUMED = "assumed"
ASSUMED_CONDITION = 4
FRAME_SCHEMA = schema(FRAME_TYPES)
COUNTS_SCHEMA = schema(COUNT_TYPES)


class Policy(msgspec.Struct, frozen=True):
    """One policy: the article it enforces, its rules by kind, the number of its condition, its Cedar text.

    `part`: "frame" for what recurs between requests, "counts" for quotas, "both" for permits.
    """

    article: str
    effect: Literal["permit", "forbid"]
    rules: tuple[str, ...]
    condition: int
    part: Literal["frame", "counts", "both"]
    text: str


class CompiledAgreement(msgspec.Struct, frozen=True):
    """An agreement as policies; the hash (hex SHA-256) is over both parts with their schemas."""

    policies: tuple[Policy, ...]
    frame: str
    counts: str
    policy_hash: str

    @property
    def text(self) -> str:
        """All policies, as an agreement officer reads them."""
        return "\n".join(policy.text for policy in self.policies)


def compile_agreement(agreement: Agreement) -> CompiledAgreement:
    """Compile; raise `AgreementRejected` with every problem, or `AgreementDoesNotCompile`."""
    problems = problems_of(agreement)
    if problems:
        raise AgreementRejected(problems=problems)
    policies = (*_permits(agreement), *_clause_policies(agreement), *_house_policies(agreement))
    frame, counts = (_part(policies, part) for part in ("frame", "counts"))
    _validate(frame, FRAME_SCHEMA)
    _validate(counts, COUNTS_SCHEMA)
    everything = f"{FRAME_SCHEMA}\n{frame}\n{COUNTS_SCHEMA}\n{counts}"
    return CompiledAgreement(policies, frame, counts, sha256(everything.encode()).hex())


def _part(policies: Iterable[Policy], part: str) -> str:
    return "\n".join(policy.text for policy in policies if policy.part in {part, "both"})


def _validate(text: str, schema_text: str) -> None:
    result = cedarpy.validate_policies(text, schema_text)
    if not result.validation_passed:
        raise AgreementDoesNotCompile(errors=tuple(str(error) for error in result.errors))


def _permits(agreement: Agreement) -> Iterator[Policy]:
    for service in agreement.services:
        article = agreement.article_id(service.article)
        text = (
            f"@id({quote_id(article)})\n@service({quote(service.type)})\n"
            f"permit (principal, action, resource)\nwhen {{ {service_is(service.type)} }};\n"
        )
        yield Policy(article, "permit", (), 0, "both", text)


def _clause_policies(agreement: Agreement) -> Iterator[Policy]:
    """One policy for a clause; two under the same article when it sets a quota beside other rules."""
    for clause in agreement.clauses:
        quotas = [rule for rule in clause.rules if isinstance(rule, QuotaLeft)]
        others = [rule for rule in clause.rules if rule not in quotas]
        if others or clause.assumed:
            body = _scoped(agreement, clause, others)
            if clause.assumed:
                confirmed = f"context.confirmed.contains({quote(clause.article)})"
                body = f'(context.environment == "exercise" || {confirmed}) &&\n  ({body})'
            yield _clause_policy(agreement, clause, others, "frame", body)
        if quotas:
            yield _clause_policy(agreement, clause, quotas, "counts", _scoped(agreement, clause, quotas))


def _clause_policy(
    agreement: Agreement, clause: Clause, rules: Sequence[Rule], part: Literal["frame", "counts"], body: str
) -> Policy:
    kinds = tuple(kind_of(rule) for rule in rules)
    condition = rules[0].condition if rules else ASSUMED_CONDITION
    article = agreement.article_id(clause.article)
    return Policy(article, "forbid", kinds, condition, part, _forbid(article, body))


def _scoped(agreement: Agreement, clause: Clause, rules: Sequence[Rule]) -> str:
    body = " &&\n  ".join(f"({expression(agreement, rule)})" for rule in rules) or "true"
    scope = _scope(clause)
    return f"!({scope}) ||\n  ({body})" if scope and rules else body


def _scope(clause: Clause) -> str:
    """Return when the clause speaks: the services and actions it names; "" for always."""
    services = " || ".join(service_is(kind) for kind in clause.applies_to.services)
    actions = action_is(clause.applies_to.actions) if clause.applies_to.actions else ""
    return " && ".join(f"({part})" for part in (services, actions) if part)


def _house_policies(agreement: Agreement) -> Iterator[Policy]:
    for rule in HOUSE_RULES:
        if not _is_claimed(agreement, rule):
            article = house_article(rule)
            text = _forbid(article, expression(agreement, rule))
            part: Literal["frame", "counts"] = "counts" if isinstance(rule, QuotaLeft) else "frame"
            yield Policy(article, "forbid", (kind_of(rule),), rule.condition, part, text)


def house_article(rule: Rule) -> str:
    """Return how a rule of the house is cited where no clause claims it."""
    return f"{NODE_PREFIX}/{kind_of(rule)}"


def _is_claimed(agreement: Agreement, rule: Rule) -> bool:
    """Whether clauses carry `rule` for every use there is; that a use is listed at all needs one for any."""
    scopes = [clause.applies_to for clause in agreement.clauses if rule in clause.rules]
    if isinstance(rule, ServiceListed):
        return Scope() in scopes
    uses = [(service.type, action) for service in agreement.services for action in service.actions]
    return all(any(scope.covers(*use) for scope in scopes) for use in uses)


def _forbid(article: str, condition: str) -> str:
    return f"@id({quote_id(article)})\nforbid (principal, action, resource)\nunless {{\n  {condition}\n}};\n"


def quote_id(article: str) -> str:
    """Return a citation such as "US-EC/art5.4" as a Cedar string."""
    return '"' + "/".join(quote(part)[1:-1] for part in article.split("/")) + '"'


def permitting_articles(agreement: Agreement, service: Service, action: str) -> tuple[Clause, ...]:
    """Return the clauses an allowed use relies on: the service's own first, then each whose rules it met."""
    own = agreement.clause(service.article)
    others = (
        clause
        for clause in agreement.clauses
        if clause.rules and clause is not own and clause.applies_to.covers(service.type, action)
    )
    return (*((own,) if own else ()), *others)


def duties_of(agreement: Agreement, service: str, action: str) -> tuple[str, ...]:
    """Return the citations of clauses that leave something to people in this use."""
    return tuple(
        agreement.article_id(clause.article)
        for clause in agreement.clauses
        if clause.human_duty is not None and clause.applies_to.covers(service, action)
    )
