"""The parts of the people desk that are about persons, under one name for pages and operations."""

import msgspec

from cordillera.desks.people.budget_service import Budgets
from cordillera.desks.people.person_service import PersonService
from cordillera.desks.people.register_service import Register
from cordillera.desks.people.same_service import NotTheSame
from cordillera.desks.people.search_index import PersonIndex
from cordillera.desks.people.search_service import PersonSearch
from cordillera.desks.people.threshold_service import Thresholds


class PersonDesk(msgspec.Struct, frozen=True):
    """Search, persons, register, redress numbers, thresholds, budgets."""

    search: PersonSearch
    persons: PersonService
    register: Register
    same: NotTheSame
    index: PersonIndex
    thresholds: Thresholds
    budgets: Budgets
