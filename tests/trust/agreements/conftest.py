"""A request that the shipped US-EC agreement allows, to be spoilt value by value."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.request import DisclosureRequest

Spoil = Callable[..., DisclosureRequest]


@pytest.fixture(scope="session")
def good() -> DisclosureRequest:
    return DisclosureRequest(
        agreement_id="us-ec-2025",
        service="query.person",
        action="send_query",
        sender_country="EC",
        recipient_country="US",
        at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        purpose="drug_trafficking",
        offence="drug_trafficking",
        max_penalty_months=120,
        case_ref="EC-2026-000123",
        officer_id="officer-1",
        officer_roles=("watch_officer",),
        ordered_by="officer-2",
        subject_category="suspect",
        fields=("full_name", "date_of_birth"),
        individual_case=True,
        environment="exercise",
        queries_today=0,
        officer_queries_today=0,
        grounds=("list_match",),
    )


@pytest.fixture(scope="session")
def spoilt(good: DisclosureRequest) -> Spoil:
    """The good request with other values."""

    def change(**values: Any) -> DisclosureRequest:
        return msgspec.structs.replace(good, **values)

    return change


@pytest.fixture(scope="session")
def book() -> PolicyBook:
    return PolicyBook.load_shipped()
