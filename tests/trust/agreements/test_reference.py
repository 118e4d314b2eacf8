"""What the node decides is what the plain-Python reference says, on good, spoilt and absurd requests."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from cordillera.trust.agreements.book import PolicyBook
from cordillera.trust.agreements.decide import decide
from cordillera.trust.agreements.facts import AgreementState
from cordillera.trust.agreements.reference import violations
from cordillera.trust.agreements.request import DisclosureRequest
from cordillera.trust.agreements.vocabulary import Action, Ground, Status, SubjectCategory

BOOK = PolicyBook.load_shipped()
ARTICLES = sorted({clause.article for loaded in BOOK for clause in loaded.agreement.clauses})
SERVICES = sorted({service.type for loaded in BOOK for service in loaded.agreement.services})
FIELDS = sorted(
    {
        name
        for loaded in BOOK
        for service in loaded.agreement.services
        for category in service.data_categories
        for name in category.fields_allowed
    }
)
absurd = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just(("",)))


def mostly(*values: Any) -> st.SearchStrategy[Any]:
    """Known values, and now and then anything at all."""
    return st.one_of(*[st.sampled_from(values)] * 9, absurd)


def some_of(values: list[str]) -> st.SearchStrategy[Any]:
    known = st.lists(st.sampled_from(values), max_size=4).map(tuple)
    return st.one_of(*[known] * 9, st.lists(st.text(max_size=5), max_size=3).map(tuple), absurd)


moments = st.one_of(
    *[st.just(datetime(2026, 11, 21, 12, tzinfo=UTC))] * 4,
    st.datetimes(datetime(2025, 7, 29), datetime(2027, 2, 3), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    absurd,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "agreement_id": st.sampled_from([loaded.agreement.id for loaded in BOOK]),
    "service": mostly(*SERVICES),
    "action": mostly(*[str(action) for action in Action]),
    "sender_country": mostly("EC", "US", "CL", "PE", ""),
    "recipient_country": mostly("EC", "US", "CL", "PE", ""),
    "at": moments,
    "purpose": mostly("drug_trafficking", "terrorism", "tourism", ""),
    "offence": mostly("drug_trafficking", "terrorism", "political_offence", "speeding", ""),
    "max_penalty_months": mostly(0, 11, 12, 13, 120, -1),
    "case_ref": mostly("EC-1", ""),
    "officer_id": mostly("o1", "o2", "node", ""),
    "officer_roles": some_of(["watch_officer", "analyst", "examiner", "operator"]),
    "ordered_by": mostly("o1", "o2", "node", ""),
    "subject_category": mostly(*[str(category) for category in SubjectCategory], ""),
    "fields": some_of(FIELDS),
    "individual_case": mostly(True, True, False),
    "environment": mostly("exercise", "production", ""),
    "queries_today": mostly(0, 1, 99, 299, 300, 999, 1000, -1),
    "officer_queries_today": mostly(0, 1, 19, 20, 199, 200, -1),
    "grounds": some_of([str(ground) for ground in Ground]),
    "judicial_ref": mostly("", "J-1"),
    "onward_to": mostly("", "", "", "PE"),
    "consent_ref": mostly("", "C-1"),
}
states = st.builds(
    AgreementState,
    st.sampled_from([Status.IN_FORCE, *Status]),
    st.one_of(
        st.just(frozenset(ARTICLES)),
        st.frozensets(st.sampled_from(ARTICLES)),
    ),
)


@st.composite
def good_requests(draw: st.DrawFn) -> DisclosureRequest:
    """A request that fits a service of an agreement in every value the service looks at."""
    agreement = draw(st.sampled_from([loaded.agreement for loaded in BOOK]))
    service = draw(st.sampled_from(agreement.services))
    action = draw(st.sampled_from(service.actions))
    way = draw(st.sampled_from(service.directions))
    there = action not in {Action.ANSWER_QUERY, Action.ANSWER_FOLLOW_UP, Action.ACCEPT_NOTICE}
    return DisclosureRequest(
        agreement_id=agreement.id,
        service=service.type,
        action=str(action),
        sender_country=way.from_ if there else way.to,
        recipient_country=way.to if there else way.from_,
        at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        purpose=draw(st.sampled_from(service.purposes)),
        offence=draw(st.sampled_from(agreement.offence_list)).code,
        max_penalty_months=draw(st.integers(13, 480)),
        case_ref="EC-1",
        officer_id="o1",
        officer_roles=(draw(st.sampled_from(service.preconditions.officer_roles)),),
        ordered_by="o2",
        subject_category=str(draw(st.sampled_from(service.subject_categories))),
        fields=tuple(draw(st.sets(st.sampled_from(sorted(service.fields_for(action))), min_size=1))),
        individual_case=True,
        environment="exercise",
        queries_today=0,
        officer_queries_today=0,
        grounds=(str(draw(st.sampled_from(agreement.grounds))),),
    )


@st.composite
def requests(draw: st.DrawFn) -> DisclosureRequest:
    """A fitting request with none to four values replaced."""
    request = draw(good_requests())
    names = draw(st.sets(st.sampled_from(sorted(set(VALUES) - {"agreement_id"})), max_size=4))
    return msgspec.structs.replace(request, **{name: draw(VALUES[name]) for name in sorted(names)})


def assert_both_agree(request: DisclosureRequest, state: AgreementState) -> None:
    loaded = BOOK.get(request.agreement_id)
    decision = decide(loaded, state, request)
    expected = violations(loaded.agreement, state, request)
    assert decision.allow == (not expected)
    assert set(decision.violated) == expected
    assert decision.allow or decision.violated


@settings(max_examples=600, deadline=None)
@given(requests(), states)
def test_node_and_reference_name_the_same_articles_on_spoilt_requests(request, state):
    assert_both_agree(request, state)


@settings(max_examples=300, deadline=None)
@given(st.builds(DisclosureRequest, **VALUES), states)
def test_node_and_reference_name_the_same_articles_on_absurd_requests(request, state):
    assert_both_agree(request, state)


@settings(max_examples=300, deadline=None)
@given(good_requests())
def test_fitting_requests_are_allowed_in_exercises(request):
    state = BOOK.state(request.agreement_id)
    assert_both_agree(request, state)
    assert BOOK.decide(request).allow
