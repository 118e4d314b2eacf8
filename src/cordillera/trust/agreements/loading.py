"""Reading agreement files and keeping what was made of them.

The agreement hash is the SHA-256 of the file's RFC 8785 form, so two nodes with the same terms agree on
it whatever the layout of their files; the policy hash covers what was compiled from them.
"""

from functools import lru_cache
from importlib import resources

from cordillera.foundation.canonical import dumps, loads, to_struct
from cordillera.foundation.crypto.digest import sha256
from cordillera.trust.agreements.compile import (
    CompiledAgreement,
    compile_agreement,
    duties_of,
    permitting_articles,
)
from cordillera.trust.agreements.engine import Engine
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.model import Agreement, Service
from cordillera.trust.agreements.request import ArticleUse
from cordillera.trust.agreements.rules import Rule, kind_of

KEPT_REASONS = 4096
SHIPPED = ("pe-be", "pe-nl", "us-cl-2025", "us-ec-2025", "us-nl-2010", "us-pe")


class LoadedAgreement:
    """An agreement that was read, checked and compiled, with its engine prepared."""

    def __init__(self, agreement: Agreement, agreement_hash: str) -> None:
        self.agreement = agreement
        self.agreement_hash = agreement_hash
        self.compiled: CompiledAgreement = compile_agreement(agreement)
        self.engine = Engine(self.compiled)
        self._forbidding: dict[tuple[int, ...], tuple[ArticleUse, ...]] = {}
        uses = [(service, str(action)) for service in agreement.services for action in service.actions]
        self._relied = {(service.type, action): self._reliance(service, action) for service, action in uses}
        self._duties = {
            (service.type, action): duties_of(agreement, service.type, action) for service, action in uses
        }

    def _reliance(self, service: Service, action: str) -> tuple[ArticleUse, ...]:
        return tuple(
            ArticleUse(self.agreement.article_id(clause.article), "allows", *_reason(clause.rules))
            for clause in permitting_articles(self.agreement, service, action)
        )

    @property
    def policy_hash(self) -> str:
        """The hex SHA-256 of schema and policy text."""
        return self.compiled.policy_hash

    @property
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
            first: dict[str, ArticleUse] = {}
            for place in broken:
                policy = self.compiled.policies[place]
                reason = f"agreements.broken.{policy.rules[0]}"
                first.setdefault(
                    policy.article, ArticleUse(policy.article, "forbids", reason, policy.condition)
                )
            known = tuple(sorted(first.values(), key=lambda use: (use.condition, use.article)))
            if len(self._forbidding) < KEPT_REASONS:
                self._forbidding[broken] = known
        return known


def read_agreement(raw: bytes) -> tuple[Agreement, str]:
    """Read one agreement strictly; return it with its hash (hex). Raises the errors of `canonical`."""
    return to_struct(raw, Agreement), sha256(dumps(loads(raw))).hex()


@lru_cache(maxsize=64)
def load_agreement(raw: bytes) -> LoadedAgreement:
    """Read, check and compile; raise `AgreementRejected` or `AgreementDoesNotCompile`."""
    return LoadedAgreement(*read_agreement(raw))


@lru_cache(maxsize=1)
def load_shipped() -> tuple[LoadedAgreement, ...]:
    """Return the agreements that come with this package."""
    return tuple(load_agreement(shipped_text(name)) for name in SHIPPED)


def shipped_text(agreement_id: str) -> bytes:
    """Return the canonical text of an agreement that comes with this package."""
    folder = resources.files("cordillera.trust.agreements") / "shipped"
    return dumps(loads((folder / f"{agreement_id}.json").read_bytes()))


def _reason(rules: tuple[Rule, ...]) -> tuple[str, int]:
    if not rules:
        return "agreements.rule.service_listed", 6
    first = rules[0]
    return f"agreements.rule.{kind_of(first)}", first.condition
