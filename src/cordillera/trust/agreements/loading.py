"""Reading agreement files and keeping what was made of them.

The agreement hash is the SHA-256 of the file's RFC 8785 form, so two nodes with the same terms agree on
it whatever the layout of their files; the policy hash covers what was compiled from them.
"""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib import resources
from typing import Final

from cordillera.foundation.canonical import dumps, loads, to_struct
from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.agreements.compile import (
    CompiledAgreement,
    Policy,
    compile_agreement,
    duties_of,
    permitting_articles,
)
from cordillera.trust.agreements.engine import Engine
from cordillera.trust.agreements.errors import AgreementDoesNotCompile, AgreementRejected, UnsafePolicyText
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.model import Agreement, Service
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.agreements.rules import Rule, kind_of

KEPT_REASONS = 4096
NO_ENGINE: Final = (AgreementRejected, AgreementDoesNotCompile, UnsafePolicyText)
"""What keeps a file that could be read from being applied."""
SHIPPED = ("pe-be", "pe-nl", "us-cl-2025", "us-ec-2025", "us-nl-2010", "us-pe")


class LoadedAgreement:
    """An agreement that was read; it is checked and compiled when it is first asked, as that costs most.

    What needs the policies raises one of `NO_ENGINE` where the file does not compile; a decision is then a
    denial. `load_agreement` compiles at once.
    """

    def __init__(self, agreement: Agreement, agreement_hash: str) -> None:
        self.agreement = agreement
        self.agreement_hash = agreement_hash
        self._forbidding: dict[tuple[int, ...], tuple[ArticleUse, ...]] = {}

    @cached_property
    def compiled(self) -> CompiledAgreement:
        """The policies; raises `AgreementRejected`, `AgreementDoesNotCompile` or `UnsafePolicyText`."""
        return compile_agreement(self.agreement)

    @cached_property
    def engine(self) -> Engine:
        """The prepared policies; raises what `compiled` does."""
        return Engine(self.compiled)

    @cached_property
    def policy_hash(self) -> str:
        """The hex SHA-256 of schema and policy text; raises what `compiled` does."""
        return self.compiled.policy_hash

    @cached_property
    def known_policy_hash(self) -> str:
        """The same, or "" where the file does not compile."""
        try:
            return self.policy_hash
        except NO_ENGINE:
            return ""

    @cached_property
    def _uses(self) -> tuple[tuple[Service, str], ...]:
        return tuple(
            (service, str(action)) for service in self.agreement.services for action in service.actions
        )

    @cached_property
    def _relied(self) -> Mapping[tuple[str, str], tuple[ArticleUse, ...]]:
        return {(service.type, action): self._reliance(service, action) for service, action in self._uses}

    @cached_property
    def _duties(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        return {
            (service.type, action): duties_of(self.agreement, service.type, action)
            for service, action in self._uses
        }

    @cached_property
    def _ranked(self) -> tuple[tuple[ArticleUse, ...], tuple[tuple[str, int], ...]]:
        """All reasons in the order in which they are told; for each policy its article and its reason."""
        reasons = [_why(policy) for policy in self.compiled.policies]
        ordered = sorted(set(filter(None, reasons)), key=lambda use: (use.condition, use.article, use.text))
        places = {use: place for place, use in enumerate(ordered)}
        return tuple(ordered), tuple(
            ("", 0) if use is None else (use.article, places[use]) for use in reasons
        )

    def _reliance(self, service: Service, action: str) -> tuple[ArticleUse, ...]:
        return tuple(
            ArticleUse(self.agreement.article_id(clause.article), "allows", *_reason(clause.rules))
            for clause in permitting_articles(self.agreement, service, action)
        )

    @cached_property
    def initial_state(self) -> AgreementState:
        """The state that the file itself names: nothing confirmed yet, signed by nobody."""
        return AgreementState(self.agreement.status, signed=False)

    def relied_on(self, service: str, action: str) -> tuple[ArticleUse, ...]:
        """Return the articles that an allowed use rests on."""
        return self._relied.get((service, action), ())

    def demanding(self, duty: str) -> tuple[ArticleUse, ...]:
        """Return the articles that demand a duty; where none says so, the house does."""
        clauses = [clause for clause in self.agreement.clauses if duty in clause.serves]
        cited = [self.agreement.article_id(clause.article) for clause in clauses] or [f"cordillera/{duty}"]
        return tuple(ArticleUse(article, "allows", f"agreements.duty.{duty}") for article in cited)

    def duties(self, service: str, action: str) -> tuple[str, ...]:
        """Return the articles that leave something to people in this use."""
        return self._duties.get((service, action), ())

    def forbidding(self, broken: tuple[int, ...]) -> tuple[ArticleUse, ...]:
        """Say why policies forbid, each article once: its open assumption, else its first broken rule.

        `broken` are the places of policies among all of the agreement, as the engine names them.
        """
        known = self._forbidding.get(broken)
        if known is None:
            reasons, policies = self._ranked
            first = dict([policies[place] for place in reversed(broken)])  # the first of an article stays
            known = tuple([reasons[place] for place in sorted(first.values())])
            if len(self._forbidding) < KEPT_REASONS:
                self._forbidding[broken] = known
        return known


def read_agreement(raw: bytes) -> tuple[Agreement, str]:
    """Read one agreement strictly; return it with its hash (hex). Raises the errors of `canonical`."""
    return to_struct(raw, Agreement), sha256(dumps(loads(raw))).hex()


@lru_cache(maxsize=64)
def load_agreement(raw: bytes) -> LoadedAgreement:
    """Read, check and compile; raise one of `NO_ENGINE`."""
    loaded = LoadedAgreement(*read_agreement(raw))
    _ = loaded.engine
    return loaded


@lru_cache(maxsize=1)
def load_shipped() -> tuple[LoadedAgreement, ...]:
    """Return the agreements that come with this package, each compiled when it is first asked."""
    return tuple(LoadedAgreement(*read_agreement(shipped_text(name))) for name in SHIPPED)


def shipped_text(agreement_id: str) -> bytes:
    """Return the canonical text of an agreement that comes with this package."""
    folder = resources.files("cordillera.trust.agreements") / "shipped"
    return dumps(loads((folder / f"{agreement_id}.json").read_bytes()))


def _why(policy: Policy) -> ArticleUse | None:
    """Return how a policy that forbids is cited: its article, with its rule or open assumption as reason."""
    if policy.effect == "permit":
        return None
    return ArticleUse(policy.article, "forbids", f"agreements.broken.{policy.rules[0]}", policy.condition)


def _reason(rules: tuple[Rule, ...]) -> tuple[str, int]:
    if not rules:
        return "agreements.rule.service_listed", 6
    first = rules[0]
    return f"agreements.rule.{kind_of(first)}", first.condition
