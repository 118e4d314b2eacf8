"""An allow lists every article that the use rests on: the service's own, and each whose rules it met."""

import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.loading import load_shipped
from cordillera.trust.agreements.model import Agreement, Clause, Service

USES = [
    (loaded.agreement.id, service.type, str(action))
    for loaded in load_shipped()
    for service in loaded.agreement.services
    for action in service.actions
]


def speaks_of(clause: Clause, kind: str, action: str) -> bool:
    """Whether the clause's scope, empty for all, holds this use."""
    services = clause.applies_to.services or (kind,)
    actions = [str(one) for one in clause.applies_to.actions] or [action]
    return kind in services and action in actions


def expected(agreement: Agreement, service: Service, action: str) -> set[str]:
    met = {c.article for c in agreement.clauses if c.rules and speaks_of(c, service.type, action)}
    return {agreement.article_id(name) for name in met | {service.article}}


@pytest.mark.parametrize(("name", "kind", "action"), USES)
def test_every_use_of_every_agreement_lists_all_it_rests_on(name, kind, action):
    loaded = PolicyBook.load_shipped().get(name)
    service = loaded.agreement.service(kind)
    assert service is not None
    relied = [use.article for use in loaded.relied_on(kind, action)]
    assert relied[0] == loaded.agreement.article_id(service.article)
    assert set(relied) == expected(loaded.agreement, service, action)
    assert len(relied) == len(set(relied))
