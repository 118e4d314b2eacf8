"""Every word that a decision, a problem or an error can carry has a text in both languages."""

import pytest

from cordillera.trust.agreements import errors
from cordillera.trust.agreements.compile import ASSUMED
from cordillera.trust.agreements.loading import load_shipped
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.rules import HOUSE_RULES, MinPenalty, kind_of
from cordillera.trust.agreements.vocabulary import Action, Ground, Status, SubjectCategory
from cordillera.web.i18n import load_catalogues

KINDS = [kind_of(rule) for rule in (*HOUSE_RULES, MinPenalty(more_than_months=12))]


def needed() -> list[str]:
    found = [f"agreements.{word}.{kind}" for word in ("rule", "broken") for kind in [*KINDS, ASSUMED]]
    found += [f"agreements.condition.{number}" for number in (1, 2, 16)]
    found += [f"agreements.condition.2.{name}" for name in DisclosureRequest.__struct_fields__]
    found += [f"agreements.action.{action}" for action in Action]
    found += [f"agreements.ground.{ground}" for ground in Ground]
    found += [f"agreements.status.{status}" for status in Status]
    found += [f"agreements.category.{category}" for category in SubjectCategory]
    for loaded in load_shipped():
        found += [f"agreements.offence.{offence.code}" for offence in loaded.agreement.offence_list]
        found += [f"purpose.{purpose}" for purpose in loaded.agreement.purposes]
    kinds = (kind for kind in vars(errors).values() if isinstance(kind, type))
    return found + [kind.code for kind in kinds if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("language", ["es", "en"])
def test_nothing_that_can_be_said_lacks_a_text(language):
    catalogue = load_catalogues(["cordillera.trust.agreements", "cordillera.web"])[language]
    assert [message for message in needed() if not catalogue.has(message)] == []
