"""The compiler: every rule of a clause becomes a `forbid ... unless`, every service one broad `permit`.

A request is let through only when its service permits it and no policy forbids; because each rule is a
policy of its own, a denial names every article it would break, and why. A clause marked `assumed` also
forbids whatever is not an exercise until it is confirmed. Rules of the house which no clause claims for
every use are added and cited as "cordillera/<rule>", so an agreement cannot forget one.

Each policy belongs to the part of the facts that it looks at (docs/adr/0022). Cedar validates each part
against a schema that has the attributes of that part only, so no policy can see another's facts.

Cedar policy language, https://docs.cedarpolicy.com (see docs/adr/0007).
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import cedarpy
import msgspec

from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.agreements.cedar import (
    PARTS,
    SCHEMA,
    STANDING,
    USE,
    Part,
    action_is,
    conditions,
    quote,
    schema,
    service_is,
)
from cordillera.trust.agreements.check import problems_of
from cordillera.trust.agreements.errors import AgreementDoesNotCompile, AgreementRejected
from cordillera.trust.agreements.model import Agreement, Clause, Scope, Service
from cordillera.trust.agreements.rules import HOUSE_RULES, Rule, ServiceListed, kind_of

NODE_PREFIX = "cordillera"
ASSUMED = "assumed"
ASSUMED_CONDITION = 4
EVERYTHING = '@id("cordillera/part")\npermit (principal, action, resource);\n'
"""What a part starts from when the permits are in another: its policies only ever forbid."""


class Policy(msgspec.Struct, frozen=True):
    """One policy: the article it enforces, its rule's kind, the number of its condition, its Cedar text.

    `part` names the facts it looks at. A permit has no rule; the one rule of an open assumption is "assumed".
    """

    article: str
    effect: Literal["permit", "forbid"]
    rules: tuple[str, ...]
    condition: int
    part: str
    text: str


class CompiledPart(msgspec.Struct, frozen=True):
    """The policies of one part, each with its place among all; `schema` has the part's attributes only."""

    part: Part
    policies: tuple[tuple[int, Policy], ...]
    schema: str

    @property
    def permits(self) -> bool:
        """Whether the permits of the services are in this part."""
        return any(policy.effect == "permit" for _, policy in self.policies)

    @property
    def text(self) -> str:
        """What Cedar is given: the permits of the services, or one for everything, and what forbids."""
        start = "" if self.permits else EVERYTHING
        return start + "\n".join(policy.text for _, policy in self.policies)


class CompiledAgreement(msgspec.Struct, frozen=True):
    """An agreement as policies; the hash (hex SHA-256) is over all of them and their schema."""

    policies: tuple[Policy, ...]
    parts: tuple[CompiledPart, ...]
    policy_hash: str

    @property
    def text(self) -> str:
        """All policies, as an agreement officer reads them and as Cedar can judge them at once."""
        return "\n".join(policy.text for policy in self.policies)


def compile_agreement(agreement: Agreement) -> CompiledAgreement:
    """Compile; raise `AgreementRejected` with every problem, or `AgreementDoesNotCompile`."""
    problems = problems_of(agreement)
    if problems:
        raise AgreementRejected(problems=problems)
    policies = (*_permits(agreement), *_clause_policies(agreement), *_house_policies(agreement))
    parts = tuple(_parts(policies))
    for part in parts:
        _validate(part.text, part.schema)
    text = "\n".join(policy.text for policy in policies)
    return CompiledAgreement(policies, parts, sha256(f"{SCHEMA}\n{text}".encode()).hex())


def _parts(policies: Iterable[Policy]) -> Iterator[CompiledPart]:
    placed = tuple(enumerate(policies))
    for part in PARTS:
        own = tuple((place, policy) for place, policy in placed if policy.part == part.name)
        if own:
            yield CompiledPart(part, own, schema(part.attributes))


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
        yield Policy(article, "permit", (), 0, USE.name, text)


def _clause_policies(agreement: Agreement) -> Iterator[Policy]:
    """First what an assumed clause waits for, then its rules in their order."""
    for clause in agreement.clauses:
        article = agreement.article_id(clause.article)
        if clause.assumed:
            confirmed = f"context.confirmed.contains({quote(clause.article)})"
            body = f'context.environment == "exercise" || {confirmed}'
            yield _forbid(article, ASSUMED, ASSUMED_CONDITION, (STANDING, body))
        for rule in clause.rules:
            for part, body in conditions(agreement, rule):
                scoped = _scoped(clause, body)
                yield _forbid(article, kind_of(rule), rule.condition, (part, scoped))


def _scoped(clause: Clause, body: str) -> str:
    """Return the condition for when the clause speaks: of the services and actions that it names."""
    services = " || ".join(service_is(kind) for kind in clause.applies_to.services)
    actions = action_is(clause.applies_to.actions) if clause.applies_to.actions else ""
    scope = " && ".join(f"({part})" for part in (services, actions) if part)
    return f"!({scope}) ||\n  ({body})" if scope else body


def _house_policies(agreement: Agreement) -> Iterator[Policy]:
    for rule in HOUSE_RULES:
        if not _is_claimed(agreement, rule):
            for condition in conditions(agreement, rule):
                yield _forbid(house_article(rule), kind_of(rule), rule.condition, condition)


def _forbid(article: str, kind: str, number: int, condition: tuple[Part, str]) -> Policy:
    part, body = condition
    text = f"@id({quote_id(article)})\nforbid (principal, action, resource)\nunless {{\n  {body}\n}};\n"
    return Policy(article, "forbid", (kind,), number, part.name, text)


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
